"""Centre: the start page, or the canvas with the tools beside it; and the notices that stand above both."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from app.canvas.coming_image import ComingImage
from app.document.loaded_image import Draft
from app.tools.tool_palette import ToolPalette
from app.window.banner import Banner
from app.window.notice_stack import NoticeStack


class Centre(QWidget):
    """The middle of the window.

    Attributes
    ----------
    notices : NoticeStack
        What the window says, in a row of its own below the tool bar.
    banner : Banner
        The one of them that tells of trouble.
    """

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
        pages = QWidget()
        self._pages = QStackedLayout(pages)
        self._pages.addWidget(self._start)
        self._pages.addWidget(self._work)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(pages, 1)
        self.notices = NoticeStack()
        self.banner = Banner()
        self.notices.add(self.banner)

    def show_canvas(self, shown: bool) -> None:
        """Show the canvas, or the start page."""
        if shown != (self._pages.currentWidget() is self._work):
            self._pages.setCurrentWidget(self._work if shown else self._start)
            if shown:
                self._canvas.setFocus()  # else the first tool would have it

    def show_draft(self, draft: Draft | None, is_open: bool) -> None:
        """Show a picture of what is coming, also while its project is still being opened; None: no more."""
        self.show_canvas(is_open or draft is not None)
        self.coming.show_draft(draft)

    def add_notice(self, notice: QWidget) -> None:
        """Put a widget among the notices, which take room of one line while any is shown."""
        self.notices.add(notice)
