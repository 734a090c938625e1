"""RecordedStroke: the strokes that a sample project brings, painted again with a steady hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.editing.box import Box
from segcore.editing.brush import Covered, Point, Shape, dab, sweep
from segcore.errors import ProjectError


@dataclass(frozen=True)
class RecordedStroke:
    """One stroke of the round brush.

    Attributes
    ----------
    image_id : str
        The image it is painted on.
    value : int
        Class value.
    radius : float
        Pixels.
    way : tuple[Point, ...]
        Where the pen goes, in pixels of the image.
    """

    image_id: str
    value: int
    radius: float
    way: tuple[Point, ...]

    def covered(self, truth: NDArray[np.uint8]) -> Covered:
        """Return what the brush covers, without the pixels of other classes: the hand goes round them.

        ``truth`` is uint8 [H, W], the true class values.
        """
        height, width = truth.shape
        mask = np.zeros(truth.shape, np.bool_)
        parts = [dab(self.way[0], self.radius, Shape.ROUND, height, width)]
        parts += [sweep(a, b, self.radius, Shape.ROUND, height, width) for a, b in pairwise(self.way)]
        for box, part in parts:
            mask[box.slices] |= part
        mask &= truth == self.value
        left, top, columns, rows = cv2.boundingRect(mask.view(np.uint8))
        box = Box(left, top, left + columns, top + rows)
        return Covered(box, mask[box.slices])


def read_strokes(path: Path) -> list[RecordedStroke]:
    """Read the file that ``benchmarks/sample_strokes.py`` writes. Raises ProjectError when it is missing or damaged."""
    try:
        return [
            RecordedStroke(
                str(row["image"]),
                int(row["class"]),
                float(row["radius"]),
                tuple(Point(x + 0.5, y + 0.5) for x, y in row["way"]),
            )
            for row in json.loads(path.read_text("utf-8"))
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ProjectError("The strokes of the sample project cannot be read.", "Install Maskwright again.") from error
