"""Centre: the start page, or the canvas with the tools beside it; the banner floats above."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from app.canvas.coming_image import ComingImage
from app.tools.tool_palette import ToolPalette
from app.window.banner import Banner

MARGIN = 12
WIDEST = 760


class Centre(QWidget):
    """The middle of the window; the banner never pushes the image about."""

    def __init__(
        self, start: QWidget, canvas: QWidget, tools: Sequence[Sequence[QAction]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self.coming = ComingImage(canvas)
        self._work = QWidget()
        beside = QHBoxLayout(self._work)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        beside.addWidget(ToolPalette(tools))
        beside.addWidget(canvas, 1)
        self._start = QScrollArea()  # a small window shows a part of it
        self._start.setWidgetResizable(True)
        self._start.setWidget(start)
        self._body = pages = QWidget()
        pages.installEventFilter(self)
        self._pages = QStackedLayout(pages)
        self._pages.addWidget(self._start)
        self._pages.addWidget(self._work)
        self._layout = layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(pages, 1)
        self.banner = Banner(self)
        self.banner.changed.connect(self._place)

    def show_canvas(self, shown: bool) -> None:
        """Show the canvas, or the start page."""
        if shown != (self._pages.currentWidget() is self._work):
            self._pages.setCurrentWidget(self._work if shown else self._start)
            if shown:
                self._canvas.setFocus()  # else the first tool would have it

    def add_notice(self, notice: QWidget) -> None:
        """Put a widget above the pages; it takes room from them while it is shown."""
        self._layout.insertWidget(0, notice)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the banner at the top."""
        super().resizeEvent(event)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Keep the banner below a notice that is shown now."""
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        width = min(WIDEST, self.width() - 2 * MARGIN)
        height = self.banner.heightForWidth(width)
        self.banner.setGeometry((self.width() - width) // 2, self._body.y() + MARGIN, width, height)
        self.banner.raise_()
