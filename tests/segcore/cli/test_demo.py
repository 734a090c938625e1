from __future__ import annotations

import json

import pytest

from segcore.cli import main
from segcore.labels.label_map import State
from segcore.project.project import Project
from tests.segcore.cli.small_samples import bundled  # noqa: F401

pytestmark = pytest.mark.usefixtures("bundled")


def test_both_samples_without_a_window(tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["demo", "--headless", str(out), "--minutes", "0.03", "--device", "cpu"]) == 0
    captured = capsys.readouterr()
    report = json.loads((out / "demo.json").read_text())
    assert list(report) == ["roads", "nuclei"]
    roads_are_told(out / "roads", report["roads"], captured)
    nuclei_are_told(out / "nuclei", report["nuclei"], captured)


def roads_are_told(out, report, captured):
    for word in ("open", "predict", "refine", "fine-tune", "compare", "export", "mean IoU", "before", "fine-tuned"):
        assert word in captured.out
    assert "Fine-tune: 100%" in captured.err
    assert report["held_out"] == [f"{n}.jpg" for n in range(2, 7)]
    assert 0.0 <= report["scores"]["before"]["mean_iou"] <= 1.0
    assert f"{report['scores']['after']['mean_iou']:.3f}" in captured.out
    assert report["comparison"]["images"] == 5
    assert report["comparison"]["after"] == pytest.approx(report["scores"]["after"]["mean_iou"])
    assert {path.name for path in out.glob("*.png")} == {f"{n}.png" for n in range(8)}
    assert (out / "export" / "SegmentationClass" / "0.png").is_file()
    used = report["comparison"]["verdict"] == "better"
    assert report["used"] == ("after" if used else "before")
    assert ("It is used now." in captured.out) == used
    assert ("The model before stays in use" in captured.out) != used
    with Project.open(out / "project") as project:
        assert project.corrected_ids() == ["0.jpg", "1.jpg"]
        (version,) = project.checkpoints()
        assert (project.active_model == str(version.path)) == used
        assert project.load_prediction("7.jpg") is not None


def nuclei_are_told(out, report, captured):
    scores = report["scores"]
    assert list(scores) == ["0", "1", "2", "done", "trained"]
    assert scores["0"]["mean_iou"] == 0.0
    assert scores["1"]["iou"]["bright"] == 0.0  # nobody has painted it yet
    assert scores["2"]["mean_iou"] > 0.6
    assert "live, 1 stroke " in captured.out
    assert report["held_out"] == ["2.jpg", "3.jpg"]
    assert {path.name for path in out.glob("*.png")} == {f"{n}.png" for n in range(5)}
    with Project.open(out / "project") as project:
        assert {key: project.state(key) for key in ("0.jpg", "1.jpg", "2.jpg")} == {
            "0.jpg": State.DONE,
            "1.jpg": State.DONE,
            "2.jpg": State.NEW,
        }
        assert project.active_model == str(project.checkpoints()[0].path)


def test_one_sample_alone(tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["demo", "--sample", "nuclei", "--headless", str(out), "--minutes", "0.02", "--device", "cpu"]) == 0
    assert list(json.loads((out / "demo.json").read_text())) == ["nuclei"]
    assert not (out / "roads").exists()


def test_a_sample_without_its_strokes(bundled, tmp_path, capsys):  # noqa: F811
    (bundled / "sample" / "nuclei" / "strokes.json").write_text("[{}]")
    assert main(["demo", "--sample", "nuclei", "--headless", str(tmp_path / "out"), "--device", "cpu"]) == 1
    assert "strokes of the sample project cannot be read" in capsys.readouterr().err


def test_the_window_is_not_here(capsys):
    assert main(["demo"]) == 1
    assert "--headless OUT" in capsys.readouterr().err


@pytest.mark.parametrize("minutes", ["0", "-1", "x", "nan"])
def test_minutes_must_be_positive(minutes, capsys):
    assert main(["demo", "--headless", "out", "--minutes", minutes]) == 2
