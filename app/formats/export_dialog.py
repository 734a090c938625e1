"""ExportDialog: which formats, and where to."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QScrollArea, QVBoxLayout, QWidget

from app.appearance.low_window import low_enough
from app.appearance.place_row import PlaceRow
from app.appearance.plain_text import as_caption, as_tip, plain_label
from app.formats.export_choices import ExportChoices
from app.language.engine_texts import translated
from segcore.formats import registry
from segcore.formats.export_options import ExportOptions
from segcore.installation import to_install

SHORTEST_LIST = 5
"""Formats that are seen without scrolling in a low window."""


@dataclass(frozen=True)
class ImageCounts:
    """How many images a project has, and how many of them are corrected or only predicted."""

    corrected: int
    predicted: int
    all: int


@dataclass(frozen=True)
class ExportOrder:
    """What the person decided."""

    formats: tuple[str, ...]
    out: Path
    options: ExportOptions


class ExportDialog(QDialog):
    """Asks for the formats and the folder. Each format of the registry has a check box.

    Attributes
    ----------
    boxes : dict[str, QCheckBox]
        The check box of each format, by its key.
    """

    decided = Signal(ExportOrder)

    def __init__(
        self, formats: tuple[str, ...], out: Path, parent: QWidget | None = None, counts: ImageCounts | None = None
    ) -> None:
        super().__init__(parent)
        self._counts = counts
        self.setWindowTitle(self.tr("Export labels"))
        self.setMinimumWidth(500)
        about = plain_label(self.tr("Exports what you painted or confirmed. Other pixels become 255 (ignore)."))
        about.setProperty("role", "muted")
        about.setWordWrap(True)
        self.boxes: dict[str, QCheckBox] = {}
        for row in (row for row in registry.FORMATS if row.writer is not None):
            box = QCheckBox(as_caption(QCoreApplication.translate("Formats", row.title)))
            box.setChecked(row.key in formats and not row.lacks_package)
            if row.lacks_package:
                box.setEnabled(False)
                missing = self.tr("Needs the package {package}.").format(package=row.package)
                box.setToolTip(as_tip(f"{missing} {translated(to_install(row.extra, row.package))}"))
            box.toggled.connect(self._check)
            self.boxes[row.key] = box
        self.choices = ExportChoices()
        self.preview = plain_label()
        self.preview.setWordWrap(True)
        place = PlaceRow(str(out), self.tr("Export to folder"))
        self.out = place.edit
        self.out.textChanged.connect(self._check)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.export_button = buttons.addButton(self.tr("Export"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.export_button.setDefault(True)
        buttons.accepted.connect(self._decide)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(9)
        layout.addWidget(about)
        layout.addWidget(self._list(), 1)
        layout.addWidget(self.choices)
        layout.addWidget(plain_label(self.tr("To folder")))
        layout.addLayout(place)
        layout.addWidget(self.preview)
        layout.addSpacing(6)
        layout.addWidget(buttons)
        self.choices.predictions.toggled.connect(self._show_preview)
        for share in (self.choices.val, self.choices.test):
            share.valueChanged.connect(self._show_preview)
        self._check()
        self._show_preview()

    def formats(self) -> tuple[str, ...]:
        """Return the keys of the chosen formats."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked())

    def sizeHint(self) -> QSize:  # noqa: N802
        """Be no taller than the window; the list scrolls then."""
        return low_enough(super().sizeHint(), self)

    def _list(self) -> QScrollArea:
        """Put the check boxes into a list that scrolls in a low window; the first chosen one is seen."""
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 6, 0, 6)
        rows.setSpacing(6)
        for box in self.boxes.values():
            rows.addWidget(box)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        line = self.fontMetrics().lineSpacing() + 12
        area.setMinimumHeight(min(SHORTEST_LIST, len(self.boxes)) * line)
        area.setMinimumWidth(inside.sizeHint().width() + area.verticalScrollBar().sizeHint().width())
        area.setAccessibleName(self.tr("Formats"))
        chosen = next((box for box in self.boxes.values() if box.isChecked()), None)
        if chosen is not None:
            QTimer.singleShot(0, area, lambda: area.ensureWidgetVisible(chosen))
        return area

    def _check(self) -> None:
        chosen = self.formats()
        self.choices.fit([row for row in registry.FORMATS if row.key in chosen])
        self.export_button.setEnabled(bool(chosen) and bool(self.out.text().strip()))

    def _show_preview(self) -> None:
        """Say how many images would be exported, and about how they would be divided."""
        counts = self._counts
        if counts is None:
            self.preview.hide()
            return
        options = self.choices.options()
        count = counts.corrected + (counts.predicted if options.predictions else 0)
        if not count:
            self.preview.setText(self.tr("Nothing is painted or confirmed yet: no image would be exported."))
            return
        val, test = (round(count * share) for share in (options.split.val, options.split.test))
        text = self.tr(
            "Images to export: {n} of {all}, about {train} for training, {val} for validation, {test} for tests."
        )
        self.preview.setText(text.format(n=count, all=counts.all, train=count - val - test, val=val, test=test))

    def _decide(self) -> None:
        out = Path(os.path.expanduser(self.out.text().strip()))
        self.decided.emit(ExportOrder(self.formats(), out, self.choices.options()))
        self.accept()
