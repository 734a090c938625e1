"""RulerControls: which unit the rulers show; kept with the project."""

from __future__ import annotations

from enum import Enum
from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QGridLayout, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from app.appearance.letter_guard import LetterGuard
from app.appearance.plain_text import plain_label
from app.document.project_setting import ProjectSetting
from app.document.session import Session
from app.jobs.job import Job
from segcore.images.pixel_size import LONGEST_UNIT, PIXELS, PixelSize, read_pixel_size

PROJECT_KEY = "view.pixel_size"


class Source(Enum):
    """Where the size of a pixel comes from."""

    PIXELS = "pixels"
    FILE = "file"
    OWN = "own"


class RulerControls(QWidget):
    """Pixels, the resolution that the file names, or a size that the person gives."""

    size_changed = Signal(PixelSize)
    error = Signal(Exception)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._job: Job | None = None
        self.size_of_pixel = PIXELS
        self.choice = QComboBox()
        self.choice.setAccessibleName(self.tr("Unit of the rulers"))
        self.choice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.choice.addItem(self.tr("Pixels"), Source.PIXELS)
        self.choice.addItem(self.tr("From the image file"), Source.FILE)
        self.choice.addItem(self.tr("Own size of a pixel"), Source.OWN)
        self.number = QDoubleSpinBox()
        self.number.setDecimals(6)
        self.number.setRange(1e-6, 1e6)
        self.number.setValue(1.0)
        self.number.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        LetterGuard(self.number)
        self.number.setAccessibleName(self.tr("Size of a pixel"))
        self.unit = QLineEdit("µm")
        self.unit.setMaxLength(LONGEST_UNIT)
        self.unit.setMaximumWidth(64)
        self.unit.setAccessibleName(self.tr("Unit of length"))
        self._own = QWidget()
        own = QHBoxLayout(self._own)
        own.setContentsMargins(0, 0, 0, 0)
        own.addWidget(plain_label(self.tr("A pixel is")))
        own.addWidget(self.number, 1)
        own.addWidget(self.unit)
        self.note = plain_label()
        self.note.setProperty("role", "muted")
        self.note.setWordWrap(True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.addWidget(plain_label(self.tr("Rulers in")), 0, 0)
        grid.addWidget(self.choice, 0, 1)
        grid.addWidget(self._own, 1, 0, 1, 2)
        grid.addWidget(self.note, 2, 0, 1, 2)
        grid.setColumnStretch(1, 1)
        self._setting = ProjectSetting(session, PROJECT_KEY, self._kept_value, self)
        self._setting.opened.connect(self._take_from_project)
        self._setting.error.connect(self.error)
        for changed in (self.choice.currentIndexChanged, self.number.valueChanged, self.unit.textEdited):
            changed.connect(lambda _: self._change())
        session.document.image_changed.connect(self._measure)
        self._measure()

    @property
    def source(self) -> Source:
        """What is chosen."""
        return Source(self.choice.currentData())

    def _change(self) -> None:
        self._setting.changed()
        self._measure()

    def _measure(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._own.setVisible(self.source is Source.OWN)
        if self.source is Source.FILE:
            self._read()
        elif self.source is Source.OWN:
            self._use(self._of_person(), self.tr("Give a unit of length."))
        else:
            self._use(PIXELS)

    def _of_person(self) -> PixelSize | None:
        unit = self.unit.text().strip()
        return PixelSize(self.number.value(), self.number.value(), unit) if unit and unit.isprintable() else None

    def _read(self) -> None:
        document = self._session.document
        if document.project is None or document.image_id is None:
            self._use(PIXELS)
            return
        path = document.project.image_path(document.image_id)
        job = self._session.jobs.submit("thumbs", partial(read_pixel_size, path), quiet=True)
        job.succeeded.connect(partial(self._take, job))
        self._job = job

    def _take(self, job: Job, found: PixelSize | None) -> None:
        if job is self._job:
            self._job = None
            self._use(found, self.tr("The file names no resolution; the rulers show pixels."))

    def _use(self, size: PixelSize | None, lacks: str = "") -> None:
        """Show this size; None: pixels, and what is missing."""
        now = size if size is not None else PIXELS
        text = lacks if size is None else ""
        if size is not None and self.source is Source.FILE:
            text = self.tr("A pixel is {size} {unit}.").format(size=f"{size.x:.4g}", unit=size.unit)
        self.note.setText(text)
        self.note.setVisible(bool(text))
        if now != self.size_of_pixel:
            self.size_of_pixel = now
            self.size_changed.emit(now)

    # -- the project -------------------------------------------------------------------------------------------------

    def _take_from_project(self, kept: object) -> None:
        size = PixelSize.from_json(kept)
        known = {each.value for each in Source}
        wanted = kept.get("source") if isinstance(kept, dict) else None
        source = Source(wanted) if isinstance(wanted, str) and wanted in known else Source.PIXELS
        blockers = [QSignalBlocker(each) for each in (self.choice, self.number, self.unit)]
        if size is not None:
            self.number.setValue(size.x)
            self.unit.setText(size.unit)
        self.choice.setCurrentIndex(self.choice.findData(source))
        del blockers
        self._measure()

    def _kept_value(self) -> dict[str, Any]:
        own = self._of_person()
        return {"source": self.source.value, **(own.to_json() if own is not None else {})}
