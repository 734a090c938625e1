"""RefinePanel: the parameters of the fully-connected CRF, and the button that runs it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QLabel, QPushButton, QSpinBox, QVBoxLayout, QWidget

from app.context import AppContext
from app.panels.job_bar import JobBar
from app.refinement import PROJECT_KEY, Refinement, crf_parameters

if TYPE_CHECKING:
    from segcore.crf import CrfParameters

tr_noop = QT_TRANSLATE_NOOP
STORE_MS = 600


@dataclass(frozen=True)
class Knob:
    """One parameter: bounds, step, unit, and what it does in plain words."""

    name: str
    title: str
    tip: str
    low: float
    high: float
    step: float
    unit: str = ""


KNOBS = (
    Knob(
        "w1",
        tr_noop("RefinePanel", "Colour weight w₁"),
        tr_noop("RefinePanel", "How strongly near pixels of similar colour are drawn to one class. 0 turns it off."),
        0.0, 100.0, 0.5,
    ),
    Knob(
        "theta_alpha",
        tr_noop("RefinePanel", "Colour reach θα"),
        tr_noop("RefinePanel", "How far apart two pixels of similar colour may lie and still pull at each other."),
        0.5, 1000.0, 1.0, tr_noop("RefinePanel", " px"),
    ),
    Knob(
        "theta_beta",
        tr_noop("RefinePanel", "Colour tolerance θβ"),
        tr_noop("RefinePanel", "How different similar colours may be, in grey levels. Small values follow weak edges."),
        0.5, 255.0, 0.5, tr_noop("RefinePanel", " levels"),
    ),
    Knob(
        "w2",
        tr_noop("RefinePanel", "Smoothness weight w₂"),
        tr_noop("RefinePanel", "How strongly neighbours of any colour are drawn to one class. Removes specks."),
        0.0, 100.0, 0.5,
    ),
    Knob(
        "theta_gamma",
        tr_noop("RefinePanel", "Smoothness reach θγ"),
        tr_noop("RefinePanel", "How far this smoothing reaches. Thin structures vanish when it is large."),
        0.5, 100.0, 0.5, tr_noop("RefinePanel", " px"),
    ),
    Knob(
        "iterations",
        tr_noop("RefinePanel", "Iterations"),
        tr_noop("RefinePanel", "Steps of the mean-field approximation. After 5 to 10 hardly anything changes."),
        1, 100, 1,
    ),
)  # fmt: skip


class RefinePanel(QWidget):
    """Refine the borders of the prediction of the open image. The parameters are kept in the project."""

    message = Signal(str)
    error = Signal(object)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._refinement = Refinement(context.document, context.jobs, self)
        self.spins: dict[str, QSpinBox | QDoubleSpinBox] = {}
        self._build()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(STORE_MS)
        self._timer.timeout.connect(self._store)
        document = context.document
        document.project_changed.connect(self._load)
        for signal in (document.image_changed, document.prediction_changed):
            signal.connect(self._update)
        self._refinement.error.connect(self.error)
        self._refinement.message.connect(self.message)
        self._refinement.refined.connect(self._on_refined)
        self._load()
        self._update()

    def _build(self) -> None:
        form = QGridLayout()
        form.setContentsMargins(0, 4, 0, 4)
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(6)
        form.setColumnStretch(1, 1)
        for row, knob in enumerate(KNOBS):
            title, tip = (QCoreApplication.translate("RefinePanel", text) for text in (knob.title, knob.tip))
            spin = self._spin(knob)
            label = QLabel(title)
            label.setBuddy(spin)
            for widget in (spin, label):
                widget.setToolTip(tip)
            form.addWidget(label, row, 0)
            form.addWidget(spin, row, 1)
            self.spins[knob.name] = spin
        self.reset_button = QPushButton(self.tr("Reset to the defaults"))
        self.reset_button.setFlat(True)
        self.reset_button.setToolTip(self.tr("The values that suit most photos"))
        self.reset_button.clicked.connect(self.reset)
        self.button = QPushButton(self.tr("Refine this image"))
        self.button.setProperty("primary", True)
        self.button.setToolTip(
            self.tr("Move the predicted borders to the edges in the image; what you painted stays  (R)")
        )
        self.button.clicked.connect(self.refine)
        self.reason = QLabel()
        self.reason.setWordWrap(True)
        self.reason.setProperty("role", "muted")
        self.bar = JobBar()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self.button)
        layout.addWidget(self.reason)
        layout.addWidget(self.bar)
        layout.addLayout(form)
        layout.addWidget(self.reset_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)

    def _spin(self, knob: Knob) -> QSpinBox | QDoubleSpinBox:
        spin: QSpinBox | QDoubleSpinBox
        if knob.name == "iterations":
            spin = QSpinBox()
            spin.setRange(int(knob.low), int(knob.high))
        else:
            spin = QDoubleSpinBox()
            spin.setDecimals(1)
            spin.setRange(knob.low, knob.high)
            spin.setSingleStep(knob.step)
            spin.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType if knob.high > 100 else spin.stepType())
        spin.setSuffix(QCoreApplication.translate("RefinePanel", knob.unit))
        spin.setKeyboardTracking(False)
        spin.setMinimumWidth(96)
        spin.valueChanged.connect(self._on_value)
        return spin

    # --- what the person asks for ------------------------------------------------------------------------------

    def parameters(self) -> CrfParameters:
        """Return what the spin boxes say. Raises CrfError."""
        from segcore.crf import CrfParameters

        return CrfParameters(**{name: spin.value() for name, spin in self.spins.items()})

    def refine(self) -> None:
        """Refine the open image (R); says why when it cannot."""
        self._store_soon_is_now()
        self.bar.watch(self._refinement.refine_current(self.parameters()))

    def reset(self) -> None:
        """Forget the project's own values."""
        self._timer.stop()
        project = self._context.document.project
        if project is not None:
            job = self._context.jobs.submit("io", partial(project.set_setting, PROJECT_KEY, None), quiet=True)
            job.failed.connect(self.error)
        self._put(crf_parameters(None))

    # --- inside ------------------------------------------------------------------------------------------------

    def _load(self) -> None:
        self._timer.stop()
        self._put(crf_parameters(self._context.document.project))

    def _put(self, parameters: CrfParameters) -> None:
        for name, spin in self.spins.items():
            with QSignalBlocker(spin):
                spin.setValue(getattr(parameters, name))

    def _on_value(self) -> None:
        self._timer.start()

    def _store_soon_is_now(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self._store()

    def _store(self) -> None:
        project = self._context.document.project
        if project is None:
            return
        values = {name: spin.value() for name, spin in self.spins.items()}
        job = self._context.jobs.submit("io", partial(project.set_setting, PROJECT_KEY, values), quiet=True)
        job.failed.connect(self.error)

    def _update(self) -> None:
        document = self._context.document
        if document.image is None:
            reason = self.tr("Open an image first.")
        elif document.prediction is None:
            reason = self.tr("There is no prediction of this image yet. Predict it first (Ctrl+P).")
        else:
            reason = ""
        self.button.setEnabled(not reason)
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))

    def _on_refined(self, changed: bool) -> None:
        self.message.emit(
            self.tr("Borders refined; Ctrl+Z takes it back.") if changed else self.tr("The borders fit already.")
        )
