"""ParameterSliders: a slider and a spin box with its unit for each parameter of the CRF."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QSlider, QWidget

from app.appearance.letter_guard import LetterGuard
from app.appearance.plain_text import as_tip, plain_label
from app.appearance.wheel_guard import WheelGuard
from app.language.marking import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from segcore.crf import CrfParameters

TRACK = 400
"""Number of positions on a slider."""
SPIN_WIDTH = 98


@dataclass(frozen=True)
class SliderSpec:
    """One parameter: title, tooltip, allowed range, and the useful part of it for the slider.

    Attributes
    ----------
    low, high : float
        Range that may be typed.
    first, last : float
        Range of the slider, in equal steps when ``decades`` is False, in equal ratios when it is True.
    off : bool
        Whether the slider's left end is 0, which turns the term off.
    """

    name: str
    title: str
    tip: str
    low: float
    high: float
    first: float
    last: float
    unit: str = ""
    decades: bool = True
    off: bool = False

    def value_at(self, place: int) -> float:
        """Return the value at position 0-`TRACK` of the slider, rounded to what a person would type."""
        if self.off and place == 0:
            return 0.0
        share = place / TRACK
        if not self.decades:
            return float(round(self.first + share * (self.last - self.first)))
        value = self.first * (self.last / self.first) ** share
        return float(round(value, max(0, 1 - math.floor(math.log10(value)))))

    def place_of(self, value: float) -> int:
        """Return the nearest position, 0-`TRACK`."""
        if not self.decades:
            share = (value - self.first) / (self.last - self.first)
        elif value <= 0:
            share = 0.0
        else:
            share = math.log(value / self.first) / math.log(self.last / self.first)
        place = round(min(max(share, 0.0), 1.0) * TRACK)
        return max(1, place) if self.off and value > 0 else place


SPECS = (
    SliderSpec(
        "w1",
        QT_TRANSLATE_NOOP("ParameterSliders", "Weight w₁"),
        QT_TRANSLATE_NOOP(
            "ParameterSliders", "How strongly nearby pixels of similar colour prefer one class; 0 turns it off"
        ),
        0.0,
        1000.0,
        0.1,
        50.0,
        off=True,
    ),
    SliderSpec(
        "theta_alpha",
        QT_TRANSLATE_NOOP("ParameterSliders", "Reach θα"),
        QT_TRANSLATE_NOOP(
            "ParameterSliders", "How far apart two pixels of similar colour may be and still affect each other"
        ),
        0.1,
        10_000.0,
        1.0,
        300.0,
        QT_TRANSLATE_NOOP("ParameterSliders", " px"),
    ),
    SliderSpec(
        "theta_beta",
        QT_TRANSLATE_NOOP("ParameterSliders", "Tolerance θβ"),
        QT_TRANSLATE_NOOP(
            "ParameterSliders", "How much similar colours may differ, of 255 levels; small values follow weak edges"
        ),
        0.1,
        10_000.0,
        1.0,
        100.0,
        QT_TRANSLATE_NOOP("ParameterSliders", " levels"),
    ),
    SliderSpec(
        "w2",
        QT_TRANSLATE_NOOP("ParameterSliders", "Weight w₂"),
        QT_TRANSLATE_NOOP(
            "ParameterSliders",
            "How strongly neighbouring pixels of any colour prefer one class; removes specks; 0 turns it off",
        ),
        0.0,
        1000.0,
        0.1,
        50.0,
        off=True,
    ),
    SliderSpec(
        "theta_gamma",
        QT_TRANSLATE_NOOP("ParameterSliders", "Reach θγ"),
        QT_TRANSLATE_NOOP("ParameterSliders", "How far the smoothing reaches; large values remove thin structures"),
        0.1,
        10_000.0,
        0.3,
        30.0,
        QT_TRANSLATE_NOOP("ParameterSliders", " px"),
    ),
    SliderSpec(
        "iterations",
        QT_TRANSLATE_NOOP("ParameterSliders", "Iterations"),
        QT_TRANSLATE_NOOP("ParameterSliders", "Mean-field iterations; more than 10 hardly change anything"),
        1,
        100,
        1,
        20,
        decades=False,
    ),
)
HEADINGS = {
    "w1": QT_TRANSLATE_NOOP("ParameterSliders", "Colour edges"),
    "w2": QT_TRANSLATE_NOOP("ParameterSliders", "Smoothness"),
}


class ExactSpin(QDoubleSpinBox):
    """A spin box that shows as many decimals as its value has, at most two."""

    def textFromValue(self, value: float) -> str:  # noqa: N802
        """Remove zeros at the end."""
        text = super().textFromValue(value)
        point = self.locale().decimalPoint()
        return text.rstrip("0").removesuffix(point) if point in text else text


class SliderRow(QObject):
    """A title, a slider and a spin box; ``value`` may have more decimals than are shown."""

    changed = Signal()
    """The person changed the value."""

    def __init__(self, spec: SliderSpec, parent: QWidget) -> None:
        super().__init__(parent)
        title, tip = _tr(spec.title), _tr(spec.tip)
        self.spec = spec
        self.value = spec.low
        self.title = plain_label(title)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, TRACK)
        self.slider.setPageStep(TRACK // 20)
        self.slider.setMinimumWidth(40)
        self.slider.setAccessibleName(title)
        self.spin = ExactSpin()
        self.spin.setDecimals(2 if spec.decades else 0)
        self.spin.setRange(spec.low, spec.high)
        self.spin.setSuffix(_tr(spec.unit) if spec.unit else "")
        self.spin.setStepType(
            QDoubleSpinBox.StepType.AdaptiveDecimalStepType if spec.decades else QDoubleSpinBox.StepType.DefaultStepType
        )
        self.spin.setKeyboardTracking(False)
        self.spin.setFixedWidth(SPIN_WIDTH)  # the size hint for the largest value is twice that
        self.spin.setAccessibleName(title)
        self.title.setBuddy(self.spin)
        WheelGuard(self.slider, self.spin)
        LetterGuard(self.spin)
        for widget in (self.title, self.slider, self.spin):
            widget.setToolTip(as_tip(tip))
        self.slider.valueChanged.connect(lambda place: self._change(spec.value_at(place)))
        self.spin.valueChanged.connect(self._change)

    def put(self, value: float) -> None:
        """Show a value without a signal."""
        self.value = value
        with QSignalBlocker(self.slider), QSignalBlocker(self.spin):
            self.slider.setValue(self.spec.place_of(value))
            self.spin.setValue(value)

    def _change(self, value: float) -> None:
        if value != self.value:
            self.put(value)
            self.changed.emit()


class ParameterSliders(QWidget):
    """A row for each parameter."""

    changed = Signal()
    """The person chose another value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        self.rows: dict[str, SliderRow] = {}
        for spec in SPECS:
            if spec.name in HEADINGS:
                heading = plain_label(_tr(HEADINGS[spec.name]))
                heading.setProperty("role", "heading")
                grid.addWidget(heading, grid.rowCount(), 0, 1, 3)
            row = SliderRow(spec, self)
            at = grid.rowCount()
            for column, widget in enumerate((row.title, row.slider, row.spin)):
                grid.addWidget(widget, at, column)
            row.changed.connect(self.changed)
            self.rows[spec.name] = row

    def take_typed(self) -> None:
        """Accept values that are typed but not entered yet."""
        for row in self.rows.values():
            row.spin.interpretText()

    def parameters(self) -> CrfParameters:
        """Return the parameters that are set."""
        from segcore.crf import CrfParameters

        values: dict[str, Any] = {name: row.value for name, row in self.rows.items()}
        return CrfParameters(**{**values, "iterations": int(values["iterations"])})

    def put(self, parameters: CrfParameters) -> None:
        """Show parameters without a signal."""
        for name, row in self.rows.items():
            row.put(getattr(parameters, name))


def _tr(text: str) -> str:
    return QCoreApplication.translate("ParameterSliders", text)
