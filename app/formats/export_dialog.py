"""ExportDialog: which formats, where to; ExportReportDialog: what was written and what was not."""

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
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.appearance.plain_text import plain_label


@dataclass(frozen=True)
class ExportOrder:
    """What the person decided."""

    formats: tuple[str, ...]
    out: Path
    copy_images: bool


class ExportDialog(QDialog):
    """Asks for the formats and the folder."""

    decided = Signal(ExportOrder)

    def __init__(self, formats: tuple[str, ...], out: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export labels"))
        self.setMinimumWidth(500)
        self._chosen = formats
        about = plain_label(
            self.tr(
                "Exports what you painted or confirmed, and nothing else: pixels that only a model labelled become 255."
            )
        )
        about.setProperty("role", "muted")
        about.setWordWrap(True)
        self.png = QCheckBox(self.tr("Indexed PNG, one a picture, with classes.json"))
        self.voc = QCheckBox(self.tr("PASCAL VOC folder (SegmentationClass, ImageSets, labelmap.txt)"))
        self.copy_images = QCheckBox(self.tr("Copy the images too"))
        self.boxes = {"png": self.png, "voc": self.voc}
        for name, box in self.boxes.items():
            box.setChecked(name in formats)
            box.toggled.connect(self._check)
        self.out = QLineEdit(str(out))
        self.out.setAccessibleName(self.tr("Export to folder"))
        self.out.textChanged.connect(self._check)
        browse = QPushButton(self.tr("Browse…"))
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self.out, 1)
        row.addWidget(browse)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.export_button = buttons.addButton(self.tr("Export"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.export_button.setDefault(True)
        buttons.accepted.connect(self._decide)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(9)
        for widget in (about, self.png, self.voc, self.copy_images, plain_label(self.tr("To folder"))):
            layout.addWidget(widget)
        layout.addLayout(row)
        layout.addSpacing(6)
        layout.addWidget(buttons)
        self._check()

    def formats(self) -> tuple[str, ...]:
        """Return the chosen formats."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked())

    def _check(self) -> None:
        self.copy_images.setEnabled(self.voc.isChecked())
        self.export_button.setEnabled(bool(self.formats()) and bool(self.out.text().strip()))

    def _browse(self) -> None:
        dialog = QFileDialog(self, self.tr("Export to folder"), self.out.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.out.setText)
        dialog.open()

    def _decide(self) -> None:
        out = Path(os.path.expanduser(self.out.text().strip()))
        self.decided.emit(
            ExportOrder(self.formats(), out, self.copy_images.isEnabled() and self.copy_images.isChecked())
        )
        self.accept()


class ExportReportDialog(QDialog):
    """The report of an export."""

    def __init__(self, summary: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Exported"))
        self.setMinimumWidth(560)
        head, _, rest = summary.partition("\n")
        headline = plain_label(head)
        headline.setWordWrap(True)
        headline.setProperty("role", "heading")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.addWidget(headline)
        if rest.strip():
            details = QPlainTextEdit(rest)
            details.setReadOnly(True)
            details.setMinimumHeight(180)
            layout.addWidget(plain_label(self.tr("Left out:")))
            layout.addWidget(details)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
