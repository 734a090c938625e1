"""ExportDialog: which formats, and where to."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Signal
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

from app.appearance.plain_text import as_caption, plain_label
from segcore.formats import registry
from segcore.formats.export_options import ExportOptions


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

    def __init__(self, formats: tuple[str, ...], out: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export labels"))
        self.setMinimumWidth(500)
        about = plain_label(self.tr("Exports what you painted or confirmed. Other pixels become 255 (ignore)."))
        about.setProperty("role", "muted")
        about.setWordWrap(True)
        self.boxes: dict[str, QCheckBox] = {}
        for row in (row for row in registry.FORMATS if row.writer is not None):
            box = QCheckBox(as_caption(QCoreApplication.translate("Formats", row.title)))
            box.setChecked(row.key in formats)
            box.toggled.connect(self._check)
            self.boxes[row.key] = box
        self.copy_images = QCheckBox(self.tr("Copy the images too"))
        self.predictions = QCheckBox(self.tr("Export what only a model labelled, too (the report says how much)"))
        self.out = QLineEdit(str(out))
        self.out.setAccessibleName(self.tr("Export to folder"))
        self.out.textChanged.connect(self._check)
        browse = QPushButton(self.tr("Browse…"))
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        place = QHBoxLayout()
        place.addWidget(self.out, 1)
        place.addWidget(browse)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.export_button = buttons.addButton(self.tr("Export"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.export_button.setDefault(True)
        buttons.accepted.connect(self._decide)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(9)
        for widget in (
            about,
            *self.boxes.values(),
            self.copy_images,
            self.predictions,
            plain_label(self.tr("To folder")),
        ):
            layout.addWidget(widget)
        layout.addLayout(place)
        layout.addSpacing(6)
        layout.addWidget(buttons)
        self._check()

    def formats(self) -> tuple[str, ...]:
        """Return the keys of the chosen formats."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked())

    def _check(self) -> None:
        chosen = self.formats()
        self.copy_images.setEnabled(any(row.images_folder is not None for row in registry.FORMATS if row.key in chosen))
        self.export_button.setEnabled(bool(chosen) and bool(self.out.text().strip()))

    def _browse(self) -> None:
        dialog = QFileDialog(self, self.tr("Export to folder"), self.out.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.out.setText)
        dialog.open()

    def _decide(self) -> None:
        out = Path(os.path.expanduser(self.out.text().strip()))
        options = ExportOptions(
            copy_images=self.copy_images.isEnabled() and self.copy_images.isChecked(),
            predictions=self.predictions.isChecked(),
        )
        self.decided.emit(ExportOrder(self.formats(), out, options))
        self.accept()
