from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from app.canvas.pen_options import ToolOptions
from app.canvas.tool import CTRL, LEFT, RIGHT, SHIFT, Pointer
from app.canvas.view_transform import ViewTransform
from app.document.document import Document, LoadedImage
from app.tools.brush import BrushTool, EraserTool
from app.tools.fill import FillTool
from app.tools.pick import PickTool
from app.tools.polygon import PolygonTool
from app.tools.toolbox import RADII, TABLE
from segcore.editing.brush import Point, Shape
from segcore.editing.paint_policy import PaintPolicy
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance


def at(x: float, y: float, button=LEFT, modifiers=None, pressure: float = 1.0, scale: float = 1.0) -> Pointer:
    kwargs = {} if modifiers is None else {"modifiers": modifiers}
    return Pointer(Point(x, y), scale, button, pressure=pressure, **kwargs)


@pytest.fixture
def document(qapp):
    document = Document()
    document.set_classes(ClassSet.from_names(["road", "car"]))
    document.show(LoadedImage("a.png", np.zeros((100, 200, 3), np.uint8), LabelMap.blank(100, 200)))
    document.set_active_class(1)
    yield document
    document.clear_image()


@pytest.fixture
def options(qapp):
    return ToolOptions(radii=RADII)


def stroke(tool, *points: Pointer) -> None:
    tool.press(points[0])
    for point in points[1:]:
        tool.drag(point)
    tool.release(points[-1])


def painted(document: Document, value: int = 1) -> np.ndarray:
    return document.label_map.labels == value


def test_one_dab_of_radius_2_is_thirteen_painted_pixels(document, options):
    options.set_radius(2)
    stroke(BrushTool(document, options), at(50.5, 50.5))
    assert painted(document).sum() == 13
    assert (document.label_map.provenance == Provenance.PAINTED).sum() == 13


def test_a_fast_drag_has_no_gap_and_is_one_edit(document, options):
    options.set_radius(0.5)
    stroke(BrushTool(document, options), at(3.5, 50.5), at(190.5, 50.5), at(190.5, 10.5))
    assert painted(document)[50, 3:191].all()
    assert painted(document)[10:51, 190].all()
    document.undo()
    assert not painted(document).any()
    assert document.undo_name == ""


def test_shift_draws_a_straight_line_from_the_last_point(document, options):
    options.set_radius(0.5)
    brush = BrushTool(document, options)
    stroke(brush, at(10.5, 20.5))
    stroke(brush, at(60.5, 20.5, modifiers=SHIFT))
    assert painted(document)[20, 10:61].all()
    assert painted(document).sum() == 51


@pytest.mark.parametrize("how", ["tool", "ctrl", "right"])
def test_erasing_gives_pixels_back_to_the_model(document, options, how):
    options.set_radius(5)
    brush = BrushTool(document, options)
    stroke(brush, at(50.5, 50.5))
    if how == "tool":
        stroke(EraserTool(document, options), at(50.5, 50.5))
    else:
        stroke(brush, at(50.5, 50.5, RIGHT) if how == "right" else at(50.5, 50.5, modifiers=CTRL))
    assert not painted(document).any()
    assert (document.label_map.provenance == Provenance.UNTOUCHED).all()
    assert document.undo_name == "Eraser"


def test_escape_reverts_the_stroke_and_the_rest_of_the_drag_paints_nothing(document, options):
    brush = BrushTool(document, options)
    brush.press(at(50, 50))
    assert brush.cancel()
    brush.drag(at(80, 80))
    brush.release(at(80, 80))
    assert not painted(document).any()
    assert not brush.cancel()


def test_undo_during_a_stroke_ends_it(document, options):
    brush = BrushTool(document, options)
    brush.press(at(50, 50))
    document.undo()
    brush.drag(at(80, 80))
    brush.release(at(80, 80))
    assert not painted(document).any()


def test_light_pressure_paints_thinner_when_wanted(document, options):
    options.set_radius(10)
    stroke(BrushTool(document, options), at(50.5, 50.5, pressure=0.2))
    assert painted(document).sum() == 13  # radius 2
    document.undo()
    options.pressure = False
    stroke(BrushTool(document, options), at(50.5, 50.5, pressure=0.2))
    assert painted(document)[50].sum() == 21  # radius 10


def test_the_overwrite_policy_holds_for_every_tool(document, options):
    document.label_map.labels[:, :100] = 0
    document.set_policy(PaintPolicy(frozenset({255})))
    options.set_radius(10)
    stroke(BrushTool(document, options), at(100, 50))
    FillTool(document, options).press(at(5, 5))
    polygon = PolygonTool(document, options)
    for x, y in ((90, 10), (110, 10), (110, 20), (90, 20)):
        polygon.press(at(x, y))
    polygon.finish()
    assert (document.label_map.labels[:, :100] == 0).all()
    assert painted(document)[10:20, 100:110].all()


