import json
import sys

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from segcore.errors import MaskwrightError
from segcore.labels.classes import ClassSet
from segcore.models.architectures import build
from segcore.models.model import Model
from segcore.models.onnx_export import ForAnySize, export_onnx, pooled_by_matrices
from segcore.models.preprocess import Preprocess
from segcore.models.segmenter import Segmenter
from segcore.progress import drive
from tests.segcore.bare_network import BareNetwork

CLASSES = ClassSet.from_json([{"index": 4, "name": "road"}, {"index": 0, "name": "Bäume"}, {"index": 9, "name": "c"}])


class Pyramid(BareNetwork):
    """Stride 2, cells of 3 x 2 upsampled and added, a crop decided by a floor division: what is hard to export."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.num_classes = 3
        self.preprocess = Preprocess((0.4, 0.5, 0.6), (0.2, 0.3, 0.4))
        self.body = nn.Conv2d(3, 6, 3, stride=2, padding=1)
        self.pool = nn.AdaptiveAvgPool2d((3, 2))
        self.head = nn.Conv2d(6, 3, 1)

    def forward(self, x):
        y = self.body(x)
        y = y + functional.interpolate(self.pool(y), y.shape[-2:], mode="bilinear", align_corners=False)
        logits = self.head(torch.cat([y, y], 2))[:, :, : -(-x.shape[2] // 2)]
        return {"out": 5 * functional.interpolate(logits, x.shape[-2:], mode="bilinear", align_corners=False)}


class Stuck(Pyramid):
    """Takes the size that it was traced with for a constant."""

    def forward(self, x):
        out = super().forward(x)["out"]
        return {"out": out * float(x.shape[2] / 96)}


class Complex(Pyramid):
    """Uses what ONNX does not have."""

    def forward(self, x):
        return {"out": torch.linalg.svd(super().forward(x)["out"])[0]}


def model(segmenter: Segmenter) -> Model:
    return Model(segmenter.eval(), "small", CLASSES, segmenter.preprocess, "mine")


def session(path):
    import onnxruntime

    return onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])


def starter(text: str = "starter") -> Segmenter:
    torch.manual_seed(0)
    network = build(text, 3)
    for conv in network.classifiers():
        nn.init.normal_(conv.weight, std=0.1)
    return network


def padded_starter() -> Segmenter:
    return starter("starter:multiple=32")


@pytest.mark.parametrize("network", [starter, padded_starter, Pyramid])
def test_onnxruntime_gives_the_networks_probabilities_for_any_size(network, tmp_path):
    made = model(network())
    path = tmp_path / "deep" / "m.onnx"
    written = drive(export_onnx(made, path))
    assert (written.path, written.size) == (path, None)
    assert written.difference <= 1e-4
    (given,), (taken,) = session(path).get_inputs(), session(path).get_outputs()
    assert (given.name, given.type, given.shape) == ("image", "tensor(uint8)", ["N", "H", "W", 3])
    assert (taken.name, taken.type, taken.shape) == ("probabilities", "tensor(float)", ["N", 3, "H", "W"])
    for shape in ((33, 71), (200, 64)):
        image = np.random.default_rng(1).integers(0, 256, (*shape, 3), np.uint8)
        (found,) = session(path).run(None, {"image": image[None]})
        with torch.inference_mode():
            expected = made.segmenter(made.preprocess(image))["out"].softmax(1)
        np.testing.assert_allclose(found, expected.numpy(), atol=1e-4)
    assert [p.name for p in path.parent.iterdir()] == ["m.onnx"]


def test_the_metadata_says_what_the_channels_are(tmp_path):
    made = model(Pyramid())
    drive(export_onnx(made, tmp_path / "m.onnx"))
    notes = session(tmp_path / "m.onnx").get_modelmeta().custom_metadata_map
    assert json.loads(notes["class_names"]) == ["road", "Bäume", "c"]
    assert json.loads(notes["classes"])[0]["index"] == 4
    assert json.loads(notes["preprocess"])["mean"] == [0.4, 0.5, 0.6]
    assert json.loads(notes["short_side"]) is None
    assert (notes["name"], notes["architecture"]) == ("mine", "small")


def test_a_network_of_one_size_is_refused_unless_that_size_is_given(tmp_path):
    path = tmp_path / "m.onnx"
    path.write_bytes(b"old")
    with pytest.raises(MaskwrightError, match="differ by up to") as caught:
        drive(export_onnx(model(Stuck()), path))
    assert "--size" in caught.value.remedy
    assert path.read_bytes() == b"old"
    written = drive(export_onnx(model(Stuck()), path, (48, 64)))
    assert written.size == (48, 64)
    assert session(path).get_inputs()[0].shape == [1, 48, 64, 3]


def test_what_onnx_cannot_express_is_told(tmp_path):
    with pytest.raises(MaskwrightError, match="'small' cannot be exported for 64 x 48 pixels"):
        drive(export_onnx(model(Complex()), tmp_path / "m.onnx", (48, 64)))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("package", ["onnx", "onnxruntime"])
def test_a_missing_package_is_named(package, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MaskwrightError) as caught:
        drive(export_onnx(model(Pyramid()), tmp_path / "m.onnx"))
    assert f"package {package}," in caught.value.message
    assert "maskwright[onnx]" in caught.value.remedy


@pytest.mark.parametrize("shape", [(1, 1), (6, 6), (7, 10), (13, 5)])
@pytest.mark.parametrize("cells", [1, 3, (6, 2), (None, 4)])
def test_pooling_by_matrices_is_adaptive_pooling(shape, cells):
    x = torch.randn(2, 3, *shape)
    torch.testing.assert_close(pooled_by_matrices(x, cells), functional.adaptive_avg_pool2d(x, cells))


def test_division_rounds_down_below_zero():
    with ForAnySize():
        assert (-torch.tensor(7) // 2).item() == -4
