"""NoticeStack: notices in a row below the tool bar, the newest first; the older ones are seen on request.

So they cover neither tools nor image, and take the height of one line.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QToolBar, QVBoxLayout, QWidget

PART = 3
"""They take at most this part of the height of the window, whatever is unfolded."""


class NoticeStack(QToolBar):
    """Shown while one of its notices is; as high as the newest, or as all of them once the person wants to see all."""

    resizing = Signal()
    """It is about to take another height: what is below moves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notices")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.toggleViewAction().setVisible(False)
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(3)
        self._column.addStretch()
        self.area = QScrollArea()
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidgetResizable(True)
        self.area.setWidget(self._inside)
        self.older_button = QPushButton()
        self.older_button.setCheckable(True)
        self.older_button.setProperty("flat", "true")
        self.older_button.setToolTip(self.tr("Show the older notices, too"))
        self.older_button.toggled.connect(lambda _: self.fit())
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.area, 1)
        layout.addWidget(self.older_button, 0, Qt.AlignmentFlag.AlignTop)
        self.addWidget(row)
        self._fitting = False
        self.hide()

    def setVisible(self, visible: bool) -> None:  # noqa: N802
        """Show it only for a notice: a state of the window from another day may want it shown."""
        super().setVisible(visible and bool(self.shown))

    def add(self, notice: QWidget) -> None:
        """Hold a notice, which shows and hides itself."""
        self._column.insertWidget(0, notice)
        notice.installEventFilter(self)
        self.fit()

    @property
    def shown(self) -> list[QWidget]:
        """The notices that say something now, the newest first."""
        items = (self._column.itemAt(n) for n in range(self._column.count()))
        held = (item.widget() for item in items if item is not None)
        return [each for each in held if each is not None and not each.isHidden()]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Put a notice first that is shown now; follow when one is hidden or needs another height."""
        kind = event.type()
        if kind == QEvent.Type.ShowToParent and isinstance(watched, QWidget) and not self._fitting:
            self._column.removeWidget(watched)
            self._column.insertWidget(0, watched)
            self.area.verticalScrollBar().setValue(0)
            self.older_button.setChecked(False)
            self.fit()
        elif kind in (QEvent.Type.HideToParent, QEvent.Type.LayoutRequest):
            self.fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Follow the width."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Take the height that is needed now."""
        if self._fitting:
            return
        self._fitting = True
        try:
            shown = self.shown
            self.older_button.setText(self.tr("{n} older").format(n=len(shown) - 1))
            self.older_button.setVisible(len(shown) > 1)
            if self.isHidden() == bool(shown):
                self.resizing.emit()
            self.setVisible(bool(shown))
            if shown:
                wanted = shown if self.older_button.isChecked() else shown[:1]
                height = sum(map(self._height, wanted)) + self._column.spacing() * (len(wanted) - 1)
                most = max(self.window().height() // PART, self.older_button.sizeHint().height())
                bars = Qt.ScrollBarPolicy
                self.area.setVerticalScrollBarPolicy(
                    bars.ScrollBarAsNeeded if height > most or len(wanted) > 1 else bars.ScrollBarAlwaysOff
                )
                if min(height, most) != self.area.minimumHeight():
                    self.resizing.emit()
                self.area.setFixedHeight(min(height, most))
        finally:
            self._fitting = False

    def _height(self, notice: QWidget) -> int:
        if notice.hasHeightForWidth():
            return notice.heightForWidth(max(1, self.area.viewport().width()))
        return notice.sizeHint().height()
