"""Done and open again, in the window: only a person says done."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.document.image_state import ImageState
from app.settings.settings import Settings
from app.training.training_panel import TrainingPanel
from app.window import main_window
from app.window.main_window import MainWindow
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import State
from segcore.project.project import Project

# The offscreen platform says this whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def window(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(main_window, "WARM_UP_MS", 1_000_000)  # models are not what is tested here
    monkeypatch.setattr(TrainingPanel, "refresh", lambda self: None)  # it imports torch
    photos = tmp_path / "photos"
    photos.mkdir()
    for name in ("a.png", "b.png"):
        Image.fromarray(np.full((64, 96, 3), 90, np.uint8)).save(photos / name)
    Project.for_folder(photos, ClassSet.from_names(["background", "road"])).close()
    window = MainWindow(Settings())
    qtbot.addWidget(window)
    window.show()
    window.open_path(photos)
    qtbot.waitUntil(lambda: window.document.image_id == "a.png")
    yield window
    window.shutdown()


def fill_with(window, number):
    window.actions_[f"class_{number}"].trigger()
    window.canvas.set_tool("fill")
    plain = Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, plain, window.canvas.rect().center())
    assert (window.document.label_map.labels == number - 1).all()


def saved(qtbot, window):
    window.autosaver.flush()
    qtbot.waitUntil(lambda: not window.autosaver.pending)


def test_one_click_that_fills_an_image_does_not_make_it_done(qtbot, window):
    fill_with(window, 2)
    saved(qtbot, window)
    records = window.records
    assert (records.count(ImageState.DONE), records.count(ImageState.IN_PROGRESS)) == (0, 1)
    qtbot.waitUntil(lambda: window.images.summary.text() == "0 of 2 done")
    assert window.status.complete.isVisibleTo(window)
    project = window.document.project
    assert project.state("a.png") is State.IN_PROGRESS


def test_a_filled_image_is_done_opened_again_and_each_is_one_step_back(qtbot, window):
    document, done = window.document, window.actions_["done"]
    fill_with(window, 2)
    done.trigger()
    saved(qtbot, window)
    assert window.records.count(ImageState.DONE) == 1
    assert not window.status.complete.isVisibleTo(window)
    done.trigger()
    assert document.label_map.state() is State.IN_PROGRESS
    document.replace(document.label_map.accept(np.zeros((64, 96), np.uint8)), "Accept")
    assert (document.label_map.labels == 1).all(), "what was painted stays after opening again"
    document.undo()
    assert document.label_map.state() is State.DONE
    document.undo()
    assert document.label_map.state() is State.IN_PROGRESS
    document.undo()
    assert document.label_map.state() is State.NEW


def test_undo_takes_the_corners_of_a_polygon_back_before_the_strokes(qtbot, window):
    fill_with(window, 2)
    undo, redo, canvas = window.actions_["undo"], window.actions_["redo"], window.canvas
    canvas.set_tool("polygon")
    assert "Fill" in undo.text()
    for dx, dy in ((0, 0), (30, 0), (30, 30)):
        at = canvas.rect().center()
        at.setX(at.x() + dx)
        at.setY(at.y() + dy)
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at)
    assert "corner" in undo.text()
    QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(canvas.tool.corners) == 2
    QTest.keyClick(canvas, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert len(canvas.tool.corners) == 3
    canvas.set_tool("brush")
    assert "Fill" in undo.text(), "a polygon that waits is not undone from another tool"
    canvas.set_tool("polygon")
    for _ in range(3):
        undo.trigger()
    assert canvas.tool.corners == ()
    assert redo.isEnabled()
    assert (window.document.label_map.labels == 1).all()
    undo.trigger()
    assert (window.document.label_map.labels == 255).all()
    redo.trigger()
    assert (window.document.label_map.labels == 1).all(), "the corners of before are forgotten"
    assert canvas.tool.corners == ()
