"""Slices of a stack as a person labels them, through the real main(): paint two, close, reopen, export."""

from __future__ import annotations

from collections.abc import Callable, Generator

import numpy as np
import pytest
import tifffile
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.formats.export_dialog import ExportDialog
from app.window.main_window import MainWindow
from segcore.formats.png import read_png
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import Provenance
from segcore.project.project import Project

# The offscreen platform says this whenever a window or dialog is shown.
pytestmark = [pytest.mark.qt_log_ignore("propagateSizeHints", extend=True), pytest.mark.timeout(600)]

LEFT, PLAIN, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
SLICES = ["stack.tif", "stack.tif/slice-0002", "stack.tif/slice-0003"]
Script = Generator[Callable[[], object], None, None]


def stroke(window: MainWindow, down: int) -> None:
    start = window.canvas.rect().center() + QPoint(-60, down)
    QTest.mousePress(window.canvas, LEFT, PLAIN, start)
    QTest.mouseMove(window.canvas, start + QPoint(120, 0))
    QTest.mouseRelease(window.canvas, LEFT, PLAIN, start + QPoint(120, 0))


def press(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.keyClick(window.canvas, key, modifiers)


def test_paint_two_slices_close_reopen_and_export(sit, tmp_path, user_folders):
    folder, out = tmp_path / "cells", tmp_path / "export"
    folder.mkdir()
    values = np.random.default_rng(0).integers(0, 4000, (3, 128, 160)).astype(np.uint16)
    tifffile.imwrite(folder / "stack.tif", values, imagej=True, metadata={"axes": "ZYX"})
    Project.for_folder(folder, ClassSet.from_names(["ground", "cell"])).close()
    painted: dict[str, np.ndarray] = {}

    def first_sitting(window: MainWindow) -> Script:
        document = window.document
        yield lambda: document.image_id == SLICES[0]
        press(window, Qt.Key.Key_B)
        for number, image_id in enumerate(SLICES[:2]):
            yield lambda wanted=image_id: document.image_id == wanted
            press(window, Qt.Key.Key_1 if number == 0 else Qt.Key.Key_2)
            stroke(window, -40 + 80 * number)
            painted[image_id] = document.label_map.provenance == Provenance.PAINTED
            assert painted[image_id].any()
            press(window, Qt.Key.Key_D)
        yield lambda: document.image_id == SLICES[2]
        assert not (document.label_map.provenance == Provenance.PAINTED).any()

    def second_sitting(window: MainWindow) -> Script:
        document = window.document
        yield lambda: document.image_id == SLICES[2]
        for image_id in SLICES[1::-1]:
            press(window, Qt.Key.Key_A)
            yield lambda wanted=image_id: document.image_id == wanted
            assert np.array_equal(document.label_map.provenance == Provenance.PAINTED, painted[image_id])
        press(window, Qt.Key.Key_Z, CONTROL)
        assert not (document.label_map.provenance == Provenance.PAINTED).any(), "the undo history is that of this slice"
        press(window, Qt.Key.Key_Y, CONTROL)
        press(window, Qt.Key.Key_E, CONTROL)
        dialog = window.findChild(ExportDialog)
        dialog.out.setText(str(out))
        dialog.boxes["png"].setChecked(True)
        dialog.export_button.click()
        yield window.exporting.notice.isVisible
        window.exporting.notice.close_button.click()

    sit(first_sitting, str(folder))
    sit(second_sitting, str(folder))
    assert sorted(path.name for path in (out / "labels").iterdir()) == ["stack_0001.png", "stack_0002.png"]
    exported = read_png(out)
    assert not np.array_equal(painted[SLICES[0]], painted[SLICES[1]])
    for value, image_id in enumerate(SLICES[:2]):
        expected = np.where(painted[image_id], value, 255)
        assert np.array_equal(exported.read(image_id), expected)
