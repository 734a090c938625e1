"""Canvas: the image view that tools work on."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QEvent, QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPointingDevice,
    QTabletEvent,
    QTouchEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.canvas.focus_click import FocusClick
from app.canvas.image_view import ZOOM_STEP, ImageView
from app.canvas.pen_options import ToolOptions
from app.canvas.size_drag import SizeDrag
from app.canvas.size_preview import SizePreview
from app.canvas.space_key import SpaceKey
from app.canvas.tool import ALT, CTRL, LEFT, RIGHT, SHIFT, Pointer, Tool
from app.canvas.touch import Touch
from app.document.document import Document

WHEEL_STEP = 120
"""Eighths of a degree in one step of a wheel."""
NO_BUTTON, MIDDLE = Qt.MouseButton.NoButton, Qt.MouseButton.MiddleButton
MODIFIERS = {Qt.Key.Key_Shift: SHIFT, Qt.Key.Key_Control: CTRL, Qt.Key.Key_Alt: ALT}
ENTER, BACKSPACE, ESCAPE = (Qt.Key.Key_Return, Qt.Key.Key_Enter), Qt.Key.Key_Backspace, Qt.Key.Key_Escape


class Canvas(ImageView):
    """Hands mouse, stylus and keys to a tool.

    Ctrl + wheel zooms about the pointer, the wheel alone scrolls; Alt + wheel, or a drag with Alt and the right button,
    sets the size of the pen; Space or the middle button moves the view; Alt + click picks a class in any tool.
    """

    cursor_moved = Signal(int, int)
    """The pointer is over this pixel of the image."""
    cursor_left = Signal()
    """The pointer is over no pixel any more."""
    brush_size_changed = Signal(float)
    """Radius in pixels."""
    tool_changed = Signal(str)
    """The tool of this name is in use."""
    steps_changed = Signal()
    """The tool in use can take back or put back another step of what is being drawn."""
    message = Signal(str)
    """A tool has something to say."""
    error = Signal(Exception)
    """A tool failed."""

    def __init__(
        self,
        document: Document,
        tools: Mapping[str, Tool],
        options: ToolOptions,
        parent: QWidget | None = None,
    ) -> None:
        """``tools``: by name, the first one in use at first; they were made with ``options``."""
        self._pressed: Tool | None = None
        self._modifiers = Qt.KeyboardModifier.NoModifier
        super().__init__(document, parent)
        self.options = options
        self._tools = dict(tools)
        self._picker = next((tool for tool in self._tools.values() if tool.taken_with_alt), None)
        self._tool_name = next(iter(self._tools))
        self._size_drag = SizeDrag(options)
        self._space_key = SpaceKey(self, lambda: self._pressed is None)
        self._space_key.held_changed.connect(self._show_panning)
        self._focus_click = FocusClick(self)
        self._touch = Touch(self, self._drop_drawn)
        self._preview = QRect()
        self._pixel: tuple[int, int] | None = None
        self._size_preview = SizePreview(self, lambda: self.tool, self._hover_again)

        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setAccessibleName(self.tr("Canvas"))
        self._update_cursor()

        document.image_changed.connect(self._start_again)
        document.active_class_changed.connect(self._show_preview)
        self.options.radius_changed.connect(self.brush_size_changed)
        self.options.radius_changed.connect(self._preview_size)
        for tool in self._tools.values():
            tool.preview_changed.connect(self._show_preview)
            tool.steps_changed.connect(self.steps_changed)
            tool.message.connect(self.message)
            tool.error.connect(self.error)

    # -- tools -------------------------------------------------------------------------------------------------------

    @property
    def tool_name(self) -> str:
        """Name of the tool in use."""
        return self._tool_name

    @property
    def tool(self) -> Tool:
        """The tool in use."""
        return self._tools[self._tool_name]

    def set_tool(self, name: str) -> None:
        """Use the tool of this name."""
        if name == self._tool_name:
            return
        self.tool.leave()
        self.tool.hover(None)
        self._pressed = None
        self._tool_name = name
        self._size_preview.stop()
        self.options.take(name, self.tool.uses)
        self._update_cursor()
        self._hover_again()
        self._show_preview()
        self.tool.enter()
        self.tool_changed.emit(name)
        if hint := self.tool.hint():
            self.message.emit(hint)

    def warm_up(self) -> None:
        """Load in the background what the first stroke of a tool would have to wait for."""
        for tool in self._tools.values():
            tool.warm_up()

    def draw_preview(self, painter: QPainter) -> None:
        """Paint the ring, the polygon so far, ..."""
        if not self._panning:
            self.tool.draw(painter, self.transform)

    def transformed(self) -> None:
        """Report what is under the pointer now, and take note of where the preview is."""
        self._hover_again()
        self._show_preview()

    # -- pointer -----------------------------------------------------------------------------------------------------

    @property
    def _panning(self) -> bool:
        return self._pan_from is not None or self._space_key.held

    def _pointer(self, button: Qt.MouseButton = NO_BUTTON, pressure: float = 1.0) -> Pointer:
        assert self._position is not None
        point = self.transform.to_image(self._position)
        return Pointer(point, self.transform.scale, button, self._modifiers, pressure)

    def _down(self, button: Qt.MouseButton, pressure: float = 1.0, double: bool = False) -> None:
        if self._pressed is not None or self._pan_from is not None or self._size_drag.active:
            return
        only_focus = self._focus_click.take()
        if button == MIDDLE or (button == LEFT and (self._space_key.held or self.tool.pans)):
            self._pan_from = self._position
            self._update_cursor()
            self._show_preview()
        elif button == RIGHT and self._modifiers & ALT and self.tool.has_size:
            assert self._position is not None
            self.tool.hover(self._pointer())
            self._size_drag.begin(self._position, self.transform.scale)
            self._update_cursor()
        elif button in (LEFT, RIGHT) and self.document.image_id is not None:
            picks = button == LEFT and bool(self._modifiers & ALT)
            pressed = self._picker if picks and self._picker is not None else self.tool
            if pressed.edits and self.document.read_only:
                self.message.emit(self.tr("The project is open read-only: nothing is painted."))
                return
            if pressed.edits and only_focus:
                self.message.emit(self.tr("This click only activated the image. Click again to paint."))
                return
            self._pressed = pressed
            pointer = self._pointer(button, pressure)
            if double:
                self._pressed.double_click(pointer)
            else:
                self._pressed.press(pointer)

    def _move(self, pressure: float = 1.0) -> None:
        assert self._position is not None
        if self._pan_from is not None:
            step = self._position - self._pan_from
            self._pan_from = self._position
            self.pan_by(step.x(), step.y())
        elif self._size_drag.active:
            self._size_drag.move(self._position)
        elif self._pressed is not None:
            self._pressed.drag(self._pointer(pressure=pressure))
        else:
            self.tool.hover(self._pointer())
        self._report()

    def _up(self, pressure: float = 1.0) -> None:
        if self._pan_from is not None:
            self._pan_from = None
            self._update_cursor()
        elif self._size_drag.active:
            self._size_drag.end()
            self._update_cursor()
        elif self._pressed is not None:
            pressed, self._pressed = self._pressed, None
            pressed.release(self._pointer(pressure=pressure))
        self._hover_again()

    def _hover_again(self) -> None:
        """Tell the tool and the status bar where the pointer is, after the view or the tool changed under it."""
        if self._size_preview.active:
            self._size_preview.place()
        elif self._pressed is None and not self._size_drag.active:
            self.tool.hover(self._pointer() if self._position is not None else None)
        self._report()

    def _report(self) -> None:
        pixel = None
        if self._position is not None:
            point = self.transform.to_image(self._position)
            pixel = math.floor(point.x), math.floor(point.y)
            if self.document.label_at(*pixel) is None:
                pixel = None
        if pixel != self._pixel:
            self._pixel = pixel
            if pixel is not None:
                self.cursor_moved.emit(*pixel)
            else:
                self.cursor_left.emit()

    def _start_again(self) -> None:
        self._pressed = self._pan_from = None
        self._size_drag.end()
        self._update_cursor()
        self._hover_again()

    # -- preview -----------------------------------------------------------------------------------------------------

    def _show_preview(self) -> None:
        now = QRect() if self._panning else self.tool.preview_rect(self.transform).toAlignedRect()
        self.update(self._preview)
        self.update(now)
        self._preview = now

    def _preview_size(self) -> None:
        """Show the ring in the middle for a moment, when the size changes and the pointer is elsewhere."""
        if self._position is None and self.tool.has_size and self.document.image_id is not None:
            self._size_preview.begin()

    def _update_cursor(self) -> None:
        if self._pan_from is not None:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._size_drag.active:
            self.setCursor(Qt.CursorShape.SizeHorCursor)
        elif self._space_key.held:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self.document.image_id is None:
            self.unsetCursor()
        else:
            self.setCursor(self.tool.cursor)

    # -- events ------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Press, or begin to move the view."""
        self._at(event)
        self._down(event.button())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Second press of a double click."""
        self._at(event)
        self._down(event.button(), double=True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Drag or hover."""
        self._at(event)
        self._move()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Release, once no button is held."""
        self._at(event)
        if not event.buttons() & (LEFT | RIGHT | MIDDLE):
            self._up()

    def tabletEvent(self, event: QTabletEvent) -> None:  # noqa: N802
        """Stylus: like a mouse, with pressure; its other end erases."""
        self._position, self._modifiers = event.position(), event.modifiers()
        eraser = event.pointerType() == QPointingDevice.PointerType.Eraser
        if event.type() == QEvent.Type.TabletPress:
            self._down(RIGHT if eraser and event.button() == LEFT else event.button(), event.pressure())
        elif event.type() == QEvent.Type.TabletRelease:
            self._up(event.pressure())
        else:
            self._move(event.pressure())
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom with Ctrl, set the brush with Alt, else scroll."""
        self._position, self._modifiers = event.position(), event.modifiers()
        # With Alt, Qt turns the wheel sideways.
        turn = event.angleDelta().y() or event.angleDelta().x()
        if self._modifiers & CTRL:
            self.zoom_to(self.zoom * ZOOM_STEP ** (turn / WHEEL_STEP), event.position())
        elif self._modifiers & ALT:
            if turn > 0:
                self.options.larger()
            elif turn < 0:
                self.options.smaller()
        else:
            step = QPointF(event.pixelDelta()) if not event.pixelDelta().isNull() else QPointF(event.angleDelta()) / 2
            if self._modifiers & SHIFT and step.x() == 0:
                step = QPointF(step.y(), 0)
            self.pan_by(step.x(), step.y())
        event.accept()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        """Show the ring."""
        self._space_key.set_over(True)
        self._at(event)
        self._hover_again()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Hide the ring; fit the image again where a notice has left it in its place."""
        self._space_key.set_over(False)
        if self._pressed is None:
            self._position = None
            if self._fitted:
                self.fit()
            self._hover_again()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter, Backspace and Esc for the tool; Shift, Ctrl and Alt change at once what it shows."""
        if not self._tool_key(event.key()) and not self._modifier_key(event, held=True):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Show what the tool does without the key."""
        if not self._modifier_key(event, held=False):
            super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Remember whether a click brought the focus."""
        self._focus_click.on_focus(event.reason())
        super().focusInEvent(event)

    def event(self, event: QEvent) -> bool:
        """Claim the tool's keys before any shortcut does; zoom by pinching; fingers on a touch screen."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() in (*ENTER, BACKSPACE, ESCAPE) and not event.modifiers():
                event.accept()
                return True
        elif event.type() in (QEvent.Type.WindowActivate, QEvent.Type.WindowDeactivate):
            self._focus_click.on_window(event.type())
        elif isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_to(self.zoom * (1.0 + event.value()), event.position())
            return True
        elif isinstance(event, QTouchEvent) and self._touch.hear(event):
            event.accept()
            return True
        return super().event(event)

    def _drop_drawn(self) -> None:
        """Revert what one finger has drawn before a second one came."""
        if self._pressed is not None:
            self._pressed.abandon()
        self._position = None
        self._start_again()

    def _at(self, event: QMouseEvent | QEnterEvent) -> None:
        self._size_preview.stop()
        self._position, self._modifiers = event.position(), event.modifiers()

    def _show_panning(self) -> None:
        self._update_cursor()
        self._show_preview()

    def _modifier_key(self, event: QKeyEvent, held: bool) -> bool:
        flag = MODIFIERS.get(Qt.Key(event.key()))
        if flag is None:
            return False
        self._modifiers = event.modifiers() | flag if held else event.modifiers() & ~flag
        if self._pressed is not None and self._position is not None:
            self._pressed.drag(self._pointer())
        else:
            self._hover_again()
        return True

    def _tool_key(self, key: int) -> bool:
        if key in ENTER:
            return self.tool.finish()
        if key == BACKSPACE:
            return self.tool.step_back()
        if key == ESCAPE and self._size_drag.cancel():
            self._update_cursor()
            return True
        return key == ESCAPE and self.tool.cancel()
