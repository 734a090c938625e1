"""PackDialog: what of a project is packed, and into which file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

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
        self.path = QLineEdit(str(path))
        self.path.setAccessibleName(self.tr("Zip file"))
        self.path.textChanged.connect(self._check)
        browse = QPushButton(self.tr("Browse…"))
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        place = QHBoxLayout()
        place.addWidget(self.path, 1)
        place.addWidget(browse)
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

    def _browse(self) -> None:
        dialog = QFileDialog(self, self.tr("Pack into"), self.path.text())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("zip")
        dialog.setNameFilters([self.tr("Packed project (*.zip)")])
        dialog.fileSelected.connect(self.path.setText)
        dialog.open()

    def _decide(self) -> None:
        self.decided.emit(self.order())
        self.accept()
