"""ImagePanel: the images of the project; search, filter, and which one is open."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from app.appearance.hint import Hint
from app.appearance.plain_text import plain_label
from app.jobs.job_runner import JobRunner
from app.settings.settings import Settings
from app.worklist.image_model import ID_ROLE, ImageModel, Order, state_text
from app.worklist.image_row import ImageRow
from app.worklist.thumbnails import Thumbnails
from segcore.labels.label_map import State
from segcore.project.index import ImageRecord

FILTER_MS = 120


class ImagePanel(QWidget):
    """A list that follows the document: choosing a row asks for it, `show_current` tells what is open."""

    image_chosen = Signal(str)

    def __init__(self, jobs: JobRunner, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._current: str | None = None
        self.thumbnails = Thumbnails(jobs, self)
        self.model = ImageModel(self.thumbnails, self)
        self.list = QListView()
        self.search = QLineEdit(clearButtonEnabled=True)
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search images by name"))
        self.search.returnPressed.connect(lambda: self.list.setFocus())
        self.states = QComboBox()
        self.states.setAccessibleName(self.tr("Show images in this state"))
        self.states.addItem(self.tr("All"), None)
        for state in State:
            self.states.addItem(state_text(state), state)
        self.order = QComboBox()
        self.order.setAccessibleName(self.tr("Order of the images"))
        self.order.addItem(self.tr("Folder order"), Order.FOLDER)
        self.order.addItem(self.tr("Uncertain first"), Order.UNCERTAIN_FIRST)
        self.order.setToolTip(self.tr("Uncertain first: where the model knows least, your correction teaches most"))
        for box in (self.states, self.order):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(6)
        self.list.setModel(self.model)
        self.list.setItemDelegate(ImageRow(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setLayoutMode(QListView.LayoutMode.Batched)  # 20,000 rows at once would stop the window for 0.2 s
        self.list.setBatchSize(400)
        self._scroll_again = QTimer(self, singleShot=True, interval=60)
        self._scroll_again.timeout.connect(self._scroll)
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Images"))
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.summary = plain_label()
        self.summary.setProperty("role", "muted")
        self.summary.setContentsMargins(12, 5, 12, 7)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(FILTER_MS)
        self._delay.timeout.connect(self._filter)
        self.search.textChanged.connect(lambda _: self._delay.start())
        self.states.currentIndexChanged.connect(lambda _: self._filter())
        self.order.currentIndexChanged.connect(lambda _: self._sort())
        self.model.modelReset.connect(self._restore)
        self.model.dataChanged.connect(lambda *_: self._count())
        head = QVBoxLayout()
        head.setContentsMargins(10, 6, 10, 6)
        head.setSpacing(6)
        head.addWidget(
            Hint(
                "images",
                self.tr("D and A go to the next and previous image. Ctrl+Enter marks an image as done and goes on."),
                settings,
            )
        )
        head.addWidget(self.search)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.states)
        row.addWidget(self.order)
        head.addLayout(row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.summary)
        self._count()

    def set_images(self, folder: Path, records: list[ImageRecord]) -> None:
        """Show the images of another project."""
        self._current = None
        self.thumbnails.set_folder(folder, self.devicePixelRatioF())
        self.model.set_records(records)
        self._count()

    def update_records(self, records: list[ImageRecord]) -> None:
        """Show what changed in the open project."""
        self.model.set_records(records)
        self._count()

    def show_current(self, image_id: str | None) -> None:
        """Mark the row of the open image and scroll to it."""
        self._current = image_id
        self._restore()

    def focus_search(self) -> None:
        """Put the cursor into the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _choose(self, current: QModelIndex, _previous: QModelIndex) -> None:
        image_id = current.data(ID_ROLE) if current.isValid() else None
        if image_id and image_id != self._current:
            self._current = image_id
            self.image_chosen.emit(image_id)

    def _restore(self) -> None:
        row = self.model.row_of(self._current) if self._current else -1
        if row < 0:
            self.list.clearSelection()
        elif self.list.currentIndex().row() != row or not self.list.selectionModel().hasSelection():
            self.list.setCurrentIndex(self.model.index(row))
            self._scroll()
            self._scroll_again.start()  # choosing a row makes a long list lay itself out anew, from the top

    def _scroll(self) -> None:
        """Bring the current row into view; again while the list is still being laid out (all rows are equally high)."""
        bar, row, height = self.list.verticalScrollBar(), self.list.currentIndex().row(), self._row_height()
        top, page = row * height, self.list.viewport().height()
        if row < 0 or bar.value() <= top <= bar.value() + page - height:
            return
        bar.setValue(top - (page - height) // 2)
        if bar.value() + page < top + height and self.list.isVisible():
            self._scroll_again.start()

    def _row_height(self) -> int:
        return self.list.visualRect(self.model.index(0)).height() + 2 * self.list.spacing()

    def _filter(self) -> None:
        self.model.set_filter(self.search.text(), self.states.currentData())
        self._count()

    def _sort(self) -> None:
        self.model.set_order(self.order.currentData())

    def _count(self) -> None:
        total, shown = self.model.count(), self.model.rowCount()
        text = self.tr("{done} of {total} done").format(done=self.model.count(State.DONE), total=total)
        if shown != total:
            text = self.tr("{shown} shown · {rest}").format(shown=shown, rest=text)
        self.summary.setText(text if total else "")
