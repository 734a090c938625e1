from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

import segcore.cli.demo_loop
import segcore.project.sample_project
from segcore.cli import main
from segcore.labels.classes import ClassSet
from segcore.project.project import Project


@pytest.fixture
def bundled(tmp_path, monkeypatch):
    """A sample of five small images, left dark, right bright, and a starter that knows nothing yet."""
    from segcore.models.catalogue import build
    from segcore.models.checkpoint import save_checkpoint
    from segcore.models.model import Model
    from segcore.models.preprocess import Preprocess

    resources = tmp_path / "resources"
    sample = resources / "sample" / "roads"
    (sample / "images").mkdir(parents=True)
    (sample / "labels").mkdir()
    random = np.random.default_rng(0)
    for n in range(5):
        truth = np.zeros((48, 64), np.uint8)
        truth[:, 20 + 5 * n :] = 1
        picture = np.where(truth[..., None], 200, 40) + random.integers(0, 30, (48, 64, 3))
        Image.fromarray(picture.astype(np.uint8)).save(sample / "images" / f"{n}.jpg")
        if n < 4:
            Image.fromarray(truth).save(sample / "labels" / f"{n}.png")
    classes = ClassSet.from_names(["dark", "bright"])
    (sample / "classes.json").write_text(json.dumps(classes.to_json()))
    model = Model(build("starter", 2), "starter", classes, Preprocess(), "starter", {}, [])
    save_checkpoint(resources / "checkpoints" / "starter_roads.safetensors", model)
    for module in (segcore.project.sample_project, segcore.cli.demo_loop):
        monkeypatch.setattr(module, "resource", lambda name: resources / name)
    return sample


def test_the_loop_without_a_window(bundled, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["demo", "--headless", str(out), "--minutes", "0.03", "--device", "cpu"]) == 0
    captured = capsys.readouterr()
    for word in ("open", "predict", "refine", "fine-tune", "predict again", "export", "mean IoU", "before", "after"):
        assert word in captured.out
    assert "Fine-tune: 100%" in captured.err
    report = json.loads((out / "demo.json").read_text())
    assert report["held_out"] == ["2.jpg", "3.jpg"]
    assert 0.0 <= report["scores"]["before"]["mean_iou"] <= 1.0
    assert f"{report['scores']['after']['mean_iou']:.3f}" in captured.out
    assert {path.name for path in out.glob("*.png")} == {f"{n}.png" for n in range(5)}
    assert (out / "export" / "SegmentationClass" / "0.png").is_file()
    with Project.open(out / "project") as project:
        assert project.corrected_ids() == ["0.jpg", "1.jpg"]
        assert len(project.checkpoints()) == 1
        assert project.active_model == str(project.checkpoints()[0].path)
        assert project.load_prediction("4.jpg") is not None


def test_the_window_is_not_here(capsys):
    assert main(["demo"]) == 1
    assert "--headless OUT" in capsys.readouterr().err


@pytest.mark.parametrize("minutes", ["0", "-1", "x", "nan"])
def test_minutes_must_be_positive(minutes, capsys):
    assert main(["demo", "--headless", "out", "--minutes", minutes]) == 2
