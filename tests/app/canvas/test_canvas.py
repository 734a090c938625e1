from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPaintEvent, QPointingDevice, QTabletEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.canvas.canvas import Canvas
from app.canvas.color_tables import INFERNO, VIRIDIS, class_table, heat_table
from app.canvas.layers import View
from app.canvas.pen_options import ToolOptions
from app.document.document import Document, LoadedImage
from app.tools.toolbox import make_tools
from segcore.labels.classes import ClassSet, SegClass
from segcore.labels.label_map import LabelMap
from segcore.labels.probability_map import ProbabilityMap

RED, BLUE = (255, 0, 0), (0, 0, 255)
CLASSES = ClassSet((SegClass(0, "red", RED), SegClass(1, "blue", BLUE)))


class SpyCanvas(Canvas):
    def __init__(self, document):
        self.painted: list[QRect] = []
        options = ToolOptions()
        super().__init__(document, make_tools(document, options), options)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        self.painted.append(event.rect())
        super().paintEvent(event)


@pytest.fixture
def document(qapp):
    document = Document()
    document.set_classes(CLASSES)
    yield document
    document.clear_image()


@pytest.fixture
def canvas(document, qtbot):
    canvas = SpyCanvas(document)
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    canvas.show()
    qtbot.waitExposed(canvas)
    return canvas


def show(document: Document, height: int = 100, width: int = 100, value: int = 100, image_id: str = "a.png"):
    image = np.full((height, width, 3), value, np.uint8)
    document.show(LoadedImage(image_id, image, LabelMap.blank(height, width)))
    QApplication.processEvents()


def predict(document: Document) -> ProbabilityMap:
    height, width = document.label_map.shape
    labels = np.zeros((height, width), np.uint8)
    labels[:, width // 2 :] = 1
    probabilities = np.stack([np.where(labels == c, 255, 0).astype(np.uint8) for c in (0, 1)])
    found = ProbabilityMap(probabilities, labels, np.zeros_like(labels), np.array([0, 1], np.uint8), "m")
    document.set_prediction(found, accept=False)
    return found


def color_at(canvas: Canvas, x: float, y: float) -> tuple[int, int, int]:
    """Colour on the screen of the image's pixel (x, y)."""
    canvas.tool.hover(None)
    where = canvas.transform.to_view(_centre(x, y)).toPoint()
    color = QColor(canvas.grab().toImage().pixel(where))
    return color.red(), color.green(), color.blue()


def _centre(x: float, y: float):
    from segcore.editing.brush import Point

    return Point(x + 0.5, y + 0.5)


def view_of(canvas: Canvas, x: float, y: float) -> QPoint:
    return canvas.transform.to_view(_centre(x, y)).toPoint()


def move(canvas: Canvas, to: QPoint, held=Qt.MouseButton.NoButton) -> None:
    """A move that arrives even where the test platform believes the pointer to be there already."""
    at = QPointF(to)
    none = Qt.MouseButton.NoButton, held, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(canvas, QMouseEvent(QEvent.Type.MouseMove, at, canvas.mapToGlobal(at), *none))


# -- what is seen ----------------------------------------------------------------------------------------------------


def test_overlay_mixes_image_and_class_and_follows_opacity_and_hiding(canvas, document):
    show(document)
    document.label_map.labels[:] = 0
    canvas.opacity = 1.0
    assert color_at(canvas, 50, 50) == RED
    canvas.opacity = 0.0
    assert color_at(canvas, 50, 50) == (100, 100, 100)
    canvas.opacity = 0.5
    red, green, blue = color_at(canvas, 50, 50)
    assert abs(red - 178) <= 2
    assert abs(green - 50) <= 2
    assert green == blue
    canvas.hidden_classes = frozenset({0})
    assert color_at(canvas, 50, 50) == (100, 100, 100)


def test_recolouring_shows_at_once(canvas, document):
    show(document)
    document.label_map.labels[:] = 0
    canvas.opacity = 1.0
    document.set_classes(CLASSES.changed(0, color=(1, 2, 3)))
    assert color_at(canvas, 50, 50) == (1, 2, 3)


def test_views_show_what_they_say(canvas, document):
    show(document)
    found = predict(document)
    document.label_map.labels[:] = found.labels
    document.label_map.labels[10:20, 10:20] = 1
    canvas.opacity = 1.0
    canvas.view = View.IMAGE
    assert color_at(canvas, 50, 50) == (100, 100, 100)
    canvas.view = View.HEATMAP
    canvas.heatmap_class = 1
    assert color_at(canvas, 20, 50) == (0x44, 0x01, 0x54)
    assert color_at(canvas, 80, 50) == (0xFD, 0xE7, 0x25)
    canvas.view = View.UNCERTAINTY
    assert color_at(canvas, 20, 50) == (0, 0, 4)
    canvas.view = View.CHANGES
    changed, same = color_at(canvas, 15, 15), color_at(canvas, 70, 70)
    assert changed[2] > 220
    assert changed[0] < 30
    assert same[0] == same[1] == same[2] < 60
    canvas.view = View.OUTLINES
    canvas.zoom_to(2.0)
    assert color_at(canvas, 30, 50) == (100, 100, 100)
    assert color_at(canvas, 49, 50) == RED
    assert color_at(canvas, 50, 50) == BLUE


def test_outlines_are_as_wide_at_every_zoom_and_not_along_the_image(canvas, document):
    show(document, 400, 400)
    document.label_map.labels[:] = 0
    document.label_map.labels[:, 200:] = 1
    canvas.view = View.OUTLINES
    for zoom in (0.5, 1.0, 8.0):
        canvas.zoom_to(zoom)
        canvas.tool.hover(None)
        picture = canvas.grab().toImage()
        row = [QColor(picture.pixel(x, 150)) for x in range(picture.width())]
        assert sum(c.red() > 200 and c.blue() < 50 for c in row) == 2
        assert sum(c.blue() > 200 and c.red() < 50 for c in row) == 2


def test_switching_views_copies_nothing(canvas, document):
    """What is painted into the arrays is on the screen in each view without telling the canvas of new arrays."""
    show(document)
    predict(document)
    canvas.opacity = 1.0
    for view in (View.IMAGE, View.HEATMAP, View.OVERLAY):
        canvas.view = view
        canvas.grab()
    document.label_map.labels[:] = 1
    assert color_at(canvas, 10, 10) == BLUE


def pixels(picture: QImage) -> np.ndarray:
    picture = picture.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), -1, 4).astype(int)


