"""Smart stroke and edge refine as a person uses them, through the real main() with the real engine."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.window.main_window import MainWindow
from segcore.editing.brush import Point
from segcore.labels.label_map import Provenance
from segcore.project.project import Project

pytestmark = [pytest.mark.qt_log_ignore("propagateSizeHints", extend=True), pytest.mark.timeout(300)]

LEFT, PLAIN, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
Script = Generator[Callable[[], object], None, None]
LANE = ((781, 84), (792, 115), (804, 146), (817, 177), (831, 204))
"""Pixels of the first sample image along the white lane on the right."""
LANE_CLASS = 1


def at(window: MainWindow, pixel: tuple[int, int]) -> QPoint:
    return window.canvas.transform.to_view(Point(pixel[0] + 0.5, pixel[1] + 0.5)).toPoint()


def draw(window: MainWindow, pixels: Sequence[tuple[int, int]], release: bool = True) -> None:
    QTest.mousePress(window.canvas, LEFT, PLAIN, at(window, pixels[0]))
    for pixel in pixels[1:]:
        QTest.mouseMove(window.canvas, at(window, pixel))
    if release:
        QTest.mouseRelease(window.canvas, LEFT, PLAIN, at(window, pixels[-1]))


def press(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.keyClick(window.canvas, key, modifiers)


def take(window: MainWindow, key: Qt.Key, radius: float) -> None:
    press(window, key)
    window.canvas.options.set_radius(radius)


def lane(window: MainWindow) -> int:
    return int((window.document.label_map.labels == LANE_CLASS).sum())


def test_a_person_labels_a_lane_with_one_stroke_and_mends_its_edge(sit, tmp_path, user_folders):
    seen: dict[str, object] = {}

    def sitting(window: MainWindow) -> Script:
        document, canvas = window.document, window.canvas
        yield lambda: document.image is not None
        seen["root"], seen["image"] = document.project.root, document.image_id

        # The engine is not there yet: the pen is seen at once, the region comes when it is.
        press(window, Qt.Key.Key_2)
        take(window, Qt.Key.Key_W, 2)
        assert canvas.tool_name == "smart"
        draw(window, LANE)
        assert document.patch is not None
        pen = int(document.patch.painted.sum())
        assert lane(window) == 0
        yield lambda: not document.stroke_in_progress
        labels = document.label_map.labels.copy()
        whole = lane(window)
        assert whole > 2 * pen
        assert all(labels[y, x] == LANE_CLASS for x, y in LANE)
        painted = document.label_map.provenance == Provenance.PAINTED
        assert np.array_equal(painted, labels == LANE_CLASS)
        assert document.undo_name == "Smart stroke"
        yield lambda: not window.jobs.busy

        # One step of undo takes all of it back, also while the last decision is still to come.
        press(window, Qt.Key.Key_Z, CONTROL)
        assert lane(window) == 0
        draw(window, LANE)
        if document.stroke_in_progress:
            press(window, Qt.Key.Key_Z, CONTROL)
            assert document.patch is None
        yield lambda: not window.jobs.busy
        assert lane(window) == 0
        press(window, Qt.Key.Key_Escape)

        # Esc in the middle of a stroke.
        draw(window, LANE[:3], release=False)
        yield lambda: canvas.tool._answered > 0
        press(window, Qt.Key.Key_Escape)
        assert document.patch is None
        QTest.mouseRelease(canvas, LEFT, PLAIN, at(window, LANE[2]))
        assert lane(window) == 0
        assert document.undo_name == ""

        # The same stroke with a warm engine gives the same region.
        draw(window, LANE)
        yield lambda: not document.stroke_in_progress
        assert abs(lane(window) - whole) < 0.1 * whole

        # Along the lane's left edge: what changes lies under the band.
        before = document.label_map.labels.copy()
        take(window, Qt.Key.Key_G, 6)
        draw(window, [(x - 8, y) for x, y in LANE])
        yield lambda: not document.stroke_in_progress
        changed = document.label_map.labels != before
        rows = np.flatnonzero(changed.any(1))
        if rows.size:
            assert document.undo_name == "Edge refine"
            assert rows.min() >= LANE[0][1] - 7
            assert rows.max() <= LANE[-1][1] + 7
            press(window, Qt.Key.Key_Z, CONTROL)
        assert np.array_equal(document.label_map.labels, before)

        # To the next image in the middle of it, and back.
        take(window, Qt.Key.Key_W, 2)
        press(window, Qt.Key.Key_3)
        draw(window, [(300, 500), (340, 500)])
        press(window, Qt.Key.Key_D)
        yield lambda: document.image_id != seen["image"]
        assert document.undo_name == ""
        assert document.patch is None
        press(window, Qt.Key.Key_A)
        yield lambda: document.image_id == seen["image"]
        assert document.label_map.labels[500, 300:341].tolist() == [2] * 41

        # The window closes while the last decision is still to come.
        press(window, Qt.Key.Key_4)
        draw(window, [(500, 560), (540, 560)])

    sit(sitting, "demo")
    with Project.open(Path(str(seen["root"]))) as project:
        label_map = project.load_label_map(str(seen["image"]))
        assert label_map.labels[560, 500:541].tolist() == [3] * 41
        assert label_map.labels[500, 300:341].tolist() == [2] * 41
        assert (label_map.labels == LANE_CLASS).sum() > 1000
        assert (label_map.provenance[560, 500:541] == Provenance.PAINTED).all()
