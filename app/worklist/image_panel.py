"""ImagePanel: the images of the project; search, filter, and which one is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.appearance.plain_text import plain_label
from app.document.image_state import ImageState
from app.document.session import Session
from app.worklist.empty_list import EmptyList
from app.worklist.error_note import ErrorNote
from app.worklist.image_list_view import ImageListView
from app.worklist.image_model import FLAGGED, ID_ROLE, NOTED, ImageModel, Order, state_text
from app.worklist.image_row import ROW_HEIGHT, ImageRow
from app.worklist.note_field import NoteField
from app.worklist.ranking_run import RankingRun
from app.worklist.thumbnails import Thumbnails
from segcore.project.marks import Verdict

if TYPE_CHECKING:
    from segcore.project.project import Project
    from segcore.worklist.ranking import Ranking

LISTED = (
    ImageState.NEW,
    ImageState.PREDICTED,
    ImageState.IN_PROGRESS,
    ImageState.DONE,
    ImageState.REVIEWED,
    ImageState.REJECTED,
    ImageState.UNREADABLE,
)
"""The states in the order of the work."""
FILTER_MS = 120
NARROWEST = 68
"""Pixels of the box with the states in a small window; its list is as wide as the texts."""


class ImagePanel(QWidget):
    """A list that follows the document: choosing a row asks for it, `show_current` tells what is open."""

    image_chosen = Signal(str)
    menu_wanted = Signal(str, QPoint)
    """A right click: the image, and where on the screen."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._records = session.records
        self._project: Project | None = None
        self._current: str | None = None
        self.thumbnails = Thumbnails(session.jobs, session.settings, self)
        self._records.reset.connect(self._forget)  # before the model asks for thumbnails
        self.ranking = RankingRun(session, self)
        self._orders = False  # whether the next ranking orders the list
        self.model = ImageModel(self._records, self.thumbnails, self)
        self._build(session)
        self._connect(session)
        self._count()

    def _build(self, session: Session) -> None:
        self.search = QLineEdit(clearButtonEnabled=True)
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search images by name"))
        self.states = QComboBox()
        self.states.setAccessibleName(self.tr("Show images in this state"))
        self.states.addItem(self.tr("All"), None)
        for state in LISTED:
            self.states.addItem(state_text(state), state)
        self.states.addItem(self.tr("Flagged"), FLAGGED)
        self.states.addItem(self.tr("With a note"), NOTED)
        self.order = QComboBox()
        self.order.setAccessibleName(self.tr("Order of the images"))
        self.order.addItem(self.tr("Folder order"), Order.FOLDER)
        self.order.addItem(self.tr("Uncertain first"), Order.UNCERTAIN_FIRST)
        self.order.addItem(self.tr("What helps most"), Order.HELPS_MOST)
        self.order.setToolTip(
            self.tr(
                "Uncertain first: the images where the model is least certain. What helps most: uncertainty, area and"
                " rare classes; images that look alike are spread. Done images come last."
            )
        )
        for box in (self.states, self.order):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.states.setMinimumWidth(NARROWEST)
        self.list = ImageListView(ROW_HEIGHT)
        self.list.setModel(self.model)
        self.list.setItemDelegate(ImageRow(self.list))
        self.list.setAccessibleName(self.tr("Images"))
        self.empty = EmptyList(self.list)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.note = NoteField(session)
        self.summary = plain_label()
        self.summary.setProperty("role", "muted")
        self.summary.setContentsMargins(12, 5, 12, 7)
        self.summary.setWordWrap(True)
        self.errors = ErrorNote(session.records, self.ranking, session.settings["worklist.good_enough"])
        self.errors.setProperty("role", "muted")
        self.errors.setContentsMargins(12, 0, 12, 7)
        self._delay = QTimer(self, singleShot=True, interval=FILTER_MS)
        head = QVBoxLayout()
        head.setContentsMargins(10, 6, 10, 6)
        head.setSpacing(6)
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
        layout.addWidget(self.note)
        layout.addWidget(self.summary)
        layout.addWidget(self.errors)

    def _connect(self, session: Session) -> None:
        self.search.returnPressed.connect(self._enter_list)
        self.search.textChanged.connect(lambda _: self._delay.start())
        self._delay.timeout.connect(self._filter)
        self.states.currentIndexChanged.connect(lambda _: self._filter())
        self.order.currentIndexChanged.connect(lambda _: self._set_order(Order(self.order.currentData())))
        self.ranking.ranked.connect(self._on_ranked)
        session.document.project_changed.connect(self.order_again)
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.list.customContextMenuRequested.connect(self._ask_for_menu)
        self.list.selectionModel().selectionChanged.connect(lambda *_: self._count())
        self.model.modelReset.connect(self._restore)
        self.model.modelReset.connect(self._count)
        self.empty.button.clicked.connect(self._show_all)
        self.thumbnails.failed.connect(self._records.note_unreadable)
        self._records.replaced.connect(self.thumbnails.forget)
        self._records.changed.connect(self._on_changed)
        self._records.marks.changed.connect(self._count)

    def show_current(self, image_id: str | None) -> None:
        """Mark the row of the open image and scroll to it."""
        self._current = image_id
        self._restore()

    def chosen(self) -> list[str]:
        """Return the ids of the rows that are selected, from top to bottom."""
        rows = sorted(index.row() for index in self.list.selectionModel().selectedRows())
        return [self.model.index(row).data(ID_ROLE) for row in rows]

    def order_again(self) -> None:
        """Put the images in order by what is known of them now."""
        if self.order.currentData() == Order.HELPS_MOST:
            self._orders = True
            self.ranking.want()
        elif self.order.currentData() != Order.FOLDER:
            self.model.apply()

    def focus_search(self) -> None:
        """Put the cursor into the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _set_order(self, order: Order) -> None:
        self.model.set_order(order)
        if order == Order.HELPS_MOST:
            self._orders = True
            self.ranking.want()

    def _on_ranked(self, ranking: Ranking) -> None:
        """Order the list when that was asked for; later rankings do not move rows under the person's hand."""
        if self._orders:
            self._orders = False
            self.model.set_ranking(image.id for image in ranking.images)

    def _enter_list(self) -> None:
        """Go from the search to the list; open the first image found when the open one is not among them."""
        self._filter()
        self.list.setFocus()
        if not self.list.currentIndex().isValid() and self.model.rowCount():
            self.list.make_current(self.model.index(0))

    def _forget(self) -> None:
        project = self._records.project
        if project is not self._project:
            self._project, self._current = project, None
            self.thumbnails.set_folder(None if project is None else project.images, self.devicePixelRatioF())

    def _on_changed(self, image_ids: list[str]) -> None:
        for image_id in image_ids:
            record = self._records.of(image_id)
            if record is not None and not record.unreadable:
                self.thumbnails.try_again(image_id)
        self._count()

    def _choose(self, current: QModelIndex, _previous: QModelIndex) -> None:
        image_id = current.data(ID_ROLE) if current.isValid() else None
        if image_id and image_id != self._current:
            self._current = image_id
            self.image_chosen.emit(image_id)

    def _ask_for_menu(self, where: QPoint) -> None:
        index = self.list.indexAt(where)
        if index.isValid():
            self.menu_wanted.emit(index.data(ID_ROLE), self.list.viewport().mapToGlobal(where))

    def _restore(self) -> None:
        row = self.model.row_of(self._current) if self._current else -1
        if row < 0:
            self.list.clearSelection()
            return
        index = self.model.index(row)
        if self.list.currentIndex() != index or not self.list.selectionModel().hasSelection():
            self.list.make_current(index)

    def _filter(self) -> None:
        self._delay.stop()
        wanted = self.states.currentData()
        if isinstance(wanted, str):
            self.model.set_filter(self.search.text(), None, wanted)
        else:
            self.model.set_filter(self.search.text(), None if wanted is None else ImageState(wanted))

    def _show_all(self) -> None:
        self.search.clear()
        self.states.setCurrentIndex(0)
        self._filter()

    def _count(self) -> None:
        total, shown = self._records.count(), self.model.rowCount()
        parts = [self.tr("{done} of {total} done").format(done=self._records.count(ImageState.DONE), total=total)]
        if shown != total:
            parts.insert(0, self.tr("{shown} shown").format(shown=shown))
        selected = len(self.list.selectionModel().selectedRows())
        if selected > 1:
            parts.insert(0, self.tr("{selected} selected").format(selected=selected))
        if reviewed := self._records.judged(Verdict.REVIEWED):
            parts.append(self.tr("{count}\u00a0reviewed").format(count=reviewed))
        if rejected := self._records.judged(Verdict.REJECTED):
            parts.append(self.tr("{count}\u00a0rejected").format(count=rejected))
        unreadable = self._records.count(ImageState.UNREADABLE)
        if unreadable:
            parts.append(self.tr("{count}\u00a0unreadable").format(count=unreadable))
        self.summary.setText(" · ".join(parts) if total else "")
        self.empty.tell(total, shown, self._records.expected)
