"""Programs of torch.export: the labels are the network's own, and nothing of a file is unpickled or evaluated."""

import json
import zipfile

import numpy as np
import pytest
import torch
from torch import nn
from torch.export import Dim
from torch.nn import functional

from segcore.errors import CheckpointError, UsageError
from segcore.labels.classes import ClassSet
from segcore.models.catalogue import load_model, model_for_training
from segcore.models.checkpoint import load_checkpoint, save_checkpoint
from segcore.models.description import DescriptionNeededError
from segcore.prediction import Predictor, to_labels
from segcore.progress import drive

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
NAMES = ["road", "sky", "tree"]


class Net(nn.Module):
    """Norms, a pooled branch, a split, a constant, sizes computed from the input's."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.BatchNorm2d(8), nn.SiLU())
        self.head = nn.Conv2d(12, 3, 1)

    def forward(self, x):
        y = self.body(x)
        first, _ = y.chunk(2, 1)
        pooled = functional.adaptive_avg_pool2d(first, 1).expand(-1, -1, y.shape[2], y.shape[3])
        out = self.head(torch.cat([y, pooled], 1)) * torch.tensor([2.0])
        out = out * (y.shape[2] + 1) / (y.shape[3] * 2)
        return functional.interpolate(out, x.shape[2:], mode="bilinear")


@pytest.fixture(scope="module")
def network():
    return Net().eval()


@pytest.fixture(scope="module")
def exported(network, tmp_path_factory):
    folder = tmp_path_factory.mktemp("programs")
    free = {2: Dim("h", min=32, max=4096), 3: Dim("w", min=32, max=4096)}
    x = torch.rand(1, 3, 64, 96)
    torch.export.save(torch.export.export(network, (x,), dynamic_shapes=(free,)), folder / "free.pt2")
    torch.export.save(torch.export.export(network, (x,)), folder / "fixed.pt2")
    return folder


@pytest.fixture
def path(exported, tmp_path):
    found = tmp_path / "net.pt2"
    found.write_bytes((exported / "free.pt2").read_bytes())
    describe(found)
    return found


def describe(path):
    path.with_suffix(".json").write_text(json.dumps({"class_names": NAMES, "mean": MEAN, "std": STD}), "utf-8")


def picture(height, width):
    return np.random.default_rng(7).integers(0, 256, (height, width, 3), np.uint8)


@torch.no_grad()
def expected(network, image):
    x = ((image / 255 - np.array(MEAN)) / np.array(STD)).transpose(2, 0, 1)[None].astype(np.float32)
    return network(torch.from_numpy(x)).argmax(1)[0].numpy()


def labels(model, image):
    return to_labels(drive(Predictor(model, "cpu").probabilities(image)), model.classes)


@pytest.mark.parametrize("size", [(64, 96), (53, 71), (120, 33)])
def test_labels_are_the_networks_own_and_stay_in_a_checkpoint(path, network, size, tmp_path):
    model = drive(load_model(str(path)))
    assert (model.classes.names, model.architecture) == (NAMES, "exported_program")
    image = picture(*size)
    assert (labels(model, image) == expected(network, image)).mean() >= 0.999
    save_checkpoint(tmp_path / "copy.safetensors", model)
    assert (labels(load_checkpoint(tmp_path / "copy.safetensors"), image) == expected(network, image)).mean() >= 0.999


def test_one_size_is_tiled(exported, network):
    path = exported / "fixed.pt2"
    describe(path)
    model = load_checkpoint(path)
    assert model.segmenter.rules.size == (64, 96)
    image = picture(64, 96)
    assert (labels(model, image) == expected(network, image)).mean() >= 0.999
    assert labels(model, picture(150, 100)).shape == (150, 100)


class Casting(Net):
    """Changes types and places, which torch.export guards with checks that return nothing."""

    def forward(self, x):
        return super().forward(x.to(torch.float64).float().to("cpu"))


def test_casts_are_computed(tmp_path):
    network, image = Casting().eval(), picture(64, 96)
    torch.export.save(torch.export.export(network, (torch.rand(1, 3, 64, 96),)), tmp_path / "cast.pt2")
    describe(tmp_path / "cast.pt2")
    found = labels(load_checkpoint(tmp_path / "cast.pt2"), image)
    assert (found == expected(network, image)).mean() >= 0.999


def test_names_are_asked_for_and_training_is_refused(path):
    with pytest.raises(UsageError, match="only predicts"):
        drive(model_for_training(str(path), ClassSet.from_names(NAMES)))
    path.with_suffix(".json").unlink()
    with pytest.raises(DescriptionNeededError, match="class_names, mean and std for its 3 classes"):
        load_checkpoint(path)


def rewrite(path, change):
    """Write the archive again with changed files."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, change(name, content))


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("model.json", b"torch.ops.aten.silu.default", b"torch.ops.aten.from_file.default", "which is not computed"),
        ("model.json", b"torch.ops.aten.silu.default", b"torch.hub.load", "which is not computed"),
        ("model.json", b"torch.ops.aten.silu.default", b"_operator.attrgetter", "which is not computed"),
        ("model_weights_config.json", b'"use_pickle": false', b'"use_pickle": true', "is pickled"),
        ("model_weights_config.json", b'"dtype": 7', b'"dtype": 99', "no program"),
    ],
)
def test_nothing_but_arithmetic_is_computed(path, name, old, new, message):
    rewrite(path, lambda file, content: content.replace(old, new) if file.endswith(name) else content)
    with pytest.raises(CheckpointError, match=message):
        load_checkpoint(path)


def test_what_is_evaluated_or_unpickled_by_torch_is_not_read_at_all(path, network, tmp_path):
    ran = tmp_path / "ran"
    evil = f"__import__('pathlib').Path({str(ran)!r}).touch()"

    def change(name, content):
        if name.endswith("sample_inputs/model.pt"):
            return f"cbuiltins\neval\n(V{evil}\ntR.".encode()
        if name.endswith("model.json"):
            return content.replace(b"Symbol(", json.dumps(evil)[1:-1].encode() + b" or Symbol(")
        return content

    rewrite(path, change)
    image = picture(64, 64)
    assert (labels(load_checkpoint(path), image) == expected(network, image)).mean() >= 0.999
    assert not ran.exists()


def test_a_damaged_file(path):
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(CheckpointError, match=r"net\.pt2.*no program of torch\.export"):
        load_checkpoint(path)
