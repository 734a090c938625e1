"""ImageModel: the images of a project as rows, filtered and ordered; quick with tens of thousands."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.appearance.plain_text import as_tip
from app.worklist.thumbnails import Thumbnails
from segcore.labels.label_map import State
from segcore.project.index import ImageRecord

STATE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
ID_ROLE = int(Qt.ItemDataRole.UserRole) + 2


class Order(IntEnum):
    """How the rows are ordered."""

    FOLDER = 0
    UNCERTAIN_FIRST = 1


def state_text(state: State) -> str:
    """Return the words for a state."""
    return {
        State.NEW: QCoreApplication.translate("State", "New"),
        State.PREDICTED: QCoreApplication.translate("State", "Predicted"),
        State.IN_PROGRESS: QCoreApplication.translate("State", "In progress"),
        State.DONE: QCoreApplication.translate("State", "Done"),
    }[state]


class ImageModel(QAbstractListModel):
    """Rows are records that pass the filter; the filter runs here, over plain lists."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._records: list[ImageRecord] = []
        self._rows: list[ImageRecord] = []
        self._row_of: dict[str, int] = {}
        self._place: dict[str, int] = {}
        self._text = ""
        self._state: State | None = None
        self._order = Order.FOLDER
        thumbnails.ready.connect(self._redraw)

    def set_records(self, records: list[ImageRecord]) -> None:
        """Show these images."""
        if [r.id for r in records] == [r.id for r in self._records]:
            self._update(records)
            return
        self._records = list(records)
        self._place = {record.id: n for n, record in enumerate(self._records)}
        self._apply()

    def set_state(self, image_id: str, state: State) -> None:
        """Show another state of one image; it stays in the list even when it no longer passes the filter."""
        place = self._place.get(image_id)
        if place is not None and self._records[place].state != state:
            self._put(self._records[place]._replace(state=state))

    def set_filter(self, text: str, state: State | None) -> None:
        """Show ids that contain all words of ``text``, and this state; None means any."""
        self._text, self._state = text, state
        self._apply()

    def set_order(self, order: Order) -> None:
        """Order the rows."""
        self._order = order
        self._apply()

    def count(self, state: State | None = None) -> int:
        """Return the number of images of the project in a state, or of all."""
        return len(self._records) if state is None else sum(r.state == state for r in self._records)

    def row_of(self, image_id: str) -> int:
        """Return the row of an image; -1 when the filter hides it."""
        return self._row_of.get(image_id, -1)

    def neighbour(self, image_id: str | None, step: int) -> str | None:
        """Return the id ``step`` rows on, or None at the end; from a hidden image, the first or last row."""
        if not self._rows:
            return None
        row = self.row_of(image_id) if image_id else -1
        if row < 0:
            return self._rows[0 if step > 0 else -1].id
        return self._rows[row + step].id if 0 <= row + step < len(self._rows) else None

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:  # noqa: N802
        """Return the number of rows that pass the filter."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return name, state, id, or the thumbnail (which is made on the first request)."""
        record = self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, ID_ROLE):
            return record.id
        if role == Qt.ItemDataRole.ToolTipRole:
            return as_tip(record.id)
        if role == STATE_ROLE:
            return State(record.state)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{record.id}, {state_text(State(record.state))}"
        if role == Qt.ItemDataRole.DecorationRole:
            return self._thumbnails.get(record.id)
        return None

    def _apply(self) -> None:
        words = self._text.casefold().split()
        rows = self._records
        if self._state is not None:
            rows = [r for r in rows if r.state == self._state]
        if words:
            rows = [r for r in rows if all(w in r.id.casefold() for w in words)]
        if self._order == Order.UNCERTAIN_FIRST:
            rows = sorted(rows, key=lambda r: -1.0 if r.uncertainty is None else r.uncertainty, reverse=True)
        self.beginResetModel()
        self._rows = list(rows)
        self._row_of = {record.id: n for n, record in enumerate(self._rows)}
        self.endResetModel()

    def _update(self, records: list[ImageRecord]) -> None:
        for old, new in zip(self._records, records, strict=True):
            if old != new:
                self._put(new)

    def _put(self, record: ImageRecord) -> None:
        self._records[self._place[record.id]] = record
        row = self.row_of(record.id)
        if row >= 0:
            self._rows[row] = record
            self._redraw(record.id)

    def _redraw(self, image_id: str) -> None:
        row = self.row_of(image_id)
        if row >= 0:
            self.dataChanged.emit(self.index(row), self.index(row))
