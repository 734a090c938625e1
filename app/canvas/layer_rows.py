"""LayerRows: which layers lie over the image, and the opacity of each."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QSlider, QWidget

from app.appearance.numbers import percent as as_percent
from app.appearance.plain_text import as_tip, plain_label
from app.canvas.layers import View
from app.settings.settings import Settings

SETTINGS = {
    View.OVERLAY: "view.opacity",
    View.OUTLINES: "view.opacity.outlines",
    View.CHANGES: "view.opacity.changes",
    View.HEATMAP: "view.opacity.heatmap",
    View.UNCERTAINTY: "view.opacity.uncertainty",
}
"""The setting that keeps the opacity of each layer, in the order of the rows."""


class LayerRows(QWidget):
    """A box and a slider for each layer; several can be shown at once."""

    layer_wanted = Signal(View, bool)
    """Show this layer with the others, or no longer."""
    opacity_changed = Signal(View, float)
    """Of this layer, 0.0-1.0."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.boxes: dict[View, QCheckBox] = {}
        self.sliders: dict[View, QSlider] = {}
        self._percents: dict[View, QLabel] = {}
        names = {
            View.OVERLAY: self.tr("Overlay"),
            View.OUTLINES: self.tr("Outlines"),
            View.CHANGES: self.tr("Changes"),
            View.HEATMAP: self.tr("Heatmap"),
            View.UNCERTAINTY: self.tr("Uncertainty"),
        }
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, layer in enumerate(SETTINGS):
            self._add(grid, row, layer, names[layer])

    def show_layers(self, layers: frozenset[View]) -> None:
        """Tick the layers that are shown."""
        for layer, box in self.boxes.items():
            with QSignalBlocker(box):
                box.setChecked(layer in layers)
            self._tell(layer)

    def opacity(self, layer: View) -> float:
        """Return the opacity of a layer, 0.0-1.0."""
        return self.sliders[layer].value() / 100

    def _add(self, grid: QGridLayout, row: int, layer: View, name: str) -> None:
        box, slider, number = QCheckBox(name), QSlider(Qt.Orientation.Horizontal), plain_label()
        box.setToolTip(as_tip(self.tr("Show this layer with the others")))
        slider.setRange(0, 100)
        slider.setAccessibleName(self.tr("Opacity: {layer}").format(layer=name))
        slider.setToolTip(as_tip(self.tr("Opacity: {layer}").format(layer=name)))
        slider.setValue(round(self._settings[SETTINGS[layer]] * 100))
        number.setMinimumWidth(38)
        number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.boxes[layer], self.sliders[layer], self._percents[layer] = box, slider, number
        for column, widget in enumerate((box, slider, number)):
            grid.addWidget(widget, row, column)
        box.toggled.connect(lambda on: self._toggle(layer, on))
        slider.valueChanged.connect(lambda _: self._slide(layer))
        self._tell(layer)

    def _toggle(self, layer: View, shown: bool) -> None:
        self._tell(layer)
        self.layer_wanted.emit(layer, shown)

    def _slide(self, layer: View) -> None:
        self._tell(layer)
        self._settings[SETTINGS[layer]] = self.opacity(layer)
        self.opacity_changed.emit(layer, self.opacity(layer))

    def _tell(self, layer: View) -> None:
        self._percents[layer].setText(as_percent(self.opacity(layer)))
        for widget in (self.sliders[layer], self._percents[layer]):
            widget.setEnabled(self.boxes[layer].isChecked())
