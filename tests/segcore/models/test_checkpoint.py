import json
import os
import struct
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from segcore.errors import CheckpointError
from segcore.labels.classes import ClassSet
from segcore.models.architectures import build
from segcore.models.checkpoint import load_checkpoint, save_checkpoint
from segcore.models.checkpoint_info import METADATA_KEY, SCHEMA, read_checkpoint_info
from segcore.models.model import Model
from segcore.models.preprocess import Preprocess

CLASSES = ClassSet.from_json([{"index": 3, "name": "Straße", "color": "#804080"}, {"index": 7, "name": "crack"}])


@pytest.fixture
def model() -> Model:
    torch.manual_seed(0)
    segmenter = build("starter", 2).eval()
    with torch.no_grad():
        for conv in segmenter.classifiers():
            conv.weight.normal_()
    lineage = [{"source": "ImageNet"}, {"data": "roads", "images": 20}]
    return Model(
        segmenter, "starter", CLASSES, Preprocess((0.5,) * 3, (0.25,) * 3), "Straßen v1", {"miou": 0.5}, lineage
    )


def rewrite(path: Path, change) -> None:
    """Change a checkpoint's tensors and header in place."""
    tensors = load_file(path)
    with safe_open(path, "pt") as file:
        header = json.loads(file.metadata()[METADATA_KEY])
    change(tensors, header)
    save_file(tensors, path, {METADATA_KEY: json.dumps(header)})


def refused(path: Path) -> CheckpointError:
    with pytest.raises(CheckpointError) as caught:
        load_checkpoint(path)
    assert path.name in caught.value.message
    assert caught.value.remedy
    return caught.value


def test_a_model_comes_back_as_it_was_saved(model, tmp_path):
    path = tmp_path / "новый" / "m.safetensors"
    save_checkpoint(path, model)
    back = load_checkpoint(path)
    assert (back.architecture, back.classes, back.preprocess) == ("starter", CLASSES, model.preprocess)
    assert (back.name, back.metrics, back.lineage) == ("Straßen v1", {"miou": 0.5}, model.lineage)
    assert not back.segmenter.training
    x = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        torch.testing.assert_close(back.segmenter(x)["out"], model.segmenter(x)["out"], rtol=0, atol=0)


def test_half_is_half_the_size_and_loads_as_float32(model, tmp_path):
    save_checkpoint(tmp_path / "full.safetensors", model)
    save_checkpoint(tmp_path / "half.safetensors", model, half=True)
    assert os.path.getsize(tmp_path / "half.safetensors") < 0.55 * os.path.getsize(tmp_path / "full.safetensors")
    stored = load_file(tmp_path / "half.safetensors")
    assert all(v.dtype == torch.float32 for k, v in stored.items() if k.endswith(("running_mean", "running_var")))
    back = load_checkpoint(tmp_path / "half.safetensors")
    assert {p.dtype for p in back.segmenter.parameters()} == {torch.float32}
    for key, value in model.segmenter.state_dict().items():
        torch.testing.assert_close(back.segmenter.state_dict()[key], value, rtol=1e-3, atol=1e-6)


def test_half_keeps_values_beyond_its_range(model, tmp_path):
    with torch.no_grad():
        model.segmenter.classifiers()[0].bias[0] = 1e6
    save_checkpoint(tmp_path / "m.safetensors", model, half=True)
    assert load_checkpoint(tmp_path / "m.safetensors").segmenter.classifiers()[0].bias[0] == 1e6


def test_the_header_is_read_without_the_weights(model, tmp_path):
    save_checkpoint(tmp_path / "m.safetensors", model)
    info = read_checkpoint_info(tmp_path / "m.safetensors")
    assert (info.architecture, info.classes, info.name, info.schema) == ("starter", CLASSES, "Straßen v1", SCHEMA)
    assert Preprocess.from_json(info.preprocess) == model.preprocess


@pytest.mark.parametrize("keep", [0, 5, 100, 0.5, -1])
def test_a_truncated_file_is_refused(model, tmp_path, keep):
    path = tmp_path / "m.safetensors"
    save_checkpoint(path, model)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep) if isinstance(keep, float) else keep])
    assert "truncated" in refused(path).message


def test_a_file_that_is_not_there(tmp_path):
    assert "does not exist" in refused(tmp_path / "gone.safetensors").message


def test_not_finite_weights_are_refused_on_both_ways(model, tmp_path):
    path = tmp_path / "m.safetensors"
    save_checkpoint(path, model)
    before = path.read_bytes()
    with torch.no_grad():
        model.segmenter.classifiers()[0].weight[0, 0] = float("nan")
    with pytest.raises(CheckpointError, match="not finite"):
        save_checkpoint(path, model)
    assert path.read_bytes() == before
    rewrite(path, lambda tensors, header: tensors["classifier.weight"].fill_(float("inf")))
    assert "not finite" in refused(path).message


