"""The whole loop as a person does it, through the real main(): nothing here is a stand-in."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from app.canvas.layers import View
from app.formats.export_dialog import ExportDialog
from app.window.main_window import MainWindow
from segcore.formats.png import read_png
from segcore.images.indexed_png import read_indexed_png
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import Provenance, State
from segcore.project.project import Project

# The offscreen platform says this whenever a window or dialog is shown.
pytestmark = [pytest.mark.qt_log_ignore("propagateSizeHints", extend=True), pytest.mark.timeout(600)]

LEFT, PLAIN, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
Script = Generator[Callable[[], object], None, None]


def stroke(window: MainWindow, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(window.canvas, LEFT, PLAIN, start)
    QTest.mouseMove(window.canvas, (start + end) / 2)
    QTest.mouseMove(window.canvas, end)
    QTest.mouseRelease(window.canvas, LEFT, PLAIN, end)


def press(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.keyClick(window.canvas, key, modifiers)


def idle(window: MainWindow) -> bool:
    return not window.jobs.busy and not window.autosaver.pending


def test_open_predict_paint_undo_refine_fine_tune_export_reopen(sit, tmp_path, user_folders):
    out = tmp_path / "export"
    seen: dict[str, object] = {}

    def first_sitting(window: MainWindow) -> Script:
        document = window.document
        yield lambda: document.image is not None and window.predictions.active is not None
        seen["project"], seen["image"] = document.project.root, document.image_id
        assert document.label_map.state() == State.NEW

        press(window, Qt.Key.Key_P, CONTROL)
        yield lambda: document.prediction is not None and document.label_map.state() == State.PREDICTED
        assert set(np.unique(document.label_map.labels)) <= {0, 1, 2, 3}

        press(window, Qt.Key.Key_3)
        press(window, Qt.Key.Key_B)
        before = document.label_map.labels.copy()
        middle = window.canvas.rect().center()
        stroke(window, middle - QPoint(60, 20), middle + QPoint(60, 20))
        painted = document.label_map.provenance == Provenance.PAINTED
        assert painted.sum() > 500
        assert (document.label_map.labels[painted] == document.active_class).all()
        assert document.active_class == 2

        press(window, Qt.Key.Key_Z, CONTROL)
        assert np.array_equal(document.label_map.labels, before)
        press(window, Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)
        assert np.array_equal(document.label_map.provenance == Provenance.PAINTED, painted)
        press(window, Qt.Key.Key_Z, CONTROL)
        press(window, Qt.Key.Key_Y, CONTROL)
        assert np.array_equal(document.label_map.provenance == Provenance.PAINTED, painted)

        predicted = document.label_map.labels.copy()
        press(window, Qt.Key.Key_R)
        yield lambda: document.undo_name == "Refine borders"
        assert (document.label_map.labels[painted] == 2).all()
        assert not np.array_equal(document.label_map.labels, predicted)
        press(window, Qt.Key.Key_Z, CONTROL)
        assert np.array_equal(document.label_map.labels, predicted)

        for view in View:
            window.canvas.view = view
            window.canvas.repaint()
        window.canvas.view = View.OVERLAY

        yield lambda: idle(window)
        window.training.minutes.setValue(0.1)
        press(window, Qt.Key.Key_T, CONTROL)
        yield lambda: window.training.running
        yield lambda: not window.training.running
        versions = list((document.project.root / "checkpoints").glob("*.safetensors"))
        assert len(versions) == 1, window.banner.text
        close_dialog(window)
        yield lambda: window.training.promotion.outcome is not None
        window.training.promotion.use_new()
        yield lambda: Path(document.project.active_model).name == versions[0].name
        yield lambda: window.predictions.active is not None

        press(window, Qt.Key.Key_P, CONTROL | Qt.KeyboardModifier.ShiftModifier)
        yield lambda: window.predictions.batch is not None and window.predictions.batch.finished
        yield lambda: idle(window)
        states = {r.id: r.state for r in document.project.records()}
        assert State.NEW not in states.values()
        assert states[document.image_id] == State.IN_PROGRESS

        press(window, Qt.Key.Key_E, CONTROL)
        dialog = window.findChild(ExportDialog)
        dialog.out.setText(str(out))
        dialog.boxes["png"].setChecked(True)
        dialog.export_button.click()
        yield window.exporting.notice.isVisible
        window.exporting.notice.close_button.click()
        seen["labels"] = document.label_map.labels.copy()
        seen["provenance"] = document.label_map.provenance.copy()

    def second_sitting(window: MainWindow) -> Script:
        document = window.document
        yield lambda: document.image is not None
        assert document.image_id == seen["image"]
        assert np.array_equal(document.label_map.labels, seen["labels"])
        assert np.array_equal(document.label_map.provenance, seen["provenance"])
        assert document.prediction is not None
        assert Path(document.project.active_model).suffix == ".safetensors"

    sit(first_sitting, "demo")
    exported = read_png(out)
    assert exported.classes.names == ["background", "lane", "crack", "pothole"]
    labels = read_indexed_png(exported.files[seen["image"]])
    person = seen["provenance"] >= Provenance.PAINTED
    assert np.array_equal(labels[person], seen["labels"][person])
    assert (labels[~person] == IGNORE_INDEX).all()
    sit(second_sitting, "demo")

    project = Project.open(Path(str(seen["project"])))
    try:
        assert project.state(str(seen["image"])) == State.IN_PROGRESS
    finally:
        project.close()


def close_dialog(window: MainWindow) -> None:
    dialog = window.dialogs.current
    if isinstance(dialog, QDialog):
        dialog.reject()
