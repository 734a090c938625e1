"""Spread: a stroke on a thin thing brings what looks like it close by, the rest of a line and the pieces beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.class_change import ClassChange
from segcore.adaptation.feature_pyramid import Floats
from segcore.adaptation.fine_head import FineImage
from segcore.adaptation.ridge import evenly
from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import Provenance

REACH = 7
"""Pixels from a stroke."""
LEAST_STROKES = 12
"""On thin things of a class in an image, each of `LEAST_EXAMPLES` pixels: whoever paints so many has more ahead."""
MOST_RADIUS = 3.0
"""Pixels: a thing is thin when no larger circle fits into it."""
SURROUNDINGS = 12
"""Pixels around a stroke in which the thing is looked at."""
LEAST_EXAMPLES, MOST_EXAMPLES = 8, 4096
"""Pixels under the strokes, and around them; of more, this many are taken, evenly spread."""
STEADY = 30.0
"""Pixels: with so many under the strokes, their own covariance counts half, and the noise twice."""
NOISE = 0.2
"""Variance of each feature that is allowed for with many pixels under the strokes; their own is about 1."""
LEAST_RECALL, LEAST_EVIDENCE = 0.3, 2.0
"""Of Lee and Liu's measure: the share of the strokes found, and the measure itself, which is 1 for taking all."""
MOST_BROUGHT = 2.0
"""Pixels for each one painted: strokes that would bring more hardly differ from what is around, and bring nothing."""
MOST_PIXELS = 1 << 17
"""Pixels close to the strokes of a class; of more, those of its last strokes are looked at."""
MOST_AREA = 1 << 20
"""Pixels: a stroke with a larger bounding box does not spread."""


Pixels = NDArray[np.int64]
"""Each is its row times `ROW` plus its column."""
ROW = 1 << 32


@dataclass(frozen=True)
class _Stroke:
    """A stroke, its class value, the pixels under it and close to it, and whether it lies on something thin.

    ``thin`` is None until it was looked at.
    """

    covered: Covered
    value: int
    under: Pixels
    near: Pixels
    thin: bool | None = None

    @classmethod
    def of(cls, covered: Covered, value: int, shape: tuple[int, int]) -> _Stroke:
        """``shape`` is the image's (height, width)."""
        box = covered.box.widened(REACH).clipped(*shape)
        beside = np.ones((box.height, box.width), np.uint8)
        beside[covered.box.inside(box).slices] = ~covered.mask
        distance = cv2.distanceTransform(beside, cv2.DIST_L2, cv2.DIST_MASK_5)
        under, near = (
            (rows + box.top) * ROW + columns + box.left
            for rows, columns in (np.nonzero(beside == 0), np.nonzero(distance <= REACH))
        )
        return cls(covered, value, under, near)


