"""EngineChoice: the CRF engine, and whether every new prediction is refined."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QShowEvent, QStandardItemModel
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from app.appearance.plain_text import as_tip, plain_label
from app.appearance.wheel_guard import WheelGuard
from app.language.engine_texts import translated
from app.refinement.refinement import ENGINE, chosen_engine
from app.settings.settings import Settings
from segcore.installation import to_install

BATCH = "predict.crf"


class EngineChoice(QWidget):
    """A combo box and a checkbox for these two settings."""

    changed = Signal()
    """The person chose another engine."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._checked = False
        self.combo = QComboBox()
        self.combo.setAccessibleName(self.tr("Engine"))
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setMinimumContentsLength(10)
        for name, title, tip in (
            ("auto", self.tr("Automatic"), self.tr("The fast engine, on the graphics card if there is one")),
            ("fast", self.tr("Fast"), self.tr("Maskwright's own engine, on the processor or the graphics card")),
            ("exact", self.tr("Exact"), self.tr("pydensecrf, the reference; about ten times slower")),
        ):
            self.combo.addItem(title, name)
            self.combo.setItemData(self.combo.count() - 1, as_tip(tip), Qt.ItemDataRole.ToolTipRole)
        WheelGuard(self.combo)
        self.combo.activated.connect(self._choose)
        label = plain_label(self.tr("Engine"))
        label.setBuddy(self.combo)
        self.batch = QCheckBox(self.tr("Refine every new prediction"))
        self.batch.setToolTip(
            self.tr("“Predict this image” and “Predict remaining” also apply the CRF with these values")
        )
        self.batch.toggled.connect(self._store_batch)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.combo, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(row)
        layout.addWidget(self.batch)
        settings.changed.connect(self._follow)
        self._show()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """See whether the exact engine is there; earlier would import the CRF before the window's first paint."""
        if not self._checked:
            self._check_exact()
        super().showEvent(event)

    def _check_exact(self) -> None:
        from segcore.crf import crf_available

        self._checked = True
        model = self.combo.model()
        if not crf_available() and isinstance(model, QStandardItemModel):
            exact = model.item(self.combo.findData("exact"))
            exact.setEnabled(False)
            missing = self.tr("The package pydensecrf2 is not installed.")
            exact.setToolTip(as_tip(f"{missing} {translated(to_install('crf', 'pydensecrf2==1.1'))}"))
            exact.setText(self.tr("Exact (not installed)"))

    def _choose(self, index: int) -> None:
        self._settings[ENGINE] = str(self.combo.itemData(index))

    def _store_batch(self, wanted: bool) -> None:
        self._settings[BATCH] = chosen_engine(self._settings) if wanted else "none"

    def _follow(self, key: str) -> None:
        if key in (ENGINE, BATCH):
            self._show()
        if key == ENGINE:
            self.changed.emit()
            if self.batch.isChecked():
                self._store_batch(True)

    def _show(self) -> None:
        with QSignalBlocker(self.combo), QSignalBlocker(self.batch):
            self.combo.setCurrentIndex(self.combo.findData(chosen_engine(self._settings)))
            self.batch.setChecked(self._settings[BATCH] != "none")
