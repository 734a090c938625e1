from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QPointingDevice, QTabletEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.canvas.canvas import Canvas
from tests.app.canvas.spy_canvas import centre_of, move, show


def view_of(canvas: Canvas, x: float, y: float) -> QPoint:
    return canvas.transform.to_view(centre_of(x, y)).toPoint()


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


def test_zoom_and_place_stay_where_the_next_image_has_the_same_size(canvas, document):
    show(document, 1000, 1000)
    canvas.zoom_to(3.0)
    canvas.pan_by(-40, 25)
    before = canvas.transform
    show(document, 1000, 1000)
    assert canvas.transform == before
    show(document, 1000, 800)
    assert canvas.transform.scale < 1
    canvas.resize(500, 500)
    QApplication.processEvents()
    fitted = canvas.transform
    show(document, 1000, 800)
    assert canvas.transform == fitted


def test_a_new_project_is_shown_whole(canvas, document):
    show(document, 1000, 1000)
    fitted = canvas.transform
    canvas.zoom_to(3.0)
    document.clear_image()
    show(document, 1000, 1000)
    assert canvas.transform == fitted


def test_the_ring_shows_for_a_moment_when_the_size_changes_elsewhere(canvas, document, qtbot):
    show(document)
    canvas.leaveEvent(QEvent(QEvent.Type.Leave))
    QApplication.processEvents()
    without = canvas.grab().toImage()
    canvas.options.larger()
    assert canvas.grab().toImage() != without
    qtbot.waitUntil(lambda: canvas.grab().toImage() == without)


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
