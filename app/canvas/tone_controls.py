"""ToneControls: brightness, contrast, gamma and auto-stretch of what is seen; kept with the project."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QPushButton, QSlider, QVBoxLayout, QWidget

from app.appearance.plain_text import as_tip, plain_label
from app.document.project_setting import ProjectSetting
from app.document.session import Session
from segcore.images.tone import GAMMA, Tone

PROJECT_KEY = "view.tone"
TRACK = 100
"""Positions of a slider on each side of the middle."""


class ToneControls(QWidget):
    """Sliders whose middle changes nothing. The files of images and labels, and what models see, stay as they are."""

    tone_changed = Signal(Tone)
    error = Signal(Exception)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tone = Tone()
        self.brightness, self.contrast, self.gamma = (
            self._slider(name) for name in (self.tr("Brightness"), self.tr("Contrast"), self.tr("Gamma"))
        )
        self._values = {slider: plain_label() for slider in (self.brightness, self.contrast, self.gamma)}
        self.stretch = QCheckBox(self.tr("Auto-stretch"))
        self.stretch.setToolTip(
            as_tip(self.tr("Shows the darkest pixels of each image as black and the brightest as white"))
        )
        self.stretch.toggled.connect(self._change)
        self.reset_button = QPushButton(self.tr("Reset"))
        self.reset_button.setToolTip(self.tr("Show images as they are"))
        self.reset_button.clicked.connect(lambda: self.show_tone(Tone()))
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        for row, (slider, value) in enumerate(self._values.items()):
            value.setMinimumWidth(38)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(plain_label(slider.accessibleName()), row, 0)
            grid.addWidget(slider, row, 1)
            grid.addWidget(value, row, 2)
        grid.setColumnStretch(1, 1)
        below = QHBoxLayout()
        below.addWidget(self.stretch, 1)
        below.addWidget(self.reset_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(grid)
        layout.addLayout(below)
        self._setting = ProjectSetting(session, PROJECT_KEY, self._kept_value, self)
        self._setting.opened.connect(self._take_from_project)
        self._setting.error.connect(self.error)
        self._tell()

    def show_tone(self, tone: Tone) -> None:
        """Use this tone."""
        blockers = [QSignalBlocker(each) for each in (*self._values, self.stretch)]
        self.brightness.setValue(round(tone.brightness * TRACK))
        self.contrast.setValue(round(tone.contrast * TRACK))
        self.gamma.setValue(round(math.log(tone.gamma) / math.log(GAMMA[1]) * TRACK))
        self.stretch.setChecked(tone.stretch)
        del blockers
        self._use(tone)

    def _slider(self, name: str) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(-TRACK, TRACK)
        slider.setPageStep(TRACK // 10)
        slider.setAccessibleName(name)
        slider.valueChanged.connect(self._change)
        return slider

    def _change(self) -> None:
        gamma = round(GAMMA[1] ** (self.gamma.value() / TRACK), 2)
        self._use(Tone(self.brightness.value() / TRACK, self.contrast.value() / TRACK, gamma, self.stretch.isChecked()))

    def _use(self, tone: Tone) -> None:
        if tone == self.tone:
            return
        self.tone = tone
        self._tell()
        self.tone_changed.emit(tone)
        self._setting.changed()

    def _tell(self) -> None:
        self._values[self.brightness].setText(f"{self.brightness.value():+d}" if self.brightness.value() else "0")
        self._values[self.contrast].setText(f"{self.contrast.value():+d}" if self.contrast.value() else "0")
        self._values[self.gamma].setText(f"{self.tone.gamma:.2f}")
        self.reset_button.setEnabled(not self.tone.is_plain)

    def _take_from_project(self, kept: object) -> None:
        self.show_tone(Tone.from_json(kept))

    def _kept_value(self) -> dict[str, Any] | None:
        return None if self.tone.is_plain else self.tone.to_json()
