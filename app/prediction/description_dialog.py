"""DescriptionDialog: class names and preprocessing of a model that does not say them, tried on the open image."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.appearance.plain_text import as_title, plain_label
from app.document.session import Session
from app.language.engine_texts import words
from app.prediction.trial import SIDE, trial
from segcore.errors import MaskwrightError
from segcore.models.description import FITS, ORDERS, UNIT, Description, DescriptionNeededError, beside

if TYPE_CHECKING:
    from app.jobs.job_runner import Job
    from app.prediction.trial import Trial

DELAY_MS = 300
PICTURE = 320
_IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
NUMBERS = (
    (*_IMAGENET, UNIT),
    ((0.0,) * 3, (1.0,) * 3, UNIT),
    ((0.5,) * 3, (0.5,) * 3, UNIT),
    ((0.0,) * 3, (1.0,) * 3, 1.0),
)
"""Mean, std and scale of the choices for the input; one row more stands for numbers of one's own."""


class DescriptionDialog(QDialog):
    """Asks for class names, mean, std, scale and order of the channels; shows the prediction at each change.

    Parameters
    ----------
    error : DescriptionNeededError
        What is missing; what is known already stands in the fields.
    session : Session
        The open image and the project's classes.
    """

    written = Signal()
    """The JSON file is written."""

    def __init__(self, error: DescriptionNeededError, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(as_title(self.tr("Describe {name}").format(name=error.path.name)))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._error, self._session = error, session
        self._job: Job | None = None
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self._try)
        self._build()
        self._fill(error.found)
        for signal in (self.names.textChanged, self.mean.textChanged, self.std.textChanged):
            signal.connect(self._on_change)
        for chooser in (self.order, self.fit, self.scale):
            chooser.currentIndexChanged.connect(self._on_change)
        self.numbers.activated.connect(self._on_numbers)
        self._on_change()

    def _build(self) -> None:
        about = plain_label(
            self.tr(
                "This model does not say what its channels mean or how its input is made. What you say here is "
                "written into {file} beside it. If the colours on the right make no sense, try another input."
            ).format(file=beside(self._error.path).name)
        )
        about.setWordWrap(True)
        self.names = QPlainTextEdit()
        self.names.setAccessibleName(self.tr("Class names"))
        self.names.setTabChangesFocus(True)
        self.count = plain_label()
        self.count.setProperty("role", "muted")
        self.numbers, self.scale, self.order, self.fit = (QComboBox() for _ in range(4))
        self.numbers.addItems(
            [
                self.tr("Mean and std of ImageNet (most networks)"),
                self.tr("0 to 1"),
                self.tr("−1 to 1"),
                self.tr("0 to 255"),
                self.tr("Own numbers"),
            ]
        )
        self.scale.addItem(self.tr("Pixels of 0 to 1"), UNIT)
        self.scale.addItem(self.tr("Pixels of 0 to 255"), 1.0)
        for name in ORDERS:
            self.order.addItem(name, name)
        for name, text in zip(FITS, (self.tr("Cut into tiles"), self.tr("Resize the whole image")), strict=True):
            self.fit.addItem(text, name)
        self.fit.setToolTip(self.tr("Only for a network that takes one size of images"))
        self.mean, self.std = QLineEdit(), QLineEdit()
        form = QFormLayout()
        form.addRow(self.tr("Class names, one a line"), self.names)
        form.addRow("", self.count)
        for title, field in (
            (self.tr("Input"), self.numbers),
            (self.tr("Mean"), self.mean),
            (self.tr("Std"), self.std),
            (self.tr("Mean and std are of"), self.scale),
            (self.tr("Order of colours"), self.order),
            (self.tr("Fixed input size"), self.fit),
        ):
            form.addRow(title, field)
        self.picture, self.told = plain_label(), plain_label()
        self.picture.setFixedWidth(PICTURE)
        self.told.setWordWrap(True)
        self.told.setFixedWidth(PICTURE)
        self.told.setProperty("role", "muted")
        right = QVBoxLayout()
        right.addWidget(self.picture)
        right.addWidget(self.told)
        right.addStretch(1)
        both = QHBoxLayout()
        both.setSpacing(20)
        both.addLayout(form, 1)
        both.addLayout(right)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.ok.setText(self.tr("Write and import"))
        self.ok.setProperty("primary", True)
        for button in self.buttons.buttons():
            button.setIcon(QIcon())
        self.buttons.accepted.connect(self._write)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(about)
        layout.addLayout(both, 1)
        layout.addWidget(self.buttons)
        self.resize(820, 520)

    def _fill(self, found: Description) -> None:
        self.names.setPlainText("\n".join(found.classes.names if found.classes is not None else self._guess()))
        mean, std = found.mean or _IMAGENET[0], found.std or _IMAGENET[1]
        scale = found.scale if found.mean else UNIT
        known = (mean, std, scale)
        self.numbers.setCurrentIndex(NUMBERS.index(known) if known in NUMBERS else len(NUMBERS))
        self._show_numbers(mean, std, scale)
        self.order.setCurrentIndex(ORDERS.index(found.channels))
        self.fit.setCurrentIndex(FITS.index(found.fit))

    def _guess(self) -> list[str]:
        """Return the project's names where their number is right, else numbers."""
        channels = self._error.channels
        project = self._session.document.project
        own = project.classes.names if project is not None else []
        return list(own) if channels in (None, len(own)) else [f"class {number}" for number in range(channels or 0)]

    def _show_numbers(self, mean: tuple[float, ...], std: tuple[float, ...], scale: float) -> None:
        self.mean.setText(", ".join(f"{value:.6g}" for value in mean))
        self.std.setText(", ".join(f"{value:.6g}" for value in std))
        if self.scale.findData(scale) < 0:
            self.scale.addItem(self.tr("Pixels times {scale}").format(scale=f"{scale:.6g}"), scale)
        self.scale.setCurrentIndex(self.scale.findData(scale))

    def _on_numbers(self, index: int) -> None:
        if index < len(NUMBERS):
            self._show_numbers(*NUMBERS[index])

    def description(self) -> Description:
        """Return what the fields say. Raises MaskwrightError for what cannot be read."""
        names = [line.strip() for line in self.names.toPlainText().splitlines() if line.strip()]
        said = {
            "class_names": names,
            "mean": self.mean.text(),
            "std": self.std.text(),
            "scale": self.scale.currentData(),
            "channels": self.order.currentData(),
            "fit": self.fit.currentData(),
            "short_side": self._error.found.short_side,
        }
        return Description().updated(said, beside(self._error.path))

    def _on_change(self) -> None:
        lines = len([line for line in self.names.toPlainText().splitlines() if line.strip()])
        channels = self._error.channels
        self.count.setText(
            self.tr("{lines} names").format(lines=lines)
            if channels is None
            else self.tr("{lines} names for {channels} channels").format(lines=lines, channels=channels)
        )
        self.ok.setEnabled(False)
        if self._job is not None:
            self._job.cancel()
        self._timer.start()

    def _try(self) -> None:
        """Predict the open image, so that a wrong input is seen."""
        image = self._session.document.image
        try:
            said = self.description()
        except MaskwrightError as error:
            self.told.setText(words(error))
            return
        if image is None:
            self.told.setText(self.tr("Open an image to see what the model says about it."))
            self.ok.setEnabled(True)
            return
        self.told.setText(self.tr("Predicting …"))
        job = self._session.jobs.submit("device", partial(trial, self._error.path, said, image), quiet=True)
        job.succeeded.connect(partial(self._show, job))
        job.failed.connect(partial(self._on_failed, job))
        self._job = job

    def _show(self, job: Job, found: Trial) -> None:
        if job is not self._job:
            return
        height, width = found.picture.shape[:2]
        pixels = QImage(found.picture.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
        side = min(PICTURE, SIDE)
        shown = QPixmap.fromImage(pixels).scaled(
            side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        self.picture.setPixmap(shown)
        self.picture.setFixedHeight(shown.height())
        self.told.setText(", ".join(f"{name} {100 * share:.0f} %" for name, share in found.shares[:6]))
        self.ok.setEnabled(True)

    def _on_failed(self, job: Job, error: Exception) -> None:
        if job is self._job:
            self.told.setText(words(error))

    def _write(self) -> None:
        try:
            self.description().save(self._error.path)
        except (MaskwrightError, OSError) as error:
            self.told.setText(words(error))
            return
        self.accept()
        self.written.emit()

    def done(self, result: int) -> None:
        """Stop what is being tried."""
        self._timer.stop()
        if self._job is not None:
            self._job.cancel()
        super().done(result)
