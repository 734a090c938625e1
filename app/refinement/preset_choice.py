"""PresetChoice: CRF presets, with the parameters that were tuned on this project's images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from app.appearance.plain_text import as_tip, plain_label
from app.appearance.wheel_guard import WheelGuard
from app.language.marking import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from segcore.crf import CrfParameters

LEARNED = "learned"
TEXTS = {
    "gentle": (
        QT_TRANSLATE_NOOP("PresetChoice", "Gentle"),
        QT_TRANSLATE_NOOP("PresetChoice", "Changes only undecided pixels and keeps thin objects. A good start"),
    ),
    "deeplab": (
        QT_TRANSLATE_NOOP("PresetChoice", "DeepLab"),
        QT_TRANSLATE_NOOP("PresetChoice", "The values of DeepLab v2 for PASCAL VOC: for photos of a few large objects"),
    ),
    "strong": (
        QT_TRANSLATE_NOOP("PresetChoice", "Strong"),
        QT_TRANSLATE_NOOP("PresetChoice", "For coarse predictions of large areas; thin objects disappear"),
    ),
    LEARNED: (
        QT_TRANSLATE_NOOP("PresetChoice", "Tuned here"),
        QT_TRANSLATE_NOOP("PresetChoice", "Tuned on the corrected images of this project"),
    ),
}


class PresetChoice(QWidget):
    """A list of presets, empty until `offer`, and a Reset button; other values show as the person's own."""

    chosen = Signal(object)
    """CrfParameters."""
    reset = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._known: dict[str, CrfParameters] = {}
        self.combo = QComboBox()
        self.combo.setAccessibleName(self.tr("Preset"))
        self.combo.setPlaceholderText(self.tr("Your own values"))
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setMinimumContentsLength(10)
        WheelGuard(self.combo)
        self.combo.activated.connect(self._choose)
        self.reset_button = QPushButton(self.tr("Reset"))
        self.reset_button.setFlat(True)
        self.reset_button.setToolTip(self.tr("Restore the default values"))
        self.reset_button.clicked.connect(self.reset)
        label = plain_label(self.tr("Preset"))
        label.setBuddy(self.combo)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label)
        row.addWidget(self.combo, 1)
        row.addWidget(self.reset_button)

    def offer(self, learned: CrfParameters | None) -> None:
        """Fill the list; ``learned`` are the tuned parameters of this project, if any."""
        from segcore.crf import PRESETS

        self._known = {**PRESETS, **({LEARNED: learned} if learned is not None else {})}
        with QSignalBlocker(self.combo):
            self.combo.clear()
            for name in self._known:
                title, tip = TEXTS.get(name, (name, ""))
                self.combo.addItem(_tr(title), name)
                self.combo.setItemData(self.combo.count() - 1, as_tip(_tr(tip)), Qt.ItemDataRole.ToolTipRole)

    def show_for(self, parameters: CrfParameters) -> None:
        """Select the preset that has these parameters, if any."""
        names = [name for name, each in self._known.items() if each == parameters]
        with QSignalBlocker(self.combo):
            self.combo.setCurrentIndex(self.combo.findData(names[-1]) if names else -1)
        tip = _tr(TEXTS[names[-1]][1]) if names and names[-1] in TEXTS else self.tr("Values to start from")
        self.combo.setToolTip(as_tip(tip))

    def _choose(self, index: int) -> None:
        self.chosen.emit(self._known[str(self.combo.itemData(index))])


def _tr(text: str) -> str:
    return QCoreApplication.translate("PresetChoice", text)
