"""View wiring: connects the View tab with the canvas."""

from __future__ import annotations

from functools import partial

from app.canvas.canvas import Canvas
from app.canvas.view_panel import ViewPanel


def connect_view(panel: ViewPanel, canvas: Canvas) -> None:
    """Let the canvas show what the panel says."""
    panel.opacity_changed.connect(partial(setattr, canvas, "opacity"))
    panel.heatmap_class_changed.connect(partial(setattr, canvas, "heatmap_class"))
    panel.tone.tone_changed.connect(partial(setattr, canvas, "tone"))