@dataclass
class Spread:
    """What the strokes on thin things of one image bring.

    A person paints one crack of many, in pieces. From stroke number `LEAST_STROKES` on, others come by themselves:
    within `REACH` of all thin strokes of a class, the pixels that were
    painted are told from all others by Fisher's linear discriminant of the pixel features. The others are not known to
    be of another class, so the threshold is the one with the largest (share of the painted that is found)² / (share of
    all that is taken), which needs no counter-examples (Lee and Liu 2003, "Learning with positive and unlabeled
    examples using weighted logistic regression").

    Attributes
    ----------
    fine : FineImage
        The features of the image's pixels.
    shape : tuple[int, int]
        (height, width) of the image.
    """

    fine: FineImage
    shape: tuple[int, int]
    _strokes: dict[int, _Stroke] = field(default_factory=dict)
    _found: dict[int, Pixels] = field(default_factory=dict)

    def add(self, number: int, covered: Covered, value: int) -> None:
        """Know of a stroke; ``number`` is for `remove`."""
        box = covered.box
        if box.is_empty or box.height * box.width > MOST_AREA or _radius(covered.mask) > MOST_RADIUS:
            return
        self._strokes[number] = _Stroke.of(covered, value, self.shape)

    def remove(self, number: int) -> None:
        """Forget a stroke."""
        stroke = self._strokes.pop(number, None)
        if stroke is not None:
            self._found.pop(stroke.value, None)

    def rename_classes(self, change: ClassChange) -> None:
        """Use other class values."""
        self._found.clear()
        self._strokes = {
            number: replace(each, value=new)
            for number, each in self._strokes.items()
            if (new := change.get(each.value, each.value)) is not None
        }

    def into(
        self, decision: NDArray[np.uint8], labels: NDArray[np.uint8], provenance: NDArray[np.uint8], region: Box
    ) -> None:
        """Write the classes of thin strokes into a decision; see `Growth.into`."""
        for number, stroke in self._strokes.items():
            if stroke.thin is None and not stroke.covered.box.shared(region).is_empty:
                thin = _is_thin(stroke, decision, labels, provenance, region)
                self._strokes[number] = replace(stroke, thin=thin)
                if thin:
                    self._found.pop(stroke.value, None)
        for value, strokes in self._thin().items():
            if sum(stroke.under.size >= LEAST_EXAMPLES for stroke in strokes) < LEAST_STROKES:
                continue
            if value not in self._found:
                self._found[value] = self._find(strokes)
            rows, columns = np.divmod(self._found[value], ROW)
            inside = (rows >= region.top) & (rows < region.bottom) & (columns >= region.left) & (columns < region.right)
            rows, columns = rows[inside], columns[inside]
            free = (provenance[rows, columns] < Provenance.PAINTED) & (labels[rows, columns] != IGNORE_INDEX)
            decision[rows[free] - region.top, columns[free] - region.left] = value

    def _thin(self) -> Mapping[int, list[_Stroke]]:
        """Return the strokes on thin things by class value; the class of the last stroke comes last."""
        found: dict[int, list[_Stroke]] = {}
        for stroke in self._strokes.values():
            if stroke.thin:
                found[stroke.value] = [*found.pop(stroke.value, []), stroke]
        return found

    def _find(self, strokes: list[_Stroke]) -> Pixels:
        """Return the pixels that look like those under the strokes, and lie close to them."""
        near = np.unique(np.concatenate([stroke.near for stroke in strokes[::-1]])[:MOST_PIXELS])
        painted = np.isin(near, np.concatenate([stroke.under for stroke in strokes]))
        rows, columns = np.divmod(near, ROW)
        pixels = self.fine.pixels[:, rows // self.fine.shrink, columns // self.fine.shrink]
        return np.asarray(near[alike(np.asarray(pixels.T, np.float32), painted)])


def alike(features: Floats, painted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which pixels look like the painted ones: float32 [n, D] and bool [n] -> bool [n]; see `Spread`."""
    count = int(painted.sum())
    if min(count, len(painted) - count) < LEAST_EXAMPLES:
        return np.zeros_like(painted)
    inside, outside = (side[evenly(len(side), MOST_EXAMPLES)] for side in (features[painted], features[~painted]))
    own = count / (count + STEADY)
    spread = (own * np.cov(inside.T) + (2 - own) * np.cov(outside.T)) / 2 + NOISE / own * np.eye(features.shape[1])
    scores = features @ np.linalg.solve(spread, inside.mean(0) - outside.mean(0))
    thresholds = np.sort(scores[painted])
    recall = 1 - np.arange(count) / count
    taken = 1 - np.searchsorted(np.sort(scores), thresholds) / len(scores)
    evidence = np.where(recall >= LEAST_RECALL, recall**2 / taken, 0.0)
    best = int(evidence.argmax())
    if evidence[best] < LEAST_EVIDENCE:
        return np.zeros_like(painted)
    found = scores >= thresholds[best]
    brought = np.count_nonzero(found & ~painted)
    return np.asarray(found if brought <= MOST_BROUGHT * count else np.zeros_like(painted))


def _is_thin(
    stroke: _Stroke,
    decision: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    provenance: NDArray[np.uint8],
    region: Box,
) -> bool:
    """Say whether what the stroke is part of is thin: not a rim of something that has its class already."""
    covered = stroke.covered
    box = covered.box.widened(SURROUNDINGS).clipped(labels.shape[0], labels.shape[1])
    part = box.shared(region)
    now, decided = labels[box.slices].copy(), decision[part.inside(region).slices]
    free = (decided != IGNORE_INDEX) & (provenance[part.slices] < Provenance.PAINTED)
    np.copyto(now[part.inside(box).slices], decided, where=free)
    same = now == stroke.value
    inside = covered.box.inside(box).slices
    same[inside] |= covered.mask
    _, parts = cv2.connectedComponents(same.view(np.uint8))
    return _radius(np.isin(parts, np.unique(parts[inside][covered.mask]))) <= MOST_RADIUS


def _radius(mask: NDArray[np.bool_]) -> float:
    """Return the radius in pixels of the largest circle in a mask, bool [h, w]."""
    return float(cv2.distanceTransform(np.pad(mask, 1).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_3).max())
