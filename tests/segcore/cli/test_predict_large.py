import json

import numpy as np
import pytest
import torch
from PIL import Image

from segcore.cli import main
from segcore.images.indexed_png import read_indexed_png
from segcore.labels.classes import ClassSet
from segcore.models.architectures import build
from segcore.models.checkpoint import save_checkpoint
from segcore.models.model import Model
from segcore.models.preprocess import Preprocess
from segcore.prediction import large_image
from segcore.project.project import Project

CLASSES = ClassSet.from_json([{"index": 4, "name": "dark"}, {"index": 9, "name": "bright"}])


@pytest.fixture
def arguments(tmp_path):
    torch.manual_seed(0)
    segmenter = build("starter", 2)
    with torch.no_grad():
        segmenter.classifiers()[0].weight.normal_()
    path = tmp_path / "m.safetensors"
    save_checkpoint(path, Model(segmenter, "starter", CLASSES, Preprocess(), "two"))
    folder = tmp_path / "images"
    (folder / "sub").mkdir(parents=True)
    random = np.random.default_rng(0)
    for name, size in (("sub/large.png", (150, 170)), ("small.png", (40, 40))):
        Image.fromarray(random.integers(0, 256, (*size, 3), np.uint8)).save(folder / name)
    return ["predict", str(folder), "--model", str(path), "--device", "cpu", "--precision", "float32", "--tile", "128"]


def test_large_images_give_the_same_files(arguments, tmp_path, monkeypatch, capsys):
    for image in ("sub/large", "small"):  # the georeference is kept
        (tmp_path / "images" / f"{image}.pgw").write_text("2.0\n0.0\n0.0\n-2.0\n1.0\n-1.0\n")
    tiled, pieces = [], large_image.pieces
    monkeypatch.setattr(large_image, "pieces", lambda *a, **k: tiled.append(a[1].shape) or pieces(*a, **k))
    for out, limit in (("ordinary", 1 << 30), ("large", 100_000)):
        monkeypatch.setattr(large_image, "ORDINARY_BYTES", limit)
        assert main([*arguments, "--out", str(tmp_path / out), "--probabilities", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["images"] == 2
        assert tiled == ([] if out == "ordinary" else [(150, 170, 3)])
    names = {"sub/large.png", "sub/large.npz", "sub/large.pgw", "small.png", "small.npz", "small.pgw"}
    for out in (tmp_path / "ordinary", tmp_path / "large"):
        assert {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()} == names
        assert (out / "small.pgw").read_bytes() == (tmp_path / "images" / "small.pgw").read_bytes()
    one, other = (read_indexed_png(tmp_path / out / "sub" / "large.png") for out in ("ordinary", "large"))
    np.testing.assert_array_equal(one, other)
    assert set(np.unique(one)) <= {4, 9}
    first, second = (np.load(tmp_path / out / "sub" / "large.npz") for out in ("ordinary", "large"))
    with first, second:
        np.testing.assert_array_equal(first["probabilities"], second["probabilities"])
        np.testing.assert_array_equal(first["classes"], second["classes"])


def test_large_images_are_refined_in_tiles(arguments, tmp_path, monkeypatch, capsys):
    arguments += ["--crf", "fast", "--crf-theta-alpha", "5", "--crf-theta-beta", "60", "--crf-iterations", "2"]
    for out, limit in (("ordinary", 1 << 30), ("large", 100_000)):
        monkeypatch.setattr(large_image, "ORDINARY_BYTES", limit)
        if out == "large":
            monkeypatch.setattr("segcore.crf.crf.side_for", lambda *_: 96)
        assert main([*arguments, "--out", str(tmp_path / out), "--probabilities", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["images"] == 2
    assert {path.name for path in (tmp_path / "large" / "sub").iterdir()} == {"large.png", "large.npz"}
    one, other = (read_indexed_png(tmp_path / out / "sub" / "large.png") for out in ("ordinary", "large"))
    assert (one == other).mean() > 0.97, "of noise"
    first, second = (np.load(tmp_path / out / "sub" / "large.npz") for out in ("ordinary", "large"))
    with first, second:
        difference = np.abs(first["probabilities"].astype(float) - second["probabilities"])
    assert difference.mean() < 0.01


def test_a_project_gets_its_own_classes(arguments, tmp_path, monkeypatch):
    monkeypatch.setattr(large_image, "ORDINARY_BYTES", 1)
    classes = ClassSet.from_json([{"index": 30, "name": "bright"}])
    Project.create(tmp_path / "p", tmp_path / "images", classes).close()
    arguments[1] = str(tmp_path / "p")
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 0
    labels = read_indexed_png(tmp_path / "out" / "sub" / "large.png", (150, 170))
    assert set(np.unique(labels)) <= {30, 255}


def test_a_failure_is_reported_beside_what_worked(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(large_image, "ORDINARY_BYTES", 100_000)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(large_image, "_reserved", full)
    assert main([*arguments, "--out", str(tmp_path / "out"), "--json"]) == 1
    report, said = capsys.readouterr()
    assert json.loads(report)["images"] == 1
    assert "sub/large.png: " in said
    assert "Free some space" in said
