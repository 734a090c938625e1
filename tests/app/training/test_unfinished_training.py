"""Closing the window while a training runs: asked, stopped, left in the background, offered by the next window."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import psutil
import pytest
from PIL import Image

from app.settings.settings import Settings
from app.training.training_folder import TrainingFolder
from app.training.training_panel import TrainingPanel
from app.training.training_run import TrainingOrder
from app.window import main_window
from app.window.main_window import MainWindow
from segcore.labels.classes import ClassSet
from segcore.project.project import Project

# The offscreen platform says this whenever a window or dialog is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

SCORES = {
    "pixel_accuracy": 0.9,
    "mean_accuracy": 0.8,
    "mean_iou": 0.7,
    "fw_iou": 0.8,
    "iou": {"background": 0.7},
    "confusion": [[5]],
    "boundary_f": None,
    "boundary": {},
}
CODE = """
import json, pathlib, time
print(json.dumps({"event": "progress", "done": 1, "total": 2, "message": "step", "step": 1, "loss": 0.5,
                  "seconds_left": 125.0}), flush=True)
while not pathlib.Path(GO).exists(): time.sleep(0.02)
pathlib.Path(OUT).write_bytes(b"weights")
print(json.dumps({"event": "result", "checkpoint": "x", "before": None, "after": SCORES, "seconds": 1}))
"""


@dataclass(frozen=True)
class Script(TrainingOrder):
    code: str = ""

    def arguments(self):
        return ["-c", self.code]


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    Image.fromarray(np.full((64, 96, 3), 90, np.uint8)).save(folder / "a.png")
    Project.for_folder(folder, ClassSet.from_names(["background"])).close()
    return folder


@pytest.fixture
def new_window(qtbot, photos, monkeypatch):
    monkeypatch.setattr(main_window, "WARM_UP_MS", 1_000_000)  # models are not what is tested here
    monkeypatch.setattr(TrainingPanel, "refresh", lambda self: None)  # it imports torch
    windows = []

    def new_window():
        window = MainWindow(Settings())
        qtbot.addWidget(window)
        windows.append(window)
        window.show()
        window.open_path(photos)
        qtbot.waitUntil(lambda: window.document.image_id == "a.png")
        return window

    yield new_window
    for window in windows:
        window.shutdown()


@pytest.fixture
def go(tmp_path):
    """The training ends when this file is there."""
    return tmp_path / "GO"


@pytest.fixture
def window(qtbot, new_window, go):
    """A window in which a training runs."""
    window = new_window()
    project = window.document.project
    folder = TrainingFolder.fresh(project)
    code = CODE.replace("GO", repr(str(go))).replace("OUT", repr(str(folder.out)))
    code = code.replace("SCORES", f"json.loads({json.dumps(SCORES)!r})")
    order = Script(project.root, "m", folder.out, held_out=3, code=code)
    window.training._begin(project, folder, order.held_out).start(order)
    qtbot.waitUntil(lambda: window.training.seconds_left is not None)
    return window


def button(window, text):
    (found,) = [each for each in window.unfinished.question.buttons() if text in each.text()]
    return found


def ask(qtbot, window):
    window.close()
    qtbot.waitUntil(lambda: window.unfinished.question is not None)
    assert window.isVisible()
    return window.training._run.pid


def closed(qtbot, window):
    qtbot.waitUntil(lambda: not window.isVisible())


def test_closing_asks_first_and_says_how_long_it_takes(qtbot, window):
    pid = ask(qtbot, window)
    assert "2:05 left" in window.unfinished.question.text()
    window.close()  # asked once
    button(window, "Cancel").click()
    assert window.unfinished.question is None
    assert window.isVisible()
    assert window.training.running
    assert psutil.pid_exists(pid)
    ask(qtbot, window)  # and again the next time


def test_stopped_it_leaves_nothing(qtbot, window, photos):
    pid = ask(qtbot, window)
    root = window.document.project.root
    button(window, "Stop training").click()
    closed(qtbot, window)
    assert not lives(pid)
    assert not (root / "training").exists()


def test_in_the_background_it_ends_and_the_next_window_offers_its_result(qtbot, window, new_window, go):
    pid = ask(qtbot, window)
    root = window.document.project.root
    button(window, "background").click()
    closed(qtbot, window)
    assert lives(pid)
    go.touch()
    qtbot.waitUntil(lambda: not lives(pid))
    training = new_window().training
    qtbot.waitUntil(lambda: training.result.isVisibleTo(training))
    assert training.result.headline.text() == "70.0 %"
    assert "3" in training.result.caption.text()
    assert training.curves.loss == [(1.0, 0.5)]
    training.result.keep_button.click()
    qtbot.waitUntil(lambda: not (root / "training").exists())
    assert (root / "checkpoints" / "version-001.safetensors").is_file()


def test_in_the_background_it_is_found_running_and_can_be_stopped(qtbot, window, new_window):
    pid = ask(qtbot, window)
    button(window, "background").click()
    closed(qtbot, window)
    again = new_window()
    qtbot.waitUntil(lambda: again.training.seconds_left == 125.0)
    assert again.training.bar.isVisibleTo(again.training)
    assert again.status._jobs == [again.training._run], "the status bar shows it, too"
    again.training.bar.button.click()
    qtbot.waitUntil(lambda: not again.training.running)
    assert not lives(pid)
    again.close()
    closed(qtbot, again)


def test_when_it_ends_while_the_question_is_there_nothing_is_left_to_decide(qtbot, window, go):
    ask(qtbot, window)
    go.touch()
    qtbot.waitUntil(lambda: window.unfinished.question is None)
    assert window.isVisible()
    qtbot.waitUntil(lambda: window.training.result.isVisibleTo(window.training))
    window.close()
    closed(qtbot, window)


def test_another_project_leaves_it_in_the_background(qtbot, window, go, tmp_path, photos):
    pid, project = window.training._run.pid, window.document.project
    said = []
    window.training.message.connect(said.append)
    window.navigation.open_path(photos)
    qtbot.waitUntil(lambda: window.document.project is not project)
    assert "background" in said[0]
    qtbot.waitUntil(lambda: window.training.running)
    assert window.training._run.pid == pid
    go.touch()
    qtbot.waitUntil(lambda: window.training.result.isVisibleTo(window.training))


def test_without_a_question_the_end_of_the_window_ends_it(window):
    pid = window.training._run.pid
    window.shutdown()
    assert not lives(pid)


def lives(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_a_result_is_announced_wherever_its_card_is(qtbot, window, go):
    training, notice = window.training, window.result_notice
    window.tabs.setCurrentIndex(0)
    window.docks[-1].hide()
    go.touch()
    qtbot.waitUntil(lambda: not notice.isHidden())
    assert "Fine-tuning is done" in notice.label.text()
    assert window.status._jobs == []
    notice.button.click()
    qtbot.waitUntil(training.result.isVisible)
    assert notice.isHidden(), "the card is seen"
    assert window.tabs.currentIndex() == window.tabs.count() - 1


def test_a_result_whose_card_is_seen_is_not_announced_twice(qtbot, window, go):
    window.tabs.setCurrentIndex(window.tabs.count() - 1)
    go.touch()
    qtbot.waitUntil(window.training.result.isVisible)
    assert window.result_notice.isHidden()
