"""Every tool of the palette, by mouse events on the canvas at several zooms."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.document.document import LoadedImage
from app.tools.toolbox import TABLE
from segcore.labels.label_map import LabelMap
from tests.app.canvas.mouse import LEFT, double, move, press, release

EDITING = [row.name for row in TABLE if row.kind.edits]
BY_LANE = {"edge", "segment"}
"""Change nothing without the CRF or a network, which no lane computes here."""


def scene() -> LoadedImage:
    """A grey image with a white half; a predicted region with a hole."""
    image = np.full((60, 80, 3), 90, np.uint8)
    image[:, 40:] = 220
    label_map = LabelMap.blank(60, 80)
    label_map.labels[10:50, 10:70] = 0
    label_map.labels[25:30, 25:30] = 255
    label_map.provenance[label_map.labels == 0] = 1
    return LoadedImage("b.png", image, label_map)


def state(document) -> bytes:
    return document.label_map.labels.tobytes() + document.label_map.provenance.tobytes()


def picture(canvas) -> QImage:
    QApplication.processEvents()
    return canvas.grab().toImage()


def use(canvas) -> QImage:
    """Draw across the middle as a person would, with Enter at the end; return what was seen before it."""
    press(canvas, 20.5, 20.5)
    for x, y in ((30.5, 20.5), (45.5, 22.5), (45.5, 35.5)):
        move(canvas, x, y, LEFT)
    seen = picture(canvas)
    release(canvas, 45.5, 35.5)
    for x, y in ((55.5, 20.5), (60.5, 40.5)):
        press(canvas, x, y)
        release(canvas, x, y)
    seen = picture(canvas) if canvas.tool.step_back_name() else seen
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    return seen


@pytest.mark.parametrize("name", [name for name in EDITING if name not in BY_LANE])
def test_it_shows_what_it_does_changes_labels_and_is_taken_back(paper, name):
    paper.setFocus()
    document = paper.document
    for zoom in (1.0, 4.0):
        document.show(scene())
        paper.zoom_to(zoom)
        paper.set_tool(name)
        move(paper, 1.0, 59.0)
        first, plain = state(document), picture(paper)
        assert use(paper) != plain, "a preview is seen"
        assert state(document) != first
        after = state(document)
        edits = 0
        while document.undo_name:
            document.undo()
            edits += 1
        assert 1 <= edits <= 3, "one edit a gesture"
        assert state(document) == first
        for _ in range(edits):
            document.redo()
        assert state(document) == after


@pytest.mark.parametrize("name", EDITING)
def test_escape_leaves_everything_as_it_was(paper, name):
    paper.setFocus()
    document = paper.document
    document.show(scene())
    paper.set_tool(name)
    first = state(document)
    press(paper, 20.5, 20.5)
    if document.undo_name and not document.stroke_in_progress:
        document.undo()  # it acts at the press: Undo is its Escape
    for x, y in ((30.5, 20.5), (45.5, 35.5)):
        move(paper, x, y, LEFT)
    QTest.keyClick(paper, Qt.Key.Key_Escape)
    release(paper, 45.5, 35.5)
    assert state(document) == first


@pytest.mark.parametrize("name", EDITING)
def test_outside_the_image_nothing_changes(paper, name):
    document = paper.document
    document.show(scene())
    paper.zoom_to(1.0)
    paper.set_tool(name)
    first = state(document)
    press(paper, -60.5, -40.5)
    move(paper, -50.5, -30.5, LEFT)
    release(paper, -50.5, -30.5)
    double(paper, -50.5, -45.5)
    release(paper, -50.5, -45.5)
    assert state(document) == first
