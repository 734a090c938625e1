"""TrainingOptions: how long to train, from which model, and which images are held out."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QGridLayout, QSpinBox, QWidget

from app.appearance.letter_guard import LetterGuard
from app.appearance.plain_text import plain_label
from app.settings.settings import Settings
from segcore.project.model_choice import ModelChoice

IN_USE = ""
"""Item data of the base model that stands for the model in use."""


class TrainingOptions(QWidget):
    """Three fields; time and seed are kept in the settings."""

    changed = Signal()
    """By the person."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        form = QGridLayout(self)
        form.setContentsMargins(0, 0, 0, 4)
        form.setHorizontalSpacing(12)
        form.setColumnStretch(1, 1)
        self.minutes = QDoubleSpinBox()
        self.minutes.setRange(0.1, 24 * 60.0)
        self.minutes.setDecimals(1)
        self.minutes.setSingleStep(0.5)
        self.minutes.setSuffix(self.tr(" min"))
        self.minutes.setValue(settings["train.minutes"])
        self.minutes.setToolTip(self.tr("How long to train; the best version on the held-out images is kept"))
        self.base = QComboBox()
        self.base.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.base.setMinimumContentsLength(8)
        self.base.addItem(self.tr("the model in use"), IN_USE)
        self.base.setToolTip(self.tr("What the new version starts from"))
        self.seed = QSpinBox()
        self.seed.setRange(0, 999_999)
        self.seed.setValue(min(999_999, settings["train.seed"]))
        self.seed.setToolTip(self.tr("Decides which corrected images are held out, and the order of the others"))
        LetterGuard(self.minutes, self.seed)
        rows = ((self.tr("Time"), self.minutes), (self.tr("Base model"), self.base), (self.tr("Seed"), self.seed))
        for row, (title, field) in enumerate(rows):
            label = plain_label(title)
            label.setBuddy(field)
            form.addWidget(label, row, 0)
            form.addWidget(field, row, 1)
        self.minutes.valueChanged.connect(self._keep)
        self.seed.valueChanged.connect(self._keep)
        self.base.activated.connect(lambda _: self.changed.emit())
        settings.changed.connect(self._on_setting)
        self.hide()

    @property
    def base_key(self) -> str:
        """The chosen base model; "" for the model in use."""
        return str(self.base.currentData() or IN_USE)

    def offer(self, choices: list[ModelChoice]) -> None:
        """Let the person choose among these models; the choice stays where it still can."""
        chosen = self.base.currentData()
        with QSignalBlocker(self.base):
            self.base.clear()
            self.base.addItem(self.tr("the model in use"), IN_USE)
            for choice in choices:
                self.base.addItem(choice.title, choice.key)
            self.base.setCurrentIndex(max(0, self.base.findData(chosen)))

    def _on_setting(self, key: str) -> None:
        if key == "train.minutes":
            self.minutes.setValue(self._settings[key])

    def _keep(self) -> None:
        self._settings["train.minutes"] = self.minutes.value()
        self._settings["train.seed"] = self.seed.value()
        self.changed.emit()