def test_partial_repaints_leave_no_seam(canvas, document):
    rng = np.random.default_rng(0)
    image = rng.integers(0, 255, (900, 1300, 3), np.uint8)
    document.show(
        LoadedImage("a.png", image, LabelMap(rng.integers(0, 2, (900, 1300), np.uint8), np.ones((900, 1300), np.uint8)))
    )
    for zoom in (0.37, 1.3, 6.0):
        canvas.zoom_to(zoom)
        canvas.tool.hover(None)
        for view in (View.OVERLAY, View.OUTLINES):
            canvas.view = view
            whole = canvas.grab().toImage()
            for rect in (QRect(37, 41, 50, 60), QRect(150, 99, 33, 7)):
                part = pixels(canvas.grab(rect).toImage())
                different = np.abs(part - pixels(whole.copy(rect)))
                assert different.max() <= 1, (zoom, view)  # 1 by rounding, where bilinear


def test_without_image_or_prediction_it_says_so(canvas, document):
    empty = canvas.grab().toImage()
    show(document)
    assert canvas.grab().toImage() != empty
    canvas.view = View.IMAGE
    plain = canvas.grab().toImage()
    canvas.view = View.HEATMAP
    assert canvas.grab().toImage() != plain


def test_colour_tables():
    table = class_table(CLASSES, 0.5, {1})
    assert QColor.fromRgba(table[0]).getRgb() == (255, 0, 0, 128)
    assert table[1] == table[255] == 0
    assert QColor.fromRgba(table[7]).alpha() == 128  # no class, yet seen
    for points in (VIRIDIS, INFERNO):
        heat = heat_table(points, 255)
        light = [QColor.fromRgba(c).lightnessF() + QColor.fromRgba(c).greenF() for c in heat]
        assert light[255] > light[128] > light[0]
    assert QColor.fromRgba(heat_table(VIRIDIS, 77)[0]).getRgb() == (0x44, 0x01, 0x54, 77)


# -- what is repainted -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zoom", [None, 1.0])
def test_a_dab_repaints_only_its_surroundings(canvas, document, zoom):
    show(document, 2000, 2000)
    if zoom is not None:
        canvas.zoom_to(zoom)
    canvas.options.set_radius(10)
    move(canvas, QPoint(200, 150))
    QApplication.processEvents()
    canvas.painted.clear()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    QApplication.processEvents()
    assert canvas.painted
    area = canvas.painted[0]
    for rect in canvas.painted:
        area = area.united(rect)
    assert area.contains(QPoint(200, 150))
    assert max(area.width(), area.height()) < 2 * 10 * canvas.zoom + 40
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    assert document.undo_name == "Brush"


def test_labels_do_not_repaint_views_that_do_not_show_them(canvas, document):
    show(document)
    canvas.view = View.IMAGE
    QApplication.processEvents()
    canvas.painted.clear()
    document.labels_changed.emit(QRect(0, 0, 50, 50))
    QApplication.processEvents()
    assert canvas.painted == []


