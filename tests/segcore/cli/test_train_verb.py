from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segcore.cli import main
from segcore.images.indexed_png import write_indexed_png
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.models.checkpoint_info import read_checkpoint_info
from segcore.progress import drive
from segcore.project.project import Project
from segcore.training import resume
from segcore.training.learner import Learner
from tests.systems import posix_only

CLASSES = ClassSet.from_names(["ground", "blob"])
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Four small images, label maps whose value 9 is to be ignored, and a list of names."""
    for number in range(4):
        random = np.random.default_rng(number)
        image = random.integers(20, 60, (48, 64, 3), dtype=np.uint8)
        labels = np.zeros((48, 64), np.uint8)
        labels[:, 20 + 4 * number :] = 1
        labels[0] = 9
        image[labels == 1, 0] += 180
        path = tmp_path / "images" / f"{number}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(image).save(path)
        write_indexed_png(tmp_path / "labels" / f"{number}.png", labels, CLASSES.palette())
    (tmp_path / "classes.txt").write_text("ground\nblob\n")
    return tmp_path


def words(data: Path, *more: str) -> list[str]:
    folders = ["--images", str(data / "images"), "--labels", str(data / "labels")]
    rest = ["--classes", str(data / "classes.txt"), "--ignore-index", "9", "--model", "starter", "--device", "cpu"]
    return ["train", *folders, *rest, "--out", str(data / "new.safetensors"), *more]


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_folders_are_trained_and_then_evaluated(data, capsys):
    assert main(words(data, "--epochs", "8")) == 0
    report = capsys.readouterr().out
    assert "mean IoU" in report
    assert "blob" in report
    folders = ["--images", str(data / "images"), "--labels", str(data / "labels"), "--ignore-index", "9"]
    assert main(["evaluate", "--model", str(data / "new.safetensors"), *folders, "--json", "--device", "cpu"]) == 0
    scores = json.loads(capsys.readouterr().out)
    assert {"pixel_accuracy", "mean_accuracy", "mean_iou", "fw_iou", "iou", "confusion"} <= scores.keys()
    assert scores["mean_iou"] > 0.6
    assert sum(map(sum, scores["confusion"])) == 4 * 47 * 64
    assert scores["images"] == 4
    assert main(["evaluate", "--model", str(data / "new.safetensors"), *folders, "--device", "cpu"]) == 0
    table = capsys.readouterr().out
    assert f"{100 * scores['mean_iou']:.1f} %" in table


def test_json_lines_say_how_it_goes_and_what_came_of_it(data, capsys):
    assert main(words(data, "--epochs", "2", "--json-lines")) == 0
    events = lines(capsys.readouterr().out)
    assert {event["event"] for event in events[:-1]} == {"progress"}
    assert {"done", "total", "message"} <= events[0].keys()
    steps = [event["step"] for event in events if "step" in event]
    assert steps == sorted(steps)
    assert any("mean_iou" in event for event in events)
    result = events[-1]
    assert result["event"] == "result"
    assert result["checkpoint"] == str(data / "new.safetensors")
    assert result["before"] is None
    assert set(result["after"]["iou"]) == {"ground", "blob"}
    assert result["seconds"] > 0


def test_numbers_of_the_recipe_can_be_given(data, capsys):
    log = data / "log"
    more = ["--recipe", "deeplab", "--batch", "1", "--accumulate", "2", "--crop", "32x48", "--loss", "lovasz"]
    assert main(words(data, "--epochs", "1", "--json-lines", "--precision", "float32", "--log", str(log), *more)) == 0
    events = lines(capsys.readouterr().out)
    assert events[-1]["steps"] == 2  # three images, two a step
    assert events[-1]["warnings"] == []
    assert events[-1]["peak_memory"] > 0
    assert events[-1]["images_per_second"] > 0
    assert [event["step"] for event in lines((log / "log.jsonl").read_text())] == [1, 1, 2, 2]  # and validations


@pytest.mark.parametrize(
    "more",
    [("--crop", "32"), ("--crop", "0x32"), ("--batch", "1.5"), ("--recipe", "mine"), ("--loss", "focal")],
)
def test_numbers_that_are_none_are_a_usage_error(data, capsys, more):
    assert main(words(data, *more)) == 2
    assert capsys.readouterr().err


def test_an_interrupted_training_says_how_to_go_on_and_does(data, capsys, monkeypatch):
    step, steps = Learner.step, []

    def interrupted(*arguments):
        steps.append(1)
        if len(steps) == 3:
            raise KeyboardInterrupt
        return step(*arguments)

    monkeypatch.setattr(Learner, "step", interrupted)
    monkeypatch.setattr(resume, "STATE_SECONDS", (0.0, 0.0))
    monkeypatch.setattr(resume, "STATE_SHARE", float("inf"))
    assert main(words(data, "--epochs", "2", "--json-lines")) == 1
    said = capsys.readouterr()
    assert "new.safetensors.resume is kept: the same command with --resume" in said.err
    assert not (data / "new.safetensors").exists()
    assert main(words(data, "--epochs", "2", "--json-lines", "--resume")) == 0
    events = lines(capsys.readouterr().out)
    assert next(event["step"] for event in events if "loss" in event) == 3
    assert not list(data.glob("*.resume"))


@posix_only("no SIGTERM")
def test_sigterm_of_a_cluster_writes_the_state_and_the_same_command_goes_on(data, capsys, monkeypatch):
    step, steps = Learner.step, []

    def asked_to_end(*arguments):
        steps.append(1)
        if len(steps) == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        return step(*arguments)

    monkeypatch.setattr(Learner, "step", asked_to_end)
    assert main(words(data, "--epochs", "2")) == 75
    assert "stopped at step 2; its state is written. The same command with --resume" in capsys.readouterr().err
    assert (data / "new.safetensors.resume").exists()
    assert not (data / "new.safetensors").exists()
    done = len(steps)
    assert main(words(data, "--epochs", "2", "--resume")) == 0
    assert done == 2
    assert f"of {len(steps)}," in capsys.readouterr().out
    assert not list(data.glob("*.resume"))


def test_nothing_to_resume_is_said(data, capsys):
    assert main(words(data, "--epochs", "1", "--resume")) == 1
    assert "nothing to resume" in capsys.readouterr().err


def test_json_lines_carry_errors_too(data, capsys):
    for number in range(4):
        (data / "labels" / f"{number}.png").write_bytes(b"damaged")
    assert main(words(data, "--epochs", "1", "--json-lines")) == 1
    error = lines(capsys.readouterr().out)[-1]
    assert error["event"] == "error"
    assert "png is damaged (it is no PNG file)" in error["message"]
    assert error["remedy"]
    assert not (data / "new.safetensors").exists()


def test_an_unfit_label_map_is_passed_over_by_training_and_evaluation(data, capsys):
    write_indexed_png(data / "labels" / "2.png", np.zeros((5, 5), np.uint8), CLASSES.palette())
    assert main(words(data, "--epochs", "1", "--json-lines")) == 0
    assert list(lines(capsys.readouterr().out)[-1]["skipped"]) == ["2.png"]
    assert main(words(data, "--epochs", "1")) == 0
    assert next(line for line in capsys.readouterr().out.splitlines() if line.startswith("skipped: ")).count("2.png")
    folders = ["--images", str(data / "images"), "--labels", str(data / "labels"), "--ignore-index", "9"]
    assert main(["evaluate", "--model", str(data / "new.safetensors"), *folders, "--json", "--device", "cpu"]) == 1
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert report["images"] == 3
    assert [failure["image"] for failure in report["failures"]] == ["2.png"]
    assert "trained on 3 images of these names" in said.err


@pytest.mark.parametrize(
    "more",
    [("--epochs", "nan"), ("--minutes", "0"), ("--epochs", "x"), ("--val-images", "a"), ("PROJECT",)],
)
def test_arguments_that_do_not_fit_are_a_usage_error(data, capsys, more):
    assert main(words(data, *more)) == 2
    assert capsys.readouterr().err


def test_a_checkpoint_that_cannot_be_written_is_refused_before_the_work(data, capsys):
    (data / "new.safetensors").mkdir()
    assert main(words(data, "--epochs", "1")) == 1
    assert "is a folder" in capsys.readouterr().err


def test_held_out_images_may_have_the_names_of_training_images(data, capsys):
    for folder in ("images", "labels"):
        (data / "held" / folder).mkdir(parents=True)
        (data / folder / "3.png").rename(data / "held" / folder / "0.png")
    held_out = ["--val-images", str(data / "held" / "images"), "--val-labels", str(data / "held" / "labels")]
    assert main(words(data, "--epochs", "1", "--json-lines", *held_out)) == 0
    assert sum(map(sum, lines(capsys.readouterr().out)[-1]["after"]["confusion"])) == 47 * 64


def test_held_out_folders_are_used_as_given(data, capsys):
    held_out = ["--val-images", str(data / "held"), "--val-labels", str(data / "labels")]
    (data / "held").mkdir()
    (data / "images" / "3.png").rename(data / "held" / "3.png")
    assert main(words(data, "--epochs", "1", "--json-lines", *held_out)) == 0
    result = lines(capsys.readouterr().out)[-1]
    assert sum(map(sum, result["after"]["confusion"])) == 47 * 64
    assert read_checkpoint_info(data / "new.safetensors").lineage[-1]["train_images"] == 3


def test_a_project_is_trained_on_its_corrected_images(data, capsys):
    with Project.create(data / "p.maskwright", data / "images", CLASSES) as project:
        drive(project.rescan())
        for key in project.image_ids()[:2]:
            labels = np.zeros((48, 64), np.uint8)
            labels[:, 30:] = 1
            provenance = np.full((48, 64), Provenance.PAINTED, np.uint8)
            provenance[20:] = Provenance.PREDICTED
            project.save_label_map(key, LabelMap(labels, provenance))
    out = data / "p.safetensors"
    order = ["train", str(data / "p.maskwright"), "--model", "starter", "--out", str(out), "--epochs", "2"]
    assert main([*order, "--device", "cpu", "--json-lines"]) == 0
    result = lines(capsys.readouterr().out)[-1]
    assert sum(map(sum, result["after"]["confusion"])) == 20 * 64  # one image, only what is painted
    assert read_checkpoint_info(out).lineage[-1]["train_images"] == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (["train", "--model", "starter", "--out", "x"], "nothing to train on"),
        (["train", "here", "--images", "there", "--model", "starter", "--out", "x"], "A project has its own"),
    ],
)
def test_arguments_that_do_not_fit_together_are_explained(change, message, capsys):
    assert main(change) == 2
    assert message in capsys.readouterr().err


def test_epochs_and_minutes_exclude_each_other(data):
    assert main(words(data, "--epochs", "1", "--minutes", "1")) == 2


def test_a_project_without_corrections_says_so(data, capsys):
    with Project.create(data / "p.maskwright", data / "images", CLASSES) as project:
        drive(project.rescan())
    assert main(["train", str(data / "p.maskwright"), "--model", "starter", "--out", str(data / "x")]) == 1
    assert "is corrected yet" in capsys.readouterr().err


@posix_only("no SIGTERM")
def test_sigterm_stops_cleanly(data):
    command = [sys.executable, "-m", "segcore", *words(data, "--minutes", "5", "--json-lines")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line).get("step", 0) >= 3:
                break
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert b"Traceback" not in errors
    assert not list(data.glob("*new.safetensors*"))


def test_evaluate_joins_classes_by_name_and_reports_what_it_passed_over(data, capsys):
    assert main(words(data, "--epochs", "1")) == 0
    (data / "swapped.json").write_text('[{"index": 1, "name": "BLOB"}, {"index": 0, "name": "ground"}]')
    (data / "labels" / "3.png").unlink()
    (data / "images" / "2.png").write_bytes(b"")
    capsys.readouterr()
    order = ["--images", str(data / "images"), "--labels", str(data / "labels"), "--ignore-index", "9"]
    more = ["--classes", str(data / "swapped.json"), "--json", "--device", "cpu"]
    assert main(["evaluate", "--model", str(data / "new.safetensors"), *order, *more]) == 1
    printed = capsys.readouterr()
    scores = json.loads(printed.out)
    assert list(scores["iou"]) == ["BLOB", "ground"]
    assert scores["images"] == 2
    assert scores["without_labels"] == ["3.png"]
    assert [failure["image"] for failure in scores["failures"]] == ["2.png"]
    assert "3.png" in printed.err
