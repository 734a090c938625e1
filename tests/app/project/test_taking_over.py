"""Two processes and one project: the second window only looks and takes over when asked; the first one learns of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest

from app.settings.settings import Settings
from app.training.training_panel import TrainingPanel
from app.window import main_window
from app.window.main_window import MainWindow
from segcore.labels.classes import ClassSet
from segcore.project.project import Project

# The offscreen platform says this whenever a window or dialog is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

ROOT = Path(__file__).resolve().parents[3]

OTHER = """
import sys
from pathlib import Path
import numpy as np
from segcore.labels.label_map import LabelMap
from segcore.project.project import Access, Project

for line in sys.stdin:
    word = line.strip()
    if word == "open":
        project = Project.open(Path(sys.argv[1]))
    elif word == "look":
        project = Project.open(Path(sys.argv[1]), Access.READ)
    elif word == "take":
        project.take_over()
    elif word == "paint":
        project.save_label_map("a.png", LabelMap(np.ones((64, 96), np.uint8), np.full((64, 96), 2, np.uint8)))
    elif word == "close":
        project.close()
    print(word, flush=True)
"""


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        Image.fromarray(np.full((64, 96, 3), 90, np.uint8)).save(folder / name)
    Project.for_folder(folder, ClassSet.from_names(["background", "road"])).close()
    return folder


@pytest.fixture
def other(photos):
    """Another process: call it with open, look, take, paint or close."""
    with subprocess.Popen(
        [sys.executable, "-c", OTHER, str(photos.with_name("photos.maskwright"))],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:

        def tell(word):
            process.stdin.write(f"{word}\n")
            process.stdin.flush()
            assert process.stdout.readline() == f"{word}\n"

        tell.pid = process.pid
        yield tell
        process.stdin.close()
        process.wait(30)


@pytest.fixture
def window(qtbot, monkeypatch):
    monkeypatch.setattr(main_window, "WARM_UP_MS", 1_000_000)  # models are not what is tested here
    monkeypatch.setattr(TrainingPanel, "refresh", lambda self: None)  # it imports torch
    window = MainWindow(Settings())
    qtbot.addWidget(window)
    window.show()
    yield window
    window.shutdown()


def open_in(qtbot, window, photos):
    window.open_path(photos)
    qtbot.waitUntil(lambda: window.document.image_id == "a.png")
    settle(qtbot, window)


def settle(qtbot, window):
    qtbot.waitUntil(lambda: not window.jobs.busy)


def come_back(qtbot, qapp, window):
    qapp.sendEvent(window, QEvent(QEvent.Type.WindowActivate))
    settle(qtbot, window)


def paint(window):
    canvas = window.canvas
    start, plain = canvas.rect().center(), Qt.KeyboardModifier.NoModifier
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, plain, start)
    QTest.mouseMove(canvas, start + QPoint(40, 10))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, plain, start + QPoint(40, 10))


def writes(window):
    return [name for name in ("done", "done_next", "predict", "refine", "train") if window.actions_[name].isEnabled()]


def test_the_second_window_only_looks_and_says_who_writes(qtbot, window, photos, other):
    other("open")
    open_in(qtbot, window, photos)
    notice, said = window.taking_over.notice, []
    assert notice.isVisibleTo(window)
    assert f"process {other.pid} " in notice.label.text()
    assert "photos (read-only)" in window.windowTitle()
    assert writes(window) == []
    assert window.actions_["export"].isEnabled()
    window.canvas.message.connect(said.append)
    paint(window)
    assert (window.document.label_map.provenance == 0).all()
    assert "read-only" in said[-1]
    window.classes.add("car")
    settle(qtbot, window)
    assert window.document.classes.names == window.document.project.classes.names == ["background", "road"]
    assert "read-only" in window.banner.text
    QTest.keyClick(window.canvas, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: window.document.image_id == "b.png")


def test_it_takes_over_after_asking_and_shows_what_was_saved_meanwhile(qtbot, window, photos, other):
    other("open")
    open_in(qtbot, window, photos)
    other("paint")
    window.taking_over.notice.button.click()
    question = window.taking_over.question
    assert f"process {other.pid} " in question.text()
    (take,) = [each for each in question.buttons() if "Take over" in each.text()]
    take.click()
    qtbot.waitUntil(lambda: not window.document.read_only)
    qtbot.waitUntil(lambda: window.document.label_map is not None and (window.document.label_map.labels == 1).all())
    settle(qtbot, window)
    assert not window.taking_over.notice.isVisibleTo(window)
    assert "read-only" not in window.windowTitle()
    assert "done" in writes(window)
    paint(window)
    window.autosaver.flush()
    qtbot.waitUntil(lambda: not window.autosaver.pending)


def test_nobody_is_asked_when_nobody_writes_any_more(qtbot, qapp, window, photos, other):
    other("open")
    open_in(qtbot, window, photos)
    other("close")
    come_back(qtbot, qapp, window)
    window.taking_over.notice.button.click()
    assert window.taking_over.question is None
    qtbot.waitUntil(lambda: not window.document.read_only)


def test_a_window_that_comes_back_sees_that_its_project_was_taken_over(qtbot, qapp, window, photos, other):
    open_in(qtbot, window, photos)
    assert not window.taking_over.notice.isVisibleTo(window)
    other("look")
    other("take")
    come_back(qtbot, qapp, window)
    assert f"process {other.pid} " in window.taking_over.notice.label.text()
    assert "has taken this project over (" in window.taking_over.notice.label.text()
    assert writes(window) == []


def test_a_save_that_is_refused_turns_the_window_read_only_and_keeps_the_stroke(qtbot, window, photos, other):
    open_in(qtbot, window, photos)
    other("look")
    other("take")
    other("paint")
    paint(window)
    mine = window.document.label_map.labels.copy()
    assert (mine != 255).any()
    window.autosaver.flush()
    qtbot.waitUntil(lambda: window.taking_over.notice.isVisibleTo(window))
    assert "not saved is kept" in window.taking_over.notice.label.text()
    assert window.actions_["save_elsewhere"].isEnabled()
    assert np.array_equal(window.document.label_map.labels, mine)
    QTest.keyClick(window.canvas, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: window.document.image_id == "b.png")
    QTest.keyClick(window.canvas, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: window.document.image_id == "a.png")
    assert np.array_equal(window.document.label_map.labels, mine), "what is not saved is still what is shown"
    window.leaving.save_to(photos.parent / "elsewhere")
    settle(qtbot, window)


def test_a_project_of_a_newer_maskwright_is_not_offered_to_be_taken_over(qtbot, window, photos):
    file = photos.with_name("photos.maskwright") / "project.json"
    file.write_text(file.read_text("utf-8").replace('"schema": 1', '"schema": 9'), "utf-8")
    open_in(qtbot, window, photos)
    notice = window.taking_over.notice
    qtbot.waitUntil(lambda: notice.isVisibleTo(window))
    assert "(schema 9)" in notice.label.text()
    assert not notice.button.isVisibleTo(notice)
