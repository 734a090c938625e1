"""TrainingCurve: loss and held-out mean IoU by step, kept in the checkpoint's lineage for the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST_POINTS = 200


class TrainingCurve:
    """Points (step, value); of the loss at most `MOST_POINTS` stay, evenly spread.

    Attributes
    ----------
    loss, mean_iou : list[tuple[int, float]]
        In the order of the steps.
    """

    def __init__(self) -> None:
        self.loss: list[tuple[int, float]] = []
        self.mean_iou: list[tuple[int, float]] = []
        self._every = 1

    def add(self, step: int, loss: float) -> None:
        """Note the loss of a step."""
        if step % self._every == 0:
            self.loss.append((step, round(loss, 5)))
        if len(self.loss) > MOST_POINTS:
            self._every *= 2
            self.loss = [point for point in self.loss if point[0] % self._every == 0]

    def validated(self, step: int, mean_iou: float) -> None:
        """Note a validation."""
        self.mean_iou.append((step, round(mean_iou, 5)))

    def to_json(self) -> dict[str, Any]:
        """Return JSON values for `from_json`."""
        return {"loss": self.loss, "mean_iou": self.mean_iou}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TrainingCurve:
        """Return the inverse of `to_json`. Raises KeyError, TypeError, ValueError."""
        curve = cls()
        curve.loss, curve.mean_iou = (
            [(int(step), float(value)) for step, value in data[name]] for name in ("loss", "mean_iou")
        )
        while len(curve.loss) > 1 and curve.loss[1][0] - curve.loss[0][0] > curve._every:
            curve._every *= 2
        return curve
