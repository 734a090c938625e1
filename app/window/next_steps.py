"""Next steps: what the buttons of panels that have nothing to show yet do elsewhere in the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.refinement.refine_panel import RefinePanel
from app.training.training_panel import TrainingPanel
from app.window.actions import Actions


def connect_next_steps(refine: RefinePanel, training: TrainingPanel, actions: Actions, canvas: QWidget) -> None:
    """Without a prediction, Refine makes one; without a corrected image, Train hands out the brush."""
    refine.predict_wanted.connect(actions["predict"].trigger)
    training.brush_wanted.connect(actions["tool_brush"].trigger)
    training.brush_wanted.connect(lambda: canvas.setFocus(Qt.FocusReason.OtherFocusReason))
