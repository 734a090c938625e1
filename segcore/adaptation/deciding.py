"""Deciding: from the scores of a region to its new labels, in blocks that fit into the cache of a core."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.decision import best_of
from segcore.adaptation.feature_pyramid import STRIDE, Floats
from segcore.adaptation.grid import blocks, strips
from segcore.adaptation.live_image import LiveImage
from segcore.adaptation.scorer import Scorer
from segcore.adaptation.trust import NEVER
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
    withheld : frozenset[int]
        Class values that a pixel may keep, but not take.
    """

    bias: dict[int, float]
    needed: NDArray[np.float32]
    withheld: frozenset[int] = frozenset()

    @classmethod
    def of(cls, bias: dict[int, float], gain: float, rare_gain: float, withheld: frozenset[int] = frozenset()) -> Rule:
        """Return the rule by which a class with a bias must lead by ``rare_gain``, others by ``gain``."""
        needed = np.full(256, gain, np.float32)
        needed[[value for value, each in bias.items() if each > 0]] = rare_gain
        needed[IGNORE_INDEX] = -np.inf
        return cls(bias, needed, withheld)

    def apply(self, values: tuple[int, ...], planes: Floats, held: NDArray[np.uint8]) -> None:
        """Take from the scores of these class values, float32 [C, h, w], what the rule takes, in place.

        ``held``, uint8 [h, w], are the labels that the pixels have.
        """
        planes -= np.array([self.bias[value] for value in values], np.float32)[:, None, None]
        for value, plane in zip(values, planes, strict=True):
            if value in self.withheld:
                np.subtract(plane, np.float32(NEVER), out=plane, where=held != value)


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

    def decide(block: Box) -> None:
        planes = scorer.planes(now, coarse, block)
        held = labels[block.slices]
        rule.apply(scorer.values, planes, held)
        best = best_of(zip(scorer.values, planes, strict=True), held)
        takes = (provenance[block.slices] < Provenance.PAINTED) & (best.gain >= cv2.LUT(held, rule.needed))
        top, left = block.top - region.top, block.left - region.left
        inside = slice(top, top + block.height), slice(left, left + block.width)
        np.copyto(found.labels[inside], best.values, where=takes)
        np.clip(best.lead, 0, 1, out=found.confidence[inside])

    in_threads(decide, blocks(region, BLOCK))
    return found


def drafted(
    scorer: Scorer,
    now: LiveImage,
    labels: NDArray[np.uint8],
    provenance: NDArray[np.uint8],
    region: Box,
    rule: Rule,
) -> NDArray[np.uint8]:
    """Decide the cells of `STRIDE` pixels that a region touches by their middle: uint8 [h, w], 255 where all stays."""
    coarse = scorer.coarse(now, region)
    cells = cells_of(region)
    found = np.full((cells.height, cells.width), IGNORE_INDEX, np.uint8)

    def decide(strip: Box) -> None:
        planes = scorer.middles(now, coarse, strip)
        held = in_the_middle(labels, strip)
        rule.apply(scorer.values, planes, held)
        best = best_of(zip(scorer.values, planes, strict=True), held)
        takes = (in_the_middle(provenance, strip) < Provenance.PAINTED) & (best.gain >= rule.needed[held])
        np.copyto(found[strip.inside(cells).slices], best.values, where=takes)

    in_threads(decide, strips(cells, STRIP))
    return found


def cells_of(region: Box) -> Box:
    """Return the cells of `STRIDE` pixels that a region of pixels touches."""
    return Box(region.left // STRIDE, region.top // STRIDE, -(-region.right // STRIDE), -(-region.bottom // STRIDE))


def in_the_middle(array: NDArray[np.uint8], cells: Box) -> NDArray[np.uint8]:
    """Return what an array [H, W] has in the middle of cells of `STRIDE` pixels: [h, w]."""
    rows, columns = (
        np.minimum(np.arange(first, last) * STRIDE + STRIDE // 2, size - 1)
        for first, last, size in zip(cells[1::-1], cells[:1:-1], array.shape, strict=True)
    )
    return np.asarray(array[rows[:, None], columns])
