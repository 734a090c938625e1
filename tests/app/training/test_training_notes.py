"""What a training left out and warned of is read beside its result, not only while it runs."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from app.training.result_dialog import TrainingResultDialog
from app.training.training_outcome import outcome_from_json
from app.training.training_run import TrainingOrder
from segcore.labels.classes import ClassSet
from segcore.metrics.scores import Scores
from segcore.project.project import Project
from tests.app.training.desk import Desk

SCORES = Scores(0.9, 0.6, 0.55, 0.8, {"dark": 0.7, "bright": 0.4}, [[6, 1], [1, 2]])
NEVER = "The class 'bright' never occurs in the training images: it cannot be learned."


def result(skipped: dict[str, str], warnings: list[str]) -> dict:
    return {
        "event": "result",
        "checkpoint": "v.safetensors",
        "before": None,
        "after": SCORES.to_json(),
        "seconds": 1,
        "skipped": skipped,
        "warnings": warnings,
    }


@pytest.fixture
def desk(qtbot, tmp_path):
    images = tmp_path / "images"
    images.mkdir()
    for number in range(3):
        Image.fromarray(np.full((32, 32, 3), 60 * number, np.uint8)).save(images / f"{number}.png")
    found = Desk(qtbot)
    with Project.create(tmp_path / "p", images, ClassSet.from_names(["dark", "bright"])) as project:
        for number in range(3):
            project.import_labels(f"{number}.png", np.zeros((32, 32), np.uint8))
        found.open(project)
        yield found
        found.close()


def trained(desk, monkeypatch, skipped: dict[str, str], warnings: list[str]):
    line = json.dumps(result(skipped, warnings))
    monkeypatch.setattr(TrainingOrder, "arguments", lambda self: ["-c", f"print({line!r})"])
    before = desk.panel.promotion.outcome
    desk.panel.start()
    desk.wait(lambda: desk.panel.promotion.outcome not in (None, before))
    return desk.panel.result


def test_the_card_says_what_was_left_out_and_the_warnings(desk, monkeypatch):
    card = trained(desk, monkeypatch, {"1.png": "1.png is empty."}, [NEVER])
    assert card.notes.text() == f"1 image was left out: 1.png is empty.\n{NEVER}"
    assert card.notes.isVisibleTo(desk.panel)


def test_a_training_without_warnings_says_nothing(desk, monkeypatch):
    trained(desk, monkeypatch, {"1.png": "1.png is empty."}, [])
    card = trained(desk, monkeypatch, {}, [])
    assert card.notes.text() == ""
    assert not card.notes.isVisibleTo(desk.panel)


def test_many_images_are_one_line_and_the_dialog_lists_them(qtbot):
    outcome = outcome_from_json(result({f"{n}.png": f"{n}.png is empty." for n in range(500)}, []))
    assert outcome.notes == "500 images were left out, the first because: 0.png is empty."
    dialog = TrainingResultDialog(outcome, None)
    qtbot.addWidget(dialog)
    assert dialog.left_out.toPlainText().splitlines()[-1] == "499.png is empty."
    assert dialog.left_out.isReadOnly()


def test_an_earlier_program_wrote_no_warnings():
    message = result({}, [])
    del message["skipped"], message["warnings"]
    assert outcome_from_json(message).notes == ""
