"""PackDialog: what of a project is packed, and into which file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QFileDialog, QVBoxLayout, QWidget

from app.appearance.place_row import PlaceRow
from app.appearance.plain_text import plain_label
from segcore.project.packing import PackChoices


@dataclass(frozen=True)
class PackOrder:
    """What the person decided."""

    path: Path
    choices: PackChoices


class PackDialog(QDialog):
    """Asks what is packed besides the labels. Images are not, unless the person wants it: they may be large."""

    decided = Signal(PackOrder)

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Pack the project"))
        self.setMinimumWidth(500)
        about = plain_label(
            self.tr(
                "Packs labels, classes, settings and notes into one zip file. Open or drop it in another Maskwright to "
                "unpack it."
            )
        )
        about.setProperty("role", "muted")
        about.setWordWrap(True)
        self.images = QCheckBox(self.tr("&Images"))
        self.images.setToolTip(self.tr("Without them, whoever unpacks the project needs the same images"))
        self.checkpoints = QCheckBox(self.tr("&Models that were trained here"))
        self.predictions = QCheckBox(self.tr("&Predictions"))
        self.history = QCheckBox(self.tr("&Undo history"))
        default = PackChoices()
        for box, on in (
            (self.images, default.images),
            (self.checkpoints, default.checkpoints),
            (self.predictions, default.predictions),
            (self.history, default.history),
        ):
            box.setChecked(on)
        place = PlaceRow(str(path), self.tr("Zip file"), self._ask_for_zip)
        self.path = place.edit
        self.path.textChanged.connect(self._check)
        self.note = plain_label()
        self.note.setProperty("role", "muted")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.pack_button = buttons.addButton(self.tr("Pack"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.pack_button.setDefault(True)
        buttons.accepted.connect(self._decide)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(9)
        layout.addWidget(about)
        for box in (self.images, self.checkpoints, self.predictions, self.history):
            layout.addWidget(box)
        layout.addSpacing(6)
        layout.addWidget(plain_label(self.tr("Into the zip file")))
        layout.addLayout(place)
        layout.addWidget(self.note)
        layout.addSpacing(6)
        layout.addWidget(buttons)
        self._check()

    def order(self) -> PackOrder:
        """Return what is chosen now."""
        path = Path(os.path.expanduser(self.path.text().strip()))
        if path.suffix.lower() != ".zip":
            path = path.with_name(f"{path.name}.zip")
        boxes = self.images, self.checkpoints, self.predictions, self.history
        return PackOrder(path, PackChoices(*(box.isChecked() for box in boxes)))

    def _check(self) -> None:
        named = bool(Path(self.path.text().strip()).name)
        self.pack_button.setEnabled(named)
        exists = named and os.path.lexists(self.order().path)
        self.note.setText(self.tr("This file exists and will be replaced.") if exists else "")

    def _ask_for_zip(self, dialog: QFileDialog) -> None:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("zip")
        dialog.setNameFilters([self.tr("Packed project (*.zip)")])

    def _decide(self) -> None:
        self.decided.emit(self.order())
        self.accept()
