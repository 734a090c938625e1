"""ViewPanel: what is drawn over the image, and how."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.appearance.plain_text import plain_label
from app.canvas.action_text import named
from app.canvas.channel_controls import ChannelControls
from app.canvas.compare_controls import CompareControls
from app.canvas.layer_rows import LayerRows
from app.canvas.layers import View
from app.canvas.ruler_controls import RulerControls
from app.canvas.tone_controls import ToneControls
from app.document.document import Document
from app.settings.settings import Settings
from segcore.labels.classes import IGNORE_INDEX


class ViewPanel(QWidget):
    """The views (as the actions of the group ``view``), layers, the class of the heatmap, and the tone of the image."""

    error = Signal(Exception)
    heatmap_class_changed = Signal(int)
    """Value of the class whose probability the heatmap shows: the active one, or the one that the person chose."""

    def __init__(
        self,
        document: Document,
        settings: Settings,
        views: list[QAction],
        predict: QAction,
        tone: ToneControls,
        compare: CompareControls,
        ruler: RulerControls,
        channels: ChannelControls,
        parent: QWidget | None = None,
    ) -> None:
        """``predict``: the action that makes what some views need; ``tone``: the controls of the image's brightness."""
        super().__init__(parent)
        self._document = document
        self._predict = predict
        self._settings = settings
        self.tone, self.compare, self.ruler, self.channels = tone, compare, ruler, channels
        channels.error.connect(self.error)
        tone.error.connect(self.error)
        ruler.error.connect(self.error)
        grid = QGridLayout()
        grid.setSpacing(4)
        for n, action in enumerate(views):
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setIconSize(QSize(18, 18))
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.setMinimumHeight(32)
            grid.addWidget(button, n // 2, n % 2)
        self.layers = LayerRows(settings)
        self.heatmap = QComboBox()
        self.heatmap.setAccessibleName(self.tr("Class of the heatmap"))
        self.heatmap.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.heatmap.currentIndexChanged.connect(self._choose_class)
        self._heatmap_row = QWidget()
        row = QHBoxLayout(self._heatmap_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(plain_label(self.tr("Heatmap of")))
        row.addWidget(self.heatmap, 1)
        self.note = plain_label()
        self.note.setProperty("role", "muted")
        self.note.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 10)
        layout.setSpacing(8)
        layout.addLayout(grid)
        layout.addWidget(self.layers)
        layout.addWidget(self._heatmap_row)
        layout.addWidget(compare)
        layout.addWidget(tone)
        layout.addWidget(channels)
        layout.addWidget(ruler)
        layout.addWidget(self.note)
        layout.addStretch(1)
        document.classes_changed.connect(self._fill)
        document.active_class_changed.connect(self._choose_class)
        document.prediction_changed.connect(self._tell)
        document.image_changed.connect(self._tell)
        predict.changed.connect(self._tell)  # its shortcut may be another
        self._fill()
        self._tell()

    def show_layers(self, layers: frozenset[View]) -> None:
        """Tick what is shown; the class of the heatmap can be chosen while there is one."""
        self.layers.show_layers(layers)
        self._heatmap_row.setVisible(View.HEATMAP in layers)

    def _fill(self) -> None:
        classes, before = self._document.classes, self.heatmap.currentData()
        self.heatmap.blockSignals(True)
        self.heatmap.clear()
        if classes is not None:
            self.heatmap.addItem(self.tr("Active class"))
        for c in classes or ():
            self.heatmap.addItem(c.name, c.index)
        self.heatmap.setCurrentIndex(max(0, self.heatmap.findData(before)) if before is not None else 0)
        self.heatmap.blockSignals(False)
        self._choose_class()

    def _choose_class(self) -> None:
        value = self.heatmap.currentData()
        value = self._document.active_class if value is None else value
        if value != IGNORE_INDEX:  # it has no probability: the class before stays
            self.heatmap_class_changed.emit(value)

    def _tell(self) -> None:
        missing = self._document.image is not None and self._document.prediction is None
        text = self.tr(
            "Heatmap, uncertainty and changes need a prediction of this image. To make one, choose {action}."
        )
        self.note.setText(text.format(action=named(self._predict)) if missing else "")
