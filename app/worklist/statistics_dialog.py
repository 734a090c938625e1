"""StatisticsDialog: pixels and areas of each class in the project; table, chart, and a CSV file."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.appearance.low_window import low_enough
from app.appearance.numbers import percent, whole
from app.appearance.plain_text import plain_label
from app.appearance.swatches import SIZE, swatch
from app.document.session import Session
from app.jobs.job import Job
from app.worklist.class_chart import ClassChart
from segcore.files.atomic import atomic_write_bytes, writing
from segcore.project.pixel_counts import ClassTotal, PixelCounts, count_pixels

if TYPE_CHECKING:
    from segcore.project.project import Project

NAME, PIXELS, SHARE, IMAGES, AREA = range(5)
CHART_HIGHEST = 190
"""Pixels."""


class StatisticsDialog(QDialog):
    """Counts on the lane ``worklist`` whenever it is shown; the window stays usable."""

    error = Signal(Exception)
    message = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Statistics of the labels"))
        self.resize(low_enough(QSize(620, 620), self))
        self._session = session
        self._counts: PixelCounts | None = None
        self._job: Job | None = None
        self.which = QComboBox()
        self.which.setAccessibleName(self.tr("Which pixels are counted"))
        self.which.addItem(self.tr("Painted or confirmed pixels"), True)
        self.which.addItem(self.tr("All labels, predicted ones too"), False)
        self.table = QTableWidget(0, 5)
        self.table.setAccessibleName(self.tr("Pixels of each class"))
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.setIconSize(SIZE)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self.chart = ClassChart()
        self._area = QScrollArea()
        self.note = plain_label()
        self.note.setProperty("role", "muted")
        self.note.setWordWrap(True)
        self.again = QPushButton(self.tr("Count again"))
        self.save = QPushButton(self.tr("Save as CSV…"))
        self.save.setToolTip(self.tr("One line for each image and class, with pixels, share and area"))
        self._lay_out()
        self.which.currentIndexChanged.connect(lambda _: self._show())
        self.again.clicked.connect(lambda: self.count())
        self.save.clicked.connect(lambda: self._ask_path())
        session.document.project_changed.connect(self._project_changed)

    def count(self) -> None:
        """Count the pixels of the open project."""
        project = self._session.document.project
        if project is None:
            self._counts = None
            self._show()
            return
        if self._job is not None:
            self._job.cancel()
        self._session.autosaver.flush()
        self.note.setText(self.tr("Counting…"))
        job = self._session.jobs.submit("worklist", partial(count_pixels, project), self.tr("Count pixels"))
        job.succeeded.connect(partial(self._have_counted, project))
        job.failed.connect(self.error)
        self._job = job

    def write(self, path: Path) -> None:
        """Write the CSV file, in a lane."""
        classes, counts = self._session.document.classes, self._counts
        if classes is None or counts is None:
            return
        text = counts.csv(classes, bool(self.which.currentData()))
        job = self._session.jobs.submit("io", partial(_write, path, text), quiet=True)
        job.succeeded.connect(lambda _: self.message.emit(self.tr("Saved as {path}").format(path=path)))
        job.failed.connect(self.error)

    def _project_changed(self) -> None:
        self._counts = None
        if self.isVisible():
            self.count()

    def _have_counted(self, project: Project, counts: PixelCounts) -> None:
        if project is self._session.document.project:
            self._job, self._counts = None, counts
            self._show()

    def _show(self) -> None:
        classes, counts = self._session.document.classes, self._counts
        self.save.setEnabled(counts is not None)
        if classes is None or counts is None:
            self.table.setRowCount(0)
            self.chart.show_totals(())
            self.note.setText(self.tr("Open a project to see how many pixels of each class it has."))
            return
        only_truth = bool(self.which.currentData())
        totals = counts.totals(classes, only_truth)
        self._fill(totals)
        self.chart.show_totals(totals)
        self._area.setFixedHeight(min(CHART_HIGHEST, self.chart.sizeHint().height() + 4))
        images = len(counts.truth if only_truth else counts.labelled)
        words = [self.tr("1 image has such pixels.") if images == 1 else self.tr("{n} images have such pixels.")]
        if not images:
            words = [self.tr("Paint in an image, or mark one as done, to see numbers here.")]
        if counts.failed:
            words.append(self.tr("{failed} could not be read and are left out."))
        if not any(total.unit for total in totals):
            words.append(
                self.tr("For areas, choose the size of a pixel at “Rulers in” in the tab View and count again.")
            )
        self.note.setText(" ".join(words).format(n=images, failed=len(counts.failed)))

    def _fill(self, totals: list[ClassTotal]) -> None:
        unit = next((total.unit for total in totals), "")
        area = self.tr("Area in {unit}²").format(unit=unit) if unit else self.tr("Area")
        titles = [self.tr("Class"), self.tr("Pixels"), self.tr("Share"), self.tr("Images"), area]
        self.table.setHorizontalHeaderLabels(titles)
        self.table.setColumnHidden(AREA, not unit)
        self.table.setRowCount(len(totals))
        for row, total in enumerate(totals):
            texts = [
                total.name,
                whole(total.pixels),
                percent(total.share, 2),
                whole(total.images),
                "" if total.area is None else _number(total.area),
            ]
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if column == NAME:
                    item.setIcon(swatch(total.color, self.devicePixelRatioF()))
                else:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)

    def _ask_path(self) -> None:
        project = self._session.document.project
        if project is None:
            return
        dialog = QFileDialog(self, self.tr("Save as CSV"), str(project.root / f"{project.name}-pixels.csv"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("Tables (*.csv)"))
        dialog.setDefaultSuffix("csv")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda text: self.write(Path(text)))
        dialog.open()

    def _lay_out(self) -> None:
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.close)
        for button in (self.again, self.save, close):
            button.setAutoDefault(False)
        head = QHBoxLayout()
        head.addWidget(self.which, 1)
        self._area.setWidgetResizable(True)
        self._area.setWidget(self.chart)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout()
        row.addWidget(self.save)
        row.addWidget(self.again)
        row.addStretch(1)
        row.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(9)
        layout.addLayout(head)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._area)
        layout.addWidget(self.note)
        layout.addLayout(row)


def _number(value: float) -> str:
    """Return an area with six digits that count, without a power of ten where that can be read."""
    return whole(round(value)) if 1e5 <= value < 1e12 else f"{value:.6g}"


def _write(path: Path, text: str) -> None:
    with writing(path):
        atomic_write_bytes(path, text.encode("utf-8-sig"))  # the mark lets spreadsheets read the names rightly
