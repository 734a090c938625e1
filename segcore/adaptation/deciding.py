"""Deciding: from the scores of a region to its new labels, in blocks that fit into the cache of a core."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.decision import best_of
from segcore.adaptation.feature_pyramid import Floats
from segcore.adaptation.grid import blocks
from segcore.adaptation.live_image import LiveImage
from segcore.adaptation.scorer import Scorer
from segcore.editing.box import Box
from segcore.hardware.threads import in_threads
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import Provenance

BLOCK = 256
"""Pixels: side of what is decided at once."""
STRIP = BLOCK * BLOCK
"""Pixels."""


@dataclass(frozen=True)
class Decision:
    """What the head makes of the open image, or of a region of it.

    Attributes
    ----------
    labels : NDArray[np.uint8]
        [H, W], class values; 255 where the pixel stays as it is.
    confidence : NDArray[np.float32]
        [H, W], 0-1: by how much the best class leads, everywhere.
    """

    labels: NDArray[np.uint8]
    confidence: Floats

    @classmethod
    def none(cls, height: int, width: int) -> Decision:
        """Return the decision of a head that knows no class."""
        return cls(np.full((height, width), IGNORE_INDEX, np.uint8), np.zeros((height, width), np.float32))


@dataclass(frozen=True)
class Rule:
    """When a pixel takes the class that leads.

    Attributes
    ----------
    bias : dict[int, float]
        Of each class value, what is taken from its score.
    needed : NDArray[np.float32]
        [256]: by so much the new class must lead over the label that a pixel has; minus infinity for 255.
    """

    bias: dict[int, float]
    needed: NDArray[np.float32]


def decided(
    scorer: Scorer,
    now: LiveImage,
    labels: NDArray[np.uint8],
    provenance: NDArray[np.uint8],
    region: Box,
    rule: Rule,
) -> Decision:
    """Decide a region; ``labels`` and ``provenance``, uint8 [H, W], are those of the whole image."""
    found = Decision.none(region.height, region.width)
    coarse = scorer.coarse(now, region)
    bias = np.array([rule.bias[value] for value in scorer.values], np.float32)

    def decide(block: Box) -> None:
        planes = scorer.planes(now, coarse, block)
        planes -= bias[:, None, None]
        held = labels[block.slices]
        best = best_of(zip(scorer.values, planes, strict=True), held)
        takes = (provenance[block.slices] < Provenance.PAINTED) & (best.gain >= cv2.LUT(held, rule.needed))
        top, left = block.top - region.top, block.left - region.left
        inside = slice(top, top + block.height), slice(left, left + block.width)
        np.copyto(found.labels[inside], best.values, where=takes)
        np.clip(best.lead, 0, 1, out=found.confidence[inside])

    in_threads(decide, blocks(region, BLOCK))
    return found
