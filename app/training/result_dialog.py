"""TrainingResultDialog: before against after, class by class, and what was taken for what."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QPlainTextEdit,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.appearance.low_window import low_enough
from app.appearance.plain_text import plain_label
from app.language.engine_texts import translated
from app.training.changes_view import ChangesView
from app.training.confusion_matrix import ConfusionView
from app.training.result_card import Choice
from app.training.score_table import ScoreTable
from app.training.training_outcome import TrainingOutcome
from segcore.labels.classes import ClassSet


class TrainingResultDialog(QDialog):
    """Shows an outcome and lets the person choose between the new version and the model from before."""

    used = Signal()
    kept = Signal()
    back = Signal()
    report = Signal(object)  # Path of the checkpoint

    def __init__(
        self,
        outcome: TrainingOutcome,
        classes: ClassSet | None,
        choice: Choice = "undecided",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Result of the fine-tuning"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        head = plain_label(outcome.headline)
        head.setProperty("role", "title")
        layout.addWidget(head)
        for text in filter(None, (outcome.verdict, outcome.notes)):
            about = plain_label(text)
            about.setWordWrap(True)
            layout.addWidget(about)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.table, self.matrix = ScoreTable(), ConfusionView()
        if outcome.after is not None:
            self.table.set_scores(outcome.before, outcome.after, classes, outcome.unknown_before, outcome.comparison)
            self.matrix.set_matrix(list(outcome.after.iou), outcome.after.confusion)
        self.tabs.addTab(self.table, self.tr("Per class"))
        if outcome.comparison is not None:
            self.changes = ChangesView(outcome.comparison)
            self.tabs.addTab(self.changes, self.tr("What changed"))
        self.tabs.addTab(self._matrix_page(), self.tr("Confusion matrix"))
        if len(outcome.left_out) > 1:
            self.left_out = QPlainTextEdit("\n".join(map(translated, outcome.left_out)), readOnly=True)
            self.tabs.addTab(self.left_out, self.tr("Images left out"))
        layout.addWidget(self.tabs, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(choice != "undecided")
        buttons.rejected.connect(self.reject)
        self.report_button = buttons.addButton(self.tr("Report…"), QDialogButtonBox.ButtonRole.HelpRole)
        self.report_button.setToolTip(self.tr("Write an HTML file with curves, tables and pictures, and open it"))
        self.report_button.setEnabled(outcome.after is not None)
        self.report_button.clicked.connect(lambda: self.report.emit(outcome.checkpoint))
        if choice == "used":
            self.back_button = buttons.addButton(self.tr("Go back"), QDialogButtonBox.ButtonRole.DestructiveRole)
            self.back_button.clicked.connect(self._back)
        if choice == "undecided":
            text = self.tr("Use new version") if outcome.better else self.tr("Use it anyway")
            self.use_button = buttons.addButton(text, QDialogButtonBox.ButtonRole.ActionRole)
            self.keep_button = buttons.addButton(self.tr("Keep current"), QDialogButtonBox.ButtonRole.DestructiveRole)
            self.use_button.clicked.connect(self._use)
            self.keep_button.clicked.connect(self._keep)
            (self.use_button if outcome.better else self.keep_button).setDefault(True)
        for button in buttons.buttons():
            button.setIcon(QIcon())  # desktop icons clash with the theme
        layout.addWidget(buttons)
        height = 250 + max(self.table.sizeHint().height(), self.matrix.sizeHint().height() + 60)
        self.resize(low_enough(QSize(640, min(680, height)), self))

    def _matrix_page(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        about = plain_label(self.tr("Rows: what it is. Columns: what the new version says. Percent of the row."))
        about.setProperty("role", "muted")
        about.setWordWrap(True)
        scroll = QScrollArea()
        scroll.setWidget(self.matrix)
        scroll.setWidgetResizable(True)
        layout.addWidget(about)
        layout.addWidget(scroll, 1)
        return page

    def _back(self) -> None:
        self.back.emit()
        self.accept()

    def _use(self) -> None:
        self.used.emit()
        self.accept()

    def _keep(self) -> None:
        self.kept.emit()
        self.accept()
