"""ConfusionMatrix and the four scores of the FCN paper (Long, Shelhamer, Darrell 2015, section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError
from segcore.labels.classes import IGNORE_INDEX
from segcore.metrics.boundary import BoundaryScore


@dataclass(frozen=True)
class Scores:
    """Scores in 0.0-1.0; a class that occurs neither in truth nor in prediction has IoU None and is ignored.

    The boundary F-scores (`segcore.metrics.boundary`), their mean and each class's, are None unless measured.
    """

    pixel_accuracy: float
    mean_accuracy: float
    mean_iou: float
    fw_iou: float
    iou: dict[str, float | None]
    confusion: list[list[int]]
    boundary_f: float | None = None
    boundary: dict[str, float | None] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the stable keys that `maskwright evaluate --json` prints."""
        return {
            "pixel_accuracy": self.pixel_accuracy,
            "mean_accuracy": self.mean_accuracy,
            "mean_iou": self.mean_iou,
            "fw_iou": self.fw_iou,
            "iou": self.iou,
            "confusion": self.confusion,
            "boundary_f": self.boundary_f,
            "boundary": self.boundary,
        }


class ConfusionMatrix:
    """Counts of pixels over any number of images.

    Attributes
    ----------
    counts : int64 [C, C]
        ``counts[i, j]``: pixels of true channel i predicted as channel j.
    missed : int64 [C]
        Pixels of true channel i whose prediction is 255. They count as errors of class i.
    """

    def __init__(self, channels: int) -> None:
        self.counts: NDArray[np.int64] = np.zeros((channels, channels), np.int64)
        self.missed: NDArray[np.int64] = np.zeros(channels, np.int64)

    def update(self, truth: NDArray[np.integer[Any]], predicted: NDArray[np.integer[Any]]) -> None:
        """Add one image: integer arrays of channels, of equal shape; pixels whose ``truth`` is 255 are ignored.

        Raises LabelError on unequal shapes or a truth beyond the last channel.
        """
        if truth.shape != predicted.shape:
            raise LabelError(f"The truth has shape {truth.shape}, the prediction {predicted.shape}.")
        n = self.counts.shape[0]
        known = truth != IGNORE_INDEX
        t, p = truth[known].astype(np.int64), predicted[known].astype(np.int64)
        if t.size and t.max() >= n:
            raise LabelError(f"The truth holds the value {int(t.max())}, but there are {n} classes.")
        named = p < n
        self.counts += np.bincount(t[named] * n + p[named], minlength=n * n).reshape(n, n)
        self.missed += np.bincount(t[~named], minlength=n)

    def scores(self, names: Sequence[str], boundary: BoundaryScore | None = None) -> Scores:
        """Pixel accuracy, mean accuracy, mean IoU and frequency-weighted IoU; 0.0 for an empty matrix.

        With ``boundary``, measured on the same images, the boundary F-scores too.
        """
        hit = np.diag(self.counts).astype(np.float64)
        true = self.counts.sum(1) + self.missed
        predicted = self.counts.sum(0)
        union = true + predicted - hit
        total = float(true.sum())
        occurs, united = true > 0, union > 0
        iou = np.divide(hit, union, out=np.zeros_like(hit), where=united)
        accuracy = np.divide(hit, true, out=np.zeros_like(hit), where=occurs)
        return Scores(
            pixel_accuracy=float(hit.sum() / total) if total else 0.0,
            mean_accuracy=float(accuracy[occurs].mean()) if occurs.any() else 0.0,
            mean_iou=float(iou[united].mean()) if united.any() else 0.0,
            fw_iou=float((true * iou).sum() / total) if total else 0.0,
            iou={name: float(iou[i]) if united[i] else None for i, name in enumerate(names)},
            confusion=self.counts.tolist(),
            boundary_f=None if boundary is None else boundary.mean(),
            boundary={} if boundary is None else boundary.by_name(names),
        )