def test_square_brush_and_its_ring(document, options):
    options.set_shape(Shape.SQUARE)
    options.set_radius(3)
    brush = BrushTool(document, options)
    stroke(brush, at(50, 50))
    assert painted(document).sum() == 36
    brush.hover(at(50, 50))
    ring = brush.preview_rect(ViewTransform(2.0, 10.0, 20.0))
    assert ring.contains(QRectF(2 * 47 + 10, 2 * 47 + 20, 12, 12))
    brush.hover(None)
    assert brush.preview_rect(ViewTransform()).isEmpty()


def test_polygon_closes_by_enter_double_click_and_first_corner(document, options):
    polygon = PolygonTool(document, options)
    square = (at(10, 10), at(20, 10), at(20, 20), at(10, 20))
    for finish in (
        lambda: polygon.finish(),
        lambda: (polygon.press(at(10, 20)), polygon.double_click(at(10, 20))),
        lambda: (polygon.press(at(11, 11)), polygon.release(at(11, 11)), polygon.finish()),
    ):
        for pointer in square:
            polygon.press(pointer)
        finish()
        assert painted(document).sum() == 100
        assert document.undo_name == "Polygon"
        assert polygon.corners == ()
        document.undo()
    assert not painted(document).any()


def test_a_click_near_the_first_corner_only_on_the_image_is_a_corner_when_zoomed_in(document, options):
    polygon = PolygonTool(document, options)
    for x, y in ((10, 10), (20, 10), (20, 20)):
        polygon.press(at(x, y, scale=16))
    polygon.press(at(12, 12, scale=16))
    assert len(polygon.corners) == 4


def test_polygon_backspace_and_escape(document, options):
    polygon = PolygonTool(document, options)
    assert not polygon.step_back()
    assert not polygon.cancel()
    stroke(polygon, at(1, 1))
    stroke(polygon, at(9, 1))
    assert polygon.step_back()
    assert polygon.corners == (Point(1, 1),)
    assert not polygon.finish()
    assert polygon.cancel()
    assert polygon.corners == ()
    assert document.undo_name == ""


def test_fill_fills_one_region_and_holes_stay(document, options):
    labels = document.label_map.labels
    labels[20:60, 20:60] = 0
    labels[30:40, 30:40] = 255
    FillTool(document, options).press(at(25.5, 25.5))
    assert painted(document).sum() == 40 * 40 - 10 * 10
    FillTool(document, options).press(at(35.5, 35.5))
    assert painted(document).sum() == 40 * 40
    document.undo()
    document.undo()
    assert (labels == 0).sum() == 1500
    FillTool(document, options).press(at(-5, 300))
    assert document.undo_name == ""


def test_fill_by_colour_fills_what_is_similar_in_the_image_whatever_its_label(document, options):
    document.image[:] = 100
    document.image[10:30, 10:50] = 120
    document.label_map.labels[15:20, 15:20] = 0
    options.set_fill(True)
    options.set_tolerance(19)
    FillTool(document, options).press(at(20.5, 12.5))
    assert painted(document).sum() == 20 * 40
    document.undo()
    options.set_tolerance(20)
    FillTool(document, options).press(at(20.5, 12.5))
    assert painted(document).all()
    assert document.undo_name == "Fill"


def test_pick_takes_the_class_under_the_pointer_and_ignores_the_unlabelled(document, options):
    document.label_map.labels[0, 0] = 0
    pick = PickTool(document, options)
    pick.press(at(0.5, 0.5))
    assert document.active_class == 0
    document.set_active_class(1)
    pick.press(at(50, 50))
    pick.press(at(-3, 50))
    assert document.active_class == 1


def test_size_steps_reach_the_limits(options):
    seen: list[float] = []
    options.radius_changed.connect(seen.append)
    for _ in range(200):
        options.larger()
    assert options.radius == 500
    for _ in range(200):
        options.smaller()
    assert options.radius == 0.5
    assert seen[0] == 17.0
    assert len(set(seen)) > 30


def test_each_pen_has_its_own_size(options, qtbot):
    assert set(RADII) <= {row.name for row in TABLE}
    assert options.radius == 15.0
    with qtbot.waitSignal(options.radius_changed) as thin:
        options.take("smart")
    assert thin.args == [4.0], "a scribble has to lie inside the region"
    options.set_radius(6)
    options.take("eraser")
    assert options.radius == 15.0
    options.set_radius(20)
    options.take("smart")
    assert options.radius == 6.0
