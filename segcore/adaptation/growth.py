"""Growth: a stroke grows to the border of what it lies on, as far as the colours on both sides of it say so."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.feature_pyramid import Floats
from segcore.adaptation.ridge import evenly
from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import Provenance
from segcore.metrics.boundary import disk

REACH = 2
"""Pixels that a stroke grows at most."""
SURROUNDINGS = 8
"""Pixels around a stroke whose colours are compared with those under it."""
LEAST_EXAMPLES, MOST_EXAMPLES = 8, 4096
"""Pixels on each side; of more, this many are taken, evenly spread."""
LEAST_DISTANCE = 1.0
"""Squared Mahalanobis distance of the two mean colours: below it they do not differ enough."""
NOISE = 1.0
"""Deviation of a colour, in units of CIELAB, that is always allowed for."""
MOST_PIXELS = 1 << 20
"""A stroke with larger surroundings does not grow: two pixels more are nothing to it."""


class Growth:
    """The growth of one stroke, found when it is first asked for.

    Pixels of another class within `REACH` of the stroke take its class where their colour is nearer to that under the
    stroke than to that of the other classes around it, by Fisher's linear discriminant (Fisher 1936).

    Parameters
    ----------
    image : NDArray[np.uint8]
        RGB [H, W, 3], 0-255.
    covered : Covered
        The stroke.
    value : int
        Its class value.
    """

    def __init__(self, image: NDArray[np.uint8], covered: Covered, value: int) -> None:
        self._image, self._covered, self._value = image, covered, value
        self._found: NDArray[np.bool_] | None = None
        self._box = covered.box.widened(SURROUNDINGS + 1).clipped(image.shape[0], image.shape[1])

    def into(
        self, decision: NDArray[np.uint8], labels: NDArray[np.uint8], provenance: NDArray[np.uint8], region: Box
    ) -> None:
        """Write the class into a decision.

        Parameters
        ----------
        decision : NDArray[np.uint8]
            [h, w] of ``region``: class values, 255 where a pixel stays as it is.
        labels, provenance : NDArray[np.uint8]
            [H, W] of the whole image, see `LabelMap`. What is empty, painted or confirmed stays.
        region : Box
            Which part of the image ``decision`` is.
        """
        part = self._box.shared(region)
        if part.is_empty:
            return
        if self._found is None:
            new, decided = labels[self._box.slices].copy(), decision[part.inside(region).slices]
            np.copyto(new[part.inside(self._box).slices], decided, where=decided != IGNORE_INDEX)
            self._found = self._find(new, provenance[self._box.slices])
        free = (provenance[part.slices] < Provenance.PAINTED) & (labels[part.slices] != IGNORE_INDEX)
        grown = self._found[part.inside(self._box).slices] & free
        decision[part.inside(region).slices][grown] = self._value

    def _find(self, labels: NDArray[np.uint8], provenance: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Return where the stroke grows, bool [h, w] of its surroundings, as the other arrays."""
        box = self._box
        nothing = np.zeros((box.height, box.width), np.bool_)
        if box.is_empty or nothing.size > MOST_PIXELS:
            return nothing
        stroke = nothing.view(np.uint8).copy()
        stroke[self._covered.box.inside(box).slices] = self._covered.mask
        near, wide = (cv2.dilate(stroke, disk(reach)) > 0 for reach in (REACH, SURROUNDINGS))
        other = (labels != self._value) & (labels != IGNORE_INDEX)
        scores = _discriminant(self._image[box.slices], stroke > 0, wide & ~near & other)
        if scores is None:
            return nothing
        grown = other & near & (provenance < Provenance.PAINTED) & (scores > 0)
        _, parts = cv2.connectedComponents(grown.view(np.uint8) | stroke)
        joined = np.unique(parts[stroke > 0])
        return np.asarray(grown & np.isin(parts, joined))


def _discriminant(image: NDArray[np.uint8], inside: NDArray[np.bool_], outside: NDArray[np.bool_]) -> Floats | None:
    """Return how much more like the colours inside than outside each pixel is; None when they hardly differ."""
    colours = np.asarray(cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), np.float32)
    sides = [side[evenly(len(side), MOST_EXAMPLES)] for side in (colours[inside], colours[outside])]
    if min(len(side) for side in sides) < LEAST_EXAMPLES:
        return None
    means = [side.mean(0) for side in sides]
    spread = (np.cov(sides[0].T) + np.cov(sides[1].T)) / 2 + NOISE**2 * np.eye(3)
    direction = np.linalg.solve(spread, means[0] - means[1])
    if (means[0] - means[1]) @ direction < LEAST_DISTANCE:
        return None
    return np.asarray((colours - (means[0] + means[1]) / 2) @ direction, np.float32)