def test_missing_and_extra_tensors_are_named(model, tmp_path):
    path = tmp_path / "m.safetensors"
    save_checkpoint(path, model)
    rewrite(path, lambda tensors, header: tensors.update(stranger=tensors.pop("classifier.bias")))
    message = refused(path).message
    assert "classifier.bias" in message
    assert "stranger" in message


def test_another_class_count_is_refused(model, tmp_path):
    path = tmp_path / "m.safetensors"
    save_checkpoint(path, model)
    rewrite(path, lambda tensors, header: header.update(classes=[{"name": "a"}, {"name": "b"}, {"name": "c"}]))
    message = refused(path).message
    assert "3 classes" in message
    assert "for 2" in message


def test_a_network_that_does_not_fit_its_classes_is_not_written(model, tmp_path):
    model.segmenter.keep_channels([0, 1, None])
    with pytest.raises(CheckpointError, match="3 classes"):
        save_checkpoint(tmp_path / "m.safetensors", model)
    assert list(tmp_path.iterdir()) == []


def test_another_architecture_is_refused(model, tmp_path):
    path = tmp_path / "m.safetensors"
    save_checkpoint(path, model)
    rewrite(path, lambda tensors, header: header.update(architecture="lraspp_mobilenetv3"))
    assert "lraspp_mobilenetv3" in refused(path).message
    for unknown in ("perceptron", "starter:depth=3"):
        rewrite(path, lambda tensors, header, unknown=unknown: header.update(architecture=unknown))
        assert unknown.partition(":")[0] in refused(path).message


def test_the_header_names_the_architecture_with_its_options(model, tmp_path):
    model.segmenter, model.architecture = build("lraspp_lite0:output_stride=32", 2), "lraspp_lite0:output_stride=32"
    save_checkpoint(tmp_path / "m.safetensors", model)
    back = load_checkpoint(tmp_path / "m.safetensors")
    assert back.architecture == "lraspp_lite0:output_stride=32"
    assert back.segmenter.encoder.encoder.stages[5][0].depthwise.stride == (2, 2)


def test_a_newer_schema_asks_for_an_update(model, tmp_path):
    path = tmp_path / "m.safetensors"
    save_checkpoint(path, model)
    rewrite(path, lambda tensors, header: header.update(schema=SCHEMA + 1))
    assert "Update" in refused(path).remedy


@pytest.mark.parametrize(
    "broken",
    [
        {"classes": []},
        {"classes": 3},
        {"preprocess": None},
        {"preprocess": {"mean": [0.5] * 3, "std": [0.5] * 3, "short_side": -3}},
        {"schema": "new"},
    ],
)
def test_a_damaged_header_is_refused(model, tmp_path, broken):
    path = tmp_path / "m.safetensors"
    save_checkpoint(path, model)
    rewrite(path, lambda tensors, header: header.update(broken))
    refused(path)


def test_weights_without_our_header_are_refused(tmp_path):
    save_file({"a": torch.zeros(2)}, tmp_path / "m.safetensors")
    assert "not a checkpoint of Maskwright" in refused(tmp_path / "m.safetensors").message


def test_other_files_are_refused(tmp_path):
    (tmp_path / "text.txt").write_text("hello, this is no checkpoint at all")
    refused(tmp_path / "text.txt")
    (tmp_path / "odd.safetensors").write_bytes(struct.pack("<Q", 4) + b"nope")
    refused(tmp_path / "odd.safetensors")


class Evil:
    def __reduce__(self):
        return (os.mkdir, (os.environ["EVIL_FOLDER"],))


@pytest.mark.parametrize("zipped", [True, False])
def test_a_pickle_is_never_executed(tmp_path, monkeypatch, zipped):
    monkeypatch.setenv("EVIL_FOLDER", str(tmp_path / "evil"))
    for name in ("m.pth", "m.safetensors"):
        torch.save({"a": Evil()}, tmp_path / name, _use_new_zipfile_serialization=zipped)
        assert "state_dict" in refused(tmp_path / name).remedy
    assert not (tmp_path / "evil").exists()


def test_a_state_dict_of_something_else_is_refused(tmp_path):
    torch.save(torch.nn.Linear(2, 2).state_dict(), tmp_path / "m.pth")
    assert "fcn_resnet50" in refused(tmp_path / "m.pth").remedy
    torch.save([1, 2], tmp_path / "n.pth")
    refused(tmp_path / "n.pth")
    (tmp_path / "t.pth").write_bytes((tmp_path / "m.pth").read_bytes()[:300])
    assert "truncated" in refused(tmp_path / "t.pth").message
