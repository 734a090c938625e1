"""Tool: what the pointer does to the document."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen

from app.canvas.pen_options import Option, ToolOptions
from app.canvas.view_transform import ViewTransform
from app.document.document import Document
from segcore.editing.brush import Point

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@dataclass(frozen=True)
class Pointer:
    """Mouse or stylus.

    Attributes
    ----------
    point : Point
        Image coordinates; may lie outside the image.
    scale : float
        View pixels for one image pixel, to tell what is near on the screen.
    pressure : float
        0.0-1.0; 1.0 for a mouse.
    """

    point: Point
    scale: float = 1.0
    button: Qt.MouseButton = Qt.MouseButton.NoButton
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    pressure: float = 1.0

    def holds(self, modifier: Qt.KeyboardModifier) -> bool:
        """Whether this key is held."""
        return bool(self.modifiers & modifier)


class Tool(QObject):
    """Base of all tools: does nothing. A tool hears pointer events in image coordinates and talks to the document."""

    preview_changed = Signal()
    """`draw` would paint something else now."""
    steps_changed = Signal()
    """`step_back` or `step_forward` would do something else now."""
    message = Signal(str)
    """Something a person should know; short."""
    error = Signal(Exception)
    """What went wrong."""

    edits = True
    """Whether it changes labels."""
    pans = False
    """Whether dragging with it moves the view."""
    uses: frozenset[Option] = frozenset()
    """The options that it has. That of the size is shown when it changes."""
    taken_with_alt = False
    """Whether Alt + click uses it, whichever tool is chosen."""
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, document: Document, options: ToolOptions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.options = options

    @property
    def has_size(self) -> bool:
        """Whether the radius of the options is its own."""
        return Option.SIZE in self.uses

    def hint(self) -> str:
        """Return what to do with it; empty when its name says it."""
        return ""

    def warm_up(self) -> None:
        """Load in the background what the first stroke would have to wait for."""

    def enter(self) -> None:
        """React to being chosen."""

    def leave(self) -> None:
        """React to another tool being chosen: drop what is being drawn, unless it can wait."""
        self.cancel()

    def press(self, pointer: Pointer) -> None:
        """React to a button that went down (``pointer.button``)."""

    def drag(self, pointer: Pointer) -> None:
        """React to a move with a button held."""

    def release(self, pointer: Pointer) -> None:
        """React to the button going up."""

    def hover(self, pointer: Pointer | None) -> None:
        """React to a move without a button; None when the pointer left."""

    def double_click(self, pointer: Pointer) -> None:
        """React to the second press of a double click; without this method it is a press like any other."""
        self.press(pointer)

    def finish(self) -> bool:
        """Complete what is being drawn (Enter); return whether there was something."""
        return False

    def step_back(self) -> bool:
        """Take back the last step of what is being drawn (Backspace, Undo); return whether there was one."""
        return False

    def step_forward(self) -> bool:
        """Put back the step that was taken back last (Redo); return whether there was one."""
        return False

    def step_back_name(self) -> str:
        """Return what `step_back` would take back, for the menu; empty when nothing."""
        return ""

    def step_forward_name(self) -> str:
        """Return what `step_forward` would put back, for the menu; empty when nothing."""
        return ""

    def cancel(self) -> bool:
        """Drop what is being drawn (Esc); return whether there was something."""
        return False

    def abandon(self) -> None:
        """Drop what was drawn since the button went down: it was not meant."""
        self.cancel()

    def draw(self, painter: QPainter, transform: ViewTransform) -> None:
        """Paint the preview, in view coordinates."""

    def preview_rect(self, transform: ViewTransform) -> QRectF:
        """Return what `draw` paints on, in view coordinates; empty when nothing."""
        return QRectF()


def double_line(painter: QPainter) -> tuple[QPen, QPen]:
    """Return a wide dark and a thin light pen: drawn one over the other they show on any background."""
    dark, light = QPen(QColor(0, 0, 0, 210), 3.6), QPen(QColor(255, 255, 255), 1.4)
    for pen in (dark, light):
        pen.setCosmetic(True)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    return dark, light