# -- what the pointer does -------------------------------------------------------------------------------------------


def test_dragging_paints_through_the_document(canvas, document):
    show(document)
    document.set_active_class(1)
    canvas.options.set_radius(0.5)
    start, end = view_of(canvas, 20, 50), view_of(canvas, 80, 50)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    move(canvas, end, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)
    assert (document.label_map.labels[50, 20:81] == 1).all()


def test_escape_reverts_and_alt_click_picks(canvas, document):
    show(document)
    canvas.setFocus()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=view_of(canvas, 50, 50))
    assert (document.label_map.labels == 0).any()
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert (document.label_map.labels == 255).all()
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=view_of(canvas, 50, 50))
    document.label_map.labels[:] = 1
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier, view_of(canvas, 50, 50))
    assert document.active_class == 1
    assert document.undo_name == ""


def stylus(canvas: Canvas, kind: QEvent.Type, to: QPoint, pressure: float, tip=QPointingDevice.PointerType.Pen) -> None:
    device = QPointingDevice(
        "stylus",
        1,
        QPointingDevice.DeviceType.Stylus,
        tip,
        QPointingDevice.Capability.Pressure,
        1,
        1,
    )
    at, button = QPointF(to), Qt.MouseButton.LeftButton
    none = Qt.MouseButton.NoButton
    held = none if kind == QEvent.Type.TabletRelease else button
    event = QTabletEvent(
        kind,
        device,
        at,
        canvas.mapToGlobal(at),
        pressure,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        Qt.KeyboardModifier.NoModifier,
        none if kind == QEvent.Type.TabletMove else button,
        held,
    )
    QApplication.sendEvent(canvas, event)
    assert event.isAccepted()


def test_a_stylus_paints_with_pressure_and_its_other_end_erases(canvas, document):
    show(document)
    canvas.options.set_radius(20)
    at = view_of(canvas, 50, 50)
    for kind in (QEvent.Type.TabletPress, QEvent.Type.TabletMove, QEvent.Type.TabletRelease):
        stylus(canvas, kind, at, 0.25)
    assert 9 <= (document.label_map.labels[50] == 0).sum() <= 11
    for kind in (QEvent.Type.TabletPress, QEvent.Type.TabletRelease):
        stylus(canvas, kind, at, 1.0, QPointingDevice.PointerType.Eraser)
    assert (document.label_map.labels == 255).all()
    assert document.undo_name == "Eraser"


def wheel(canvas: Canvas, at: QPointF, turn: int, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    event = QWheelEvent(
        at,
        canvas.mapToGlobal(at),
        QPoint(),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


def test_wheel_zooms_scrolls_and_sizes(canvas, document, qtbot):
    show(document, 1000, 1000)
    at = QPointF(120, 80)
    before, zoom = canvas.transform.to_image(at), canvas.zoom
    with qtbot.waitSignal(canvas.zoom_changed) as caught:
        wheel(canvas, at, 120, Qt.KeyboardModifier.ControlModifier)
    assert caught.args[0] == pytest.approx(zoom * 1.25)
    assert canvas.transform.to_image(at).x == pytest.approx(before.x, abs=1 / canvas.zoom)
    top, left = canvas.transform.top, canvas.transform.left
    wheel(canvas, at, -120)
    assert (canvas.transform.top, canvas.transform.left) == (top - 60, left)
    wheel(canvas, at, -120, Qt.KeyboardModifier.ShiftModifier)
    assert (canvas.transform.top, canvas.transform.left) == (top - 60, left - 60)
    with qtbot.waitSignal(canvas.brush_size_changed):
        wheel(canvas, at, 120, Qt.KeyboardModifier.AltModifier)
    assert canvas.zoom == pytest.approx(zoom * 1.25)


@pytest.mark.parametrize("how", ["middle", "space", "tool"])
def test_ways_to_move_the_view(canvas, document, how):
    show(document, 1000, 1000)
    canvas.zoom_to(1.0)
    button = Qt.MouseButton.MiddleButton if how == "middle" else Qt.MouseButton.LeftButton
    if how == "space":
        QTest.keyPress(canvas, Qt.Key.Key_Space)
    elif how == "tool":
        canvas.set_tool("pan")
    left, top = canvas.transform.left, canvas.transform.top
    QTest.mousePress(canvas, button, pos=QPoint(100, 100))
    move(canvas, QPoint(130, 90), button)
    QTest.mouseRelease(canvas, button, pos=QPoint(130, 90))
    assert (canvas.transform.left - left, canvas.transform.top - top) == (30, -10)
    assert (document.label_map.labels == 255).all()
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    canvas.set_tool("brush")
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(130, 90))
    assert not (document.label_map.labels == 255).all()


def test_the_pointer_is_reported_as_a_pixel(canvas, document, qtbot):
    show(document)
    seen: list[tuple[int, int]] = []
    canvas.cursor_moved.connect(lambda x, y: seen.append((x, y)))
    move(canvas, view_of(canvas, 33, 44))
    assert seen[-1] == (33, 44)
    with qtbot.waitSignal(canvas.cursor_left):
        move(canvas, QPoint(1, 1))


def test_polygon_by_mouse_and_keys(canvas, document):
    show(document)
    document.set_active_class(1)
    canvas.set_tool("polygon")
    for x, y in ((20, 20), (60, 20), (60, 60), (90, 90)):
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=view_of(canvas, x, y), delay=0)
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    labels = document.label_map.labels
    assert labels[25, 50] == 1
    assert labels[80, 80] == 255
    assert document.undo_name == "Polygon"


