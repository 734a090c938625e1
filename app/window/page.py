"""Page: a panel below its hint, in a scroll area when it needs one."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.appearance.hint import Hint

LIST_MORE = 80
"""Pixels: some more rows of a list are worth more than its hint."""
LEAST_HEIGHT = 90
"""Of a scroll area, in pixels: two rows of buttons are seen."""


class Page(QWidget):
    """Shows the hint only while the panel has its least height and ``more`` pixels without it.

    Without ``more`` it is in a scroll area, where there is always room.
    """

    def __init__(self, hint: Hint, panel: QWidget, more: int | None = None) -> None:
        super().__init__()
        self._hint, self._panel, self._more = hint, panel, more
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(hint)
        layout.addWidget(panel, 1)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return the panel's own: the hint is left out where there is no room for it; in a scroll area both."""
        least = self._panel.minimumSizeHint()
        if self._more is None and not self._hint.isHidden():
            least.setHeight(least.height() + max(0, self._hint.heightForWidth(self.width())))
        return least

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Show or leave out the hint."""
        super().resizeEvent(event)
        if self._more is None:
            return
        needed = self._hint.heightForWidth(self.width()) + self._panel.minimumSizeHint().height() + self._more
        self._hint.set_room(self.height() >= needed)


class ScrollingPage(QScrollArea):
    """A scroll area around a page that is never narrower than the page."""

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(page)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Leave room for the page and the scroll bar beside it."""
        page = self.widget()
        least = page.minimumSizeHint() if page is not None else QSize()
        return QSize(least.width() + self.verticalScrollBar().sizeHint().width(), min(LEAST_HEIGHT, least.height()))


def scroll_to(area: QScrollArea, widget: QWidget) -> None:
    """Scroll vertically until a widget inside the area is at its top."""
    inside = area.widget()
    if inside is not None:
        area.verticalScrollBar().setValue(widget.mapTo(inside, QPoint(0, 0)).y())
