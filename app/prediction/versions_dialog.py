"""VersionsDialog: every version of the project with what is known of it; one click uses one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.appearance.plain_text import as_tip, plain_label
from app.language.marking import QT_TRANSLATE_NOOP
from segcore.project.model_choice import ModelChoice

DASH = "–"
VERDICTS = {
    "better": QT_TRANSLATE_NOOP("VersionsDialog", "better"),
    "not_shown": QT_TRANSLATE_NOOP("VersionsDialog", "not shown"),
    "too_few": QT_TRANSLATE_NOOP("VersionsDialog", "too few images"),
}


class VersionsDialog(QDialog):
    """A table, the newest version first, and a button that uses the selected one; so does a double click.

    Parameters
    ----------
    choices : sequence of ModelChoice
        The versions, then the models that a person can go back to as well.
    in_use : str
        Key of the model in use.
    may_write : bool
        Whether another one may be used.
    """

    chosen = Signal(str)
    """Key of the model to be used."""

    def __init__(
        self, choices: Sequence[ModelChoice], in_use: str, may_write: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Versions of the model"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._keys = [choice.key for choice in choices]
        self._in_use, self._may_write = in_use, may_write
        about = plain_label(
            self.tr(
                "The verdict compares a version with the model that was in use when it was trained, on the same images."
            )
        )
        about.setWordWrap(True)
        titles = [
            self.tr("Version"),
            self.tr("Trained from"),
            self.tr("Images"),
            self.tr("Mean IoU, %"),
            self.tr("Verdict"),
            self.tr("In use"),
        ]
        self.table = QTableWidget(len(choices), len(titles))
        self.table.setHorizontalHeaderLabels(titles)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(2):
            if (title := self.table.horizontalHeaderItem(column)) is not None:
                title.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for row, choice in enumerate(choices):
            self._fill(row, choice)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.use_button = buttons.addButton(self.tr("Use this version"), QDialogButtonBox.ButtonRole.ActionRole)
        for button in buttons.buttons():
            button.setIcon(QIcon())
        buttons.rejected.connect(self.reject)
        self.use_button.clicked.connect(self._use)
        self.table.itemSelectionChanged.connect(self._show)
        self.table.cellDoubleClicked.connect(self._use)
        layout = QVBoxLayout(self)
        layout.addWidget(about)
        layout.addWidget(self.table, 1)
        layout.addWidget(buttons)
        if in_use in self._keys:
            self.table.selectRow(self._keys.index(in_use))
        self._show()
        self.resize(760, 380)

    def _fill(self, row: int, choice: ModelChoice) -> None:
        measured = choice.mean_iou if choice.measured_here else None
        texts = [
            choice.title,
            choice.base or DASH,
            DASH if choice.trained_on is None else str(choice.trained_on),
            DASH if measured is None else f"{100 * measured:.1f}",
            self.tr(VERDICTS[choice.verdict]) if choice.verdict in VERDICTS else DASH,
            "✓" if choice.key == self._in_use else "",
        ]
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setToolTip(as_tip(choice.key if column == 0 else text))
            if column >= 2:
                item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
            self.table.setItem(row, column, item)

    def _selected(self) -> str:
        rows = self.table.selectionModel().selectedRows()
        return self._keys[rows[0].row()] if rows else ""

    def _show(self) -> None:
        self.use_button.setEnabled(self._may_write and self._selected() not in ("", self._in_use))

    def _use(self, *_: object) -> None:
        if self.use_button.isEnabled():
            self.chosen.emit(self._selected())
            self.accept()