def test_a_polygon_waits_while_another_tool_is_used_until_the_image_changes(canvas, document, qtbot):
    show(document)
    canvas.set_tool("polygon")
    for x, y in ((20, 20), (60, 20), (60, 60)):
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=view_of(canvas, x, y))
    with qtbot.waitSignal(canvas.tool_changed) as caught:
        canvas.set_tool("brush")
    assert caught.args == ["brush"]
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=view_of(canvas, 80, 80))
    canvas.set_tool("polygon")
    assert len(canvas.tool.corners) == 3
    canvas.set_tool("brush")
    show(document, image_id="b.png")
    canvas.set_tool("polygon")
    assert canvas.tool.corners == ()


def test_zoom_has_limits_and_fit_returns(canvas, document):
    show(document, 1000, 1000)
    fitted = canvas.zoom
    canvas.zoom_to(1e9)
    assert canvas.zoom == 64
    canvas.zoom_to(1e-9)
    assert canvas.zoom == pytest.approx(fitted / 2)
    canvas.fit()
    assert canvas.zoom == fitted
    canvas.resize(500, 500)
    QApplication.processEvents()
    assert canvas.zoom > fitted


def test_the_ring_shows_for_a_moment_when_the_size_changes_elsewhere(canvas, document, qtbot):
    show(document)
    canvas.leaveEvent(QEvent(QEvent.Type.Leave))
    QApplication.processEvents()
    without = canvas.grab().toImage()
    canvas.options.larger()
    assert canvas.grab().toImage() != without
    qtbot.waitUntil(lambda: canvas.grab().toImage() == without, timeout=3000)


@pytest.mark.parametrize("radius", [0.5, 1.0, 20.0])
@pytest.mark.parametrize("value", [0, 128, 255])
def test_the_ring_is_seen_on_any_background(canvas, document, radius, value):
    show(document, value=value)
    canvas.options.set_radius(radius)
    canvas.tool.hover(None)
    without = canvas.grab().toImage()
    move(canvas, view_of(canvas, 50, 50))
    ring = canvas.grab().toImage()
    most = max(
        abs(QColor(ring.pixel(x, y)).lightness() - QColor(without.pixel(x, y)).lightness())
        for x in range(130, 270)
        for y in range(80, 220)
    )
    assert most > 90


def test_without_an_image_nothing_can_be_painted(canvas, document):
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    canvas.zoom_in()
    canvas.fit()
    assert document.label_map is None


def test_maps_that_are_read_only_or_strided_are_shown(canvas, document):
    show(document)
    labels = np.zeros((100, 100), np.uint8)
    probabilities = np.full((100, 100, 2), 255, np.uint8).transpose(2, 0, 1)
    uncertainty = np.full((100, 100), 255, np.uint8)
    uncertainty.setflags(write=False)
    found = ProbabilityMap(probabilities, labels, uncertainty, np.array([0, 1], np.uint8), "m")
    document.set_prediction(found, accept=False)
    canvas.opacity = 1.0
    canvas.view = View.UNCERTAINTY
    assert color_at(canvas, 50, 50) == (0xFC, 0xFF, 0xA4)
    canvas.view = View.HEATMAP
    assert color_at(canvas, 50, 50) == (0xFD, 0xE7, 0x25)


def test_a_label_that_was_taken_away_is_seen_among_the_changes(canvas, document):
    show(document)
    document.label_map.labels[:] = predict(document).labels
    canvas.view = View.CHANGES
    same = color_at(canvas, 50, 20)
    document.label_map.labels[10:30, 40:60] = 255
    erased = color_at(canvas, 50, 20)
    assert min(erased) > max(same) + 40
    document.label_map.labels[10:30, 40:60] = 1
    canvas.hidden_classes = frozenset({1})
    assert color_at(canvas, 45, 20) == erased
    assert color_at(canvas, 55, 20) == same
