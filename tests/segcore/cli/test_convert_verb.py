import json

import pytest
import torch

from segcore.cli import main
from segcore.labels.classes import ClassSet
from segcore.models.architectures import build
from segcore.models.checkpoint import load_checkpoint, save_checkpoint
from segcore.models.model import Model
from segcore.models.torchvision_models import PREPROCESS
from tests.systems import needs_links


@pytest.fixture
def checkpoint(tmp_path):
    torch.manual_seed(0)
    segmenter = build("lraspp_mobilenetv3", 2)
    path = tmp_path / "m.safetensors"
    classes = ClassSet.from_names(["road", "sky"])
    save_checkpoint(path, Model(segmenter, "lraspp_mobilenetv3", classes, PREPROCESS, "two"))
    return path


def test_onnx(checkpoint, tmp_path, capsys):
    out = tmp_path / "m.onnx"
    assert main(["convert", str(checkpoint), "--to", "onnx", "--out", str(out), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report.pop("difference") <= 1e-3
    assert report == {
        "out": str(out),
        "to": "onnx",
        "architecture": "lraspp_mobilenetv3",
        "classes": ["road", "sky"],
        "size": None,
        "short_side": 520,
    }
    assert out.stat().st_size > 1_000_000


def test_torchvision(checkpoint, tmp_path, capsys):
    out = tmp_path / "m.pth"
    assert main(["convert", str(checkpoint), "--to", "torchvision", "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "lraspp_mobilenet_v3_large(" in told
    assert "road, sky" in told
    assert load_checkpoint(out).architecture == "lraspp_mobilenetv3"


@pytest.mark.parametrize("link", [False, pytest.param(True, marks=needs_links)])
def test_the_source_is_never_replaced(checkpoint, tmp_path, capsys, link):
    before, out = checkpoint.read_bytes(), checkpoint
    if link:
        out = tmp_path / "other.pth"
        out.symlink_to(checkpoint)
    assert main(["convert", str(checkpoint), "--to", "torchvision", "--out", str(out)]) == 1
    assert "is the model itself" in capsys.readouterr().err
    assert checkpoint.read_bytes() == before


def test_bad_arguments(checkpoint, tmp_path, capsys):
    start = ["convert", str(checkpoint), "--to"]
    assert main([*start, "onnx", "--out", str(tmp_path)]) == 1
    assert "is a folder" in capsys.readouterr().err
    for text in ("480", "0x64", "16x640", "axb"):
        assert main([*start, "onnx", "--out", str(tmp_path / "m"), "--size", text]) == 2
        assert "HEIGHTxWIDTH" in capsys.readouterr().err
    assert main([*start, "torchvision", "--out", str(tmp_path / "m"), "--size", "64x64"]) == 2
    assert main(["convert", "nothing", "--to", "onnx", "--out", str(tmp_path / "m")]) == 1
    assert "The model 'nothing' does not exist" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [checkpoint.name]


def test_a_folder_that_cannot_be_written_is_named(checkpoint, tmp_path, capsys):
    (tmp_path / "file").write_bytes(b"")
    out = tmp_path / "file" / "m.pth"
    assert main(["convert", str(checkpoint), "--to", "torchvision", "--out", str(out)]) == 1
    assert str(out) in capsys.readouterr().err
