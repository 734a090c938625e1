"""KeepSwitch: the switch "Keep learning", and what the training beside the window does."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QPushButton, QVBoxLayout, QWidget

from app.appearance.plain_text import plain_label
from app.training.keep_learning import KeepLearning
from app.training.training_outcome import percent
from segcore.progress import Progress


class KeepSwitch(QWidget):
    """A check box with two lines below, and a button when a candidate waits for the person."""

    def __init__(self, keep: KeepLearning, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keep = keep
        self._measured: Progress | None = None
        self.box = QCheckBox(self.tr("Keep learning"))
        self.box.setToolTip(
            self.tr(
                "Train at the lowest priority while you label, with each image that you mark as done. A state that is "
                "better on the held-out images becomes a version. It pauses on battery and stops with the window."
            )
        )
        self.status, self.score = plain_label(), plain_label()
        for label in (self.status, self.score):
            label.setProperty("role", "muted")
            label.setWordWrap(True)
        self.offer = QPushButton(self.tr("Make this state a version"))
        self.offer.setToolTip(self.tr("It looks better, but too few held-out images are there to show it"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self.box, self.status, self.score, self.offer):
            layout.addWidget(widget)
        self.box.toggled.connect(keep.switch)
        self.offer.clicked.connect(keep.offer_candidate)
        keep.changed.connect(self._show)
        keep.measured.connect(self._on_measured)
        self._show()

    def _on_measured(self, step: Progress) -> None:
        self._measured = step
        self._show()

    def _show(self) -> None:
        keep = self._keep
        with QSignalBlocker(self.box):
            self.box.setChecked(keep.on)
        self.status.setText(keep.text)
        self.status.setVisible(bool(keep.text))
        if not keep.running:
            self._measured = None
        text = self._score_text()
        self.score.setText(text)
        self.score.setVisible(bool(text))
        self.offer.setVisible(keep.candidate is not None)

    def _score_text(self) -> str:
        if self._measured is None:
            return ""
        detail, verdict = self._measured.detail, self._keep.verdict
        now, in_use = percent(detail.get("mean_iou")), detail.get("mean_iou_in_use")
        if in_use is None:
            text = self.tr("Mean IoU {now} %; the model in use knows none of the classes.").format(now=now)
        else:
            text = self.tr("Mean IoU {now} %, model in use {in_use} %.").format(now=now, in_use=percent(in_use))
        count = int(detail.get("held_out", 0))
        verdicts = {
            "better": self.tr("Shown to be better."),
            "not_shown": self.tr("Not shown to be better, so it is not used."),
            "too_few": self.tr("Too few held-out images to judge ({count}), so it is not used by itself.").format(
                count=count
            ),
        }
        return f"{text} {verdicts.get(verdict, '')}".strip()
