from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from app.canvas.pen_options import ToolOptions
from app.canvas.tool import SHIFT, Pointer
from app.document.document import Document, LoadedImage
from app.tools.brush import BrushTool
from app.tools.straight_line import StraightLine, band
from segcore.editing.brush import Point, Shape, sweep
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap

LAST, HERE = Point(1.0, 2.0), Point(50.0, 60.0)


@pytest.mark.parametrize(
    ("moved", "scale", "last", "ends"),
    [
        ((0, 0), 1.0, LAST, (LAST, HERE)),
        ((0, 0), 1.0, None, (HERE, HERE)),
        ((3, 0), 1.0, LAST, (LAST, HERE)),  # a hand is not still
        ((4, 0), 1.0, LAST, (HERE, Point(54.0, 60.0))),
        ((3, 0), 2.0, LAST, (HERE, Point(53.0, 60.0))),  # 6 pixels on the screen
        ((6, 0), 0.5, LAST, (LAST, HERE)),  # 3 pixels on the screen
    ],
)
def test_a_click_joins_the_last_point_and_a_drag_does_not(moved, scale, last, ends):
    line = StraightLine(Pointer(HERE, scale), Point(HERE.x + moved[0], HERE.y + moved[1]))
    assert line.ends(last) == ends


@pytest.mark.parametrize(("shape", "inside"), [(Shape.ROUND, False), (Shape.SQUARE, True)])
def test_the_outline_is_that_of_the_footprint(shape, inside):
    for start, end in ((QPointF(20, 20), QPointF(20, 20)), (QPointF(20, 20), QPointF(80, 50))):
        outline = band(start, end, 10.0, shape)
        assert outline.contains(QPointF(start.x() - 9, start.y())) or shape is Shape.ROUND
        assert outline.boundingRect().left() == pytest.approx(10, abs=0.1)
        assert outline.boundingRect().bottom() == pytest.approx(end.y() + 10, abs=0.1)
        assert outline.contains(QPointF(10.5, 10.5)) is inside  # the corner of the square
        assert not outline.contains(QPointF(30, 60))


def test_a_long_line_in_parts_is_the_same_line(qapp, monkeypatch):
    document = Document()
    document.set_classes(ClassSet.from_names(["road"]))
    document.show(LoadedImage("a.png", np.zeros((300, 400, 3), np.uint8), LabelMap.blank(300, 400)))
    monkeypatch.setattr("app.tools.pen.MOST_PIXELS", 10_000)
    monkeypatch.setattr("app.tools.pen.PART", 40)
    options = ToolOptions()
    options.set_radius(6)
    brush, start, end = BrushTool(document, options), Point(20.3, 30.1), Point(370.2, 250.7)
    brush.press(Pointer(start, modifiers=SHIFT))
    brush.drag(Pointer(end, modifiers=SHIFT))
    brush.release(Pointer(end, modifiers=SHIFT))
    box, mask = sweep(start, end, 6, Shape.ROUND, 300, 400)
    expected = np.zeros((300, 400), np.bool_)
    expected[box.slices] = mask
    assert ((document.label_map.labels == 0) == expected).all()
    document.clear_image()
