"""A long load, an empty canvas and an empty list say so, and what to do."""

from __future__ import annotations

import pytest
from PIL import Image

from app.document.image_state import ImageState
from app.window import loading_note
from segcore.project.project import Project
from tests.app.window.open_window import CLASSES, wait_image

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_a_load_that_takes_long_is_told_until_it_ends(qtbot, opened, monkeypatch):
    note = opened.worklist.loading
    note._wait.setInterval(0)
    opened.document.coming = "b.png"
    opened.navigation.loading.emit("b.png")
    qtbot.waitUntil(note.label.isVisible)
    assert note.label.text() == "Loading b.png…"
    assert note.label.y() == loading_note.MARGIN, "the image before is still there"
    opened.document.coming = None
    opened.navigation.show("b.png")
    wait_image(qtbot, opened, "b.png")
    assert note.label.isHidden()


def test_a_quick_load_is_not_mentioned(qtbot, opened):
    note = opened.worklist.loading
    opened.navigation.show("b.png")
    assert note.label.isHidden()
    wait_image(qtbot, opened, "b.png")
    assert not note._wait.isActive()


def test_a_project_without_images_says_what_to_do(qtbot, window, tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    Project.for_folder(folder, CLASSES).close()
    window.open_path(folder)
    note = window.worklist.loading
    qtbot.waitUntil(note.label.isVisible)
    assert "no images in" in note.label.text()
    assert "(F5)" in note.label.text()
    assert window.images.empty.isVisible()
    assert window.images.empty.button.isHidden()
    Image.new("RGB", (32, 32)).save(folder / "a.png")
    window.images.empty.look_button.click()
    qtbot.waitUntil(lambda: window.images.model.rowCount() == 1)
    assert window.images.empty.isHidden()


def test_a_filter_that_nothing_passes_can_be_taken_away(qtbot, opened):
    panel = opened.images
    panel.states.setCurrentIndex(panel.states.findData(ImageState.REJECTED))
    assert panel.empty.isVisible()
    assert "No image has" in panel.empty.label.text()
    panel.empty.button.click()
    assert panel.model.rowCount() == 4
    assert panel.empty.look_button.isHidden()
    assert panel.empty.isHidden()
