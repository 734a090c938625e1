"""ExportChoices: what of an export a person decides besides formats and folder."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from app.appearance.plain_text import plain_label
from segcore.formats.export_options import ExportOptions
from segcore.formats.format import Format
from segcore.formats.splits import SplitRule

PERCENT = 100


class ExportChoices(QWidget):
    """Images, predictions, train, validation and test, and objects; what no chosen format uses is disabled."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.copy_images = QCheckBox(self.tr("Copy the images too"))
        self.predictions = QCheckBox(self.tr("Export what only a model labelled, too (the report says how much)"))
        self.val = self._share(round(SplitRule().val * PERCENT), self.tr("Images for validation"))
        self.test = self._share(round(SplitRule().test * PERCENT), self.tr("Images for testing"))
        self.val.valueChanged.connect(lambda value: self.test.setMaximum(PERCENT - value))
        self.test.valueChanged.connect(lambda value: self.val.setMaximum(PERCENT - value))
        self.by_folder = QCheckBox(self.tr("Images of one folder stay together"))
        self.stratified = QCheckBox(self.tr("Each class has its share in each part"))
        self.one_object = QCheckBox(self.tr("All pixels of a class are one object, not each connected piece"))
        self.background = QCheckBox(self.tr("Write the background as objects, too"))
        self.volumes = QCheckBox(self.tr("A stack is one file, not one for each slice"))
        shares = QHBoxLayout()
        for widget in (plain_label(self.tr("Validation")), self.val, plain_label(self.tr("Test")), self.test):
            shares.addWidget(widget)
        shares.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(7)
        layout.addWidget(self.copy_images)
        layout.addWidget(self.predictions)
        layout.addLayout(shares)
        for box in (self.by_folder, self.stratified, self.one_object, self.background, self.volumes):
            layout.addWidget(box)

    def fit(self, rows: Sequence[Format]) -> None:
        """Enable what these formats use."""
        self.copy_images.setEnabled(any(row.images_folder is not None for row in rows))
        for box in (self.one_object, self.background):
            box.setEnabled(any(row.objects for row in rows))
        self.volumes.setEnabled(any(row.volumes for row in rows))

    def options(self) -> ExportOptions:
        """Return what the person decided."""
        return ExportOptions(
            copy_images=_on(self.copy_images),
            predictions=_on(self.predictions),
            split=SplitRule(
                self.val.value() / PERCENT,
                self.test.value() / PERCENT,
                by_folder=_on(self.by_folder),
                stratified=_on(self.stratified),
            ),
            one_object_a_class=_on(self.one_object),
            background=_on(self.background),
            volumes=_on(self.volumes),
        )

    def _share(self, value: int, name: str) -> QSpinBox:
        box = QSpinBox()
        box.setRange(0, PERCENT)
        box.setSuffix(" %")
        box.setValue(value)
        box.setAccessibleName(name)
        return box


def _on(box: QCheckBox) -> bool:
    return box.isEnabled() and box.isChecked()
