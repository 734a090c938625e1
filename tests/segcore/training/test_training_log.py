from __future__ import annotations

import json
import sys

import pytest

from segcore.errors import ProjectError, TrainingError
from segcore.metrics.scores import Scores
from segcore.training.training_log import Log

SCORES = Scores(0.9, 0.8, 0.7, 0.85, {"ground": 0.9, "blob": 0.5, "unicorn": None}, [[1]])


def write(log: Log) -> None:
    log.step({"step": 3, "loss": 0.5, "images_per_second": 12.0}, {"head": 1e-3, "backbone": 1e-4})
    log.scores(3, SCORES)
    log.close()
    log.close()


def test_tensorboard_and_json_lines_say_the_same(tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    write(Log(tmp_path / "new" / "log"))
    lines = [json.loads(line) for line in (tmp_path / "new" / "log" / "log.jsonl").read_text().splitlines()]
    assert lines[0] == {"step": 3, "loss": 0.5, "images_per_second": 12.0, "rates": {"head": 1e-3, "backbone": 1e-4}}
    assert lines[1]["mean_iou"] == 0.7
    events = EventAccumulator(str(tmp_path / "new" / "log")).Reload()
    found = {tag: events.Scalars(tag)[0] for tag in events.Tags()["scalars"]}
    assert set(found) == {
        "loss",
        "images per second",
        "learning rate/head",
        "learning rate/backbone",
        "mean IoU",
        "IoU/ground",
        "IoU/blob",
    }
    assert found["IoU/blob"].value == 0.5
    assert {event.step for event in found.values()} == {3}


def test_without_tensorboard_the_remedy_is_said(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(TrainingError, match="TensorBoard is not installed") as caught:
        Log(tmp_path)
    assert "maskwright[tensorboard]" in caught.value.remedy


def test_without_a_folder_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(Log(None))
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    pytest.importorskip("tensorboard")
    (tmp_path / "file").write_text("")
    with pytest.raises(ProjectError, match="file"):
        Log(tmp_path / "file" / "log")
