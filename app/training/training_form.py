"""TrainingForm: the widgets of the training panel and where they are."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.appearance.plain_text import plain_label
from app.document.session import Session
from app.jobs.job_bar import JobBar
from app.training.curves import Curves
from app.training.durations import Durations
from app.training.keep_box import KeepBox
from app.training.model_in_use import ModelInUse
from app.training.result_card import ResultCard
from app.training.training_options import TrainingOptions


class TrainingForm(QWidget):
    """From top to bottom: what would be trained on, button and time, progress, result, keep learning, curves."""

    def __init__(self, session: Session, model: ModelInUse, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.about = plain_label()
        self.about.setWordWrap(True)
        self.brush_button = QPushButton(self.tr("Take the brush"))
        self.brush_button.setToolTip(self.tr("Paint over what is wrong in the open image"))
        self.brush_button.hide()
        self.button = QPushButton(self.tr("Fine-tune on my corrections"))
        self.button.setProperty("primary", True)
        self.button.setMinimumHeight(40)
        self.button.setToolTip(self.tr("Train a new version of the model on the images that you corrected"))
        self.toggle = QToolButton()
        self.toggle.setText(self.tr("Options"))
        self.toggle.setCheckable(True)
        self.toggle.setArrowType(Qt.ArrowType.RightArrow)
        self.toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.options = TrainingOptions(session.settings)
        self.minutes, self.base, self.seed = self.options.minutes, self.options.base, self.options.seed
        self.durations = Durations(session.settings)
        self.bar = JobBar(self.tr("Stop training; the model in use stays as it is"))
        self.bar.button.setText(self.tr("Stop and discard"))
        self.finish_button = QPushButton(self.tr("Stop and keep the best so far"))
        self.finish_button.setEnabled(False)
        self.finish_button.setToolTip(self.tr("End the training now; its best state becomes a version"))
        self.keep = KeepBox(session, model)
        self.curves = Curves()
        self.curves.hide()
        self.result = ResultCard()
        self.predict_button = QPushButton(self.tr("Predict the remaining images again"))
        self.predict_button.setToolTip(self.tr("With the new version; what was painted stays"))
        self.predict_button.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self.about)
        layout.addWidget(self.brush_button)
        layout.addWidget(self.button)
        times = QHBoxLayout()
        times.addWidget(self.durations, 1)
        times.addWidget(self.toggle)
        layout.addLayout(times)
        above: tuple[QWidget, ...] = (self.options, self.bar, self.finish_button)
        below: tuple[QWidget, ...] = (self.result, self.predict_button, self.keep, self.curves)
        for part in (*above, *below):
            layout.addWidget(part)
        layout.addStretch(1)
