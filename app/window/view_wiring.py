"""View wiring: connects the View tab with the canvas."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QAction

from app.canvas.canvas import Canvas
from app.canvas.view_panel import ViewPanel
from app.settings.settings import Settings


def connect_view(panel: ViewPanel, canvas: Canvas, legend: QAction, settings: Settings) -> None:
    """Let the canvas show what the panel says, and the classes in its legend while ``legend`` is checked."""
    rows = panel.layers
    rows.layer_wanted.connect(canvas.show_layer)
    rows.opacity_changed.connect(canvas.set_opacity)
    for layer in rows.sliders:
        canvas.set_opacity(layer, rows.opacity(layer))
    canvas.layers_changed.connect(rows.show_layers)
    rows.show_layers(canvas.layers)
    panel.heatmap_class_changed.connect(partial(setattr, canvas, "heatmap_class"))
    panel.tone.tone_changed.connect(partial(setattr, canvas, "tone"))
    legend.toggled.connect(partial(setattr, canvas, "legend_of_classes"))
    legend.toggled.connect(partial(settings.__setitem__, "view.legend"))
    legend.setChecked(settings["view.legend"])
