"""Slices of a stack in the window: rows, title, keys, labels of their own; pages or channels, with one click."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile
from PySide6.QtCore import Qt

from segcore.project.project import Project
from tests.app.window.open_window import CLASSES, drag, key, wait_image


def rows(window):
    model = window.images.model
    return [model.index(n).data() for n in range(model.rowCount())]


def write_pages(path, **options):
    values = np.repeat(np.arange(3, dtype=np.uint8) * 60, 64 * 96).reshape(3, 64, 96)
    tifffile.imwrite(path, values, photometric="minisblack", **options)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "cells"
    folder.mkdir()
    write_pages(folder / "stack.tif", imagej=True, metadata={"axes": "ZYX"})
    Project.for_folder(folder, CLASSES).close()
    return folder


def test_slices_are_rows_and_keys_go_through_them(qtbot, window, folder):
    window.open_path(folder)
    wait_image(qtbot, window, "stack.tif")
    assert rows(window) == ["stack.tif – slice 1", "stack.tif – slice 2", "stack.tif – slice 3"]
    assert window.windowTitle().startswith("stack.tif – slice 1 – cells")
    drag(window)
    painted = window.document.label_map.labels.copy()
    window.canvas.zoom_to(3.0)
    key(window, Qt.Key.Key_D)
    wait_image(qtbot, window, "stack.tif/slice-0002")
    assert window.windowTitle().startswith("stack.tif – slice 2 – cells")
    assert window.canvas.zoom == 3.0, "slices are of one size"
    assert window.document.image[0, 0].tolist() == [60, 60, 60]
    assert (window.document.label_map.labels == 255).all()
    assert not window.opening.pages.notice.isVisible(), "the file says what they are"
    key(window, Qt.Key.Key_A)
    wait_image(qtbot, window, "stack.tif")
    assert (window.document.label_map.labels == painted).all()


def test_slices_that_are_found_late_are_listed(qtbot, window, folder, monkeypatch):
    monkeypatch.setattr("app.project.opening.LOOK_SECONDS", -1.0)
    write_pages(folder / "another.tif", imagej=True, metadata={"axes": "ZYX"})
    write_pages(folder / "third.tif", imagej=True, metadata={"axes": "ZYX"})
    window.open_path(folder)
    qtbot.waitUntil(lambda: len(rows(window)) == 9)


def test_a_person_says_that_pages_are_channels(qtbot, window, folder):
    write_pages(folder / "a.tif", metadata=None)
    window.open_path(folder)
    wait_image(qtbot, window, "a.tif")
    choice, action = window.opening.pages, window.actions_["pages_are_channels"]
    assert choice.notice.isVisible()
    assert "a.tif has 3 grey pages" in choice.notice.label.text()
    window.navigation.show("a.tif/page-0003")
    wait_image(qtbot, window, "a.tif/page-0003")
    assert choice.notice.isVisible()
    choice.notice.button.click()
    wait_image(qtbot, window, "a.tif")
    assert rows(window) == ["a.tif", "stack.tif – slice 1", "stack.tif – slice 2", "stack.tif – slice 3"]
    assert action.isChecked()
    assert window.view.channels.switch.isChecked(), "else only the first page is seen"
    assert not choice.notice.isVisible()
    action.trigger()
    qtbot.waitUntil(lambda: len(rows(window)) == 6)
    assert not choice.notice.isVisible(), "it was answered"
    assert window.document.project.settings["pages_are_channels"] is False


def test_that_pages_are_images_can_be_confirmed(qtbot, window, folder):
    write_pages(folder / "a.tif", metadata=None)
    window.open_path(folder)
    wait_image(qtbot, window, "a.tif")
    window.opening.pages.notice.keep_button.click()
    qtbot.waitUntil(lambda: window.document.project.settings.get("pages_are_channels") is False)
    assert len(rows(window)) == 6
