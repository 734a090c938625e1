"""LabelIssues: corrected regions that look wrong to a model which has not seen them.

Confident learning (Northcutt, Jiang and Chuang 2021, arXiv:1911.00068): the threshold t_k of class k is the mean
probability of k over the cells that are labelled k. A cell labelled c is suspected to be k where p_k >= t_k, k is the
most probable class, and k is not c. Connected cells of one pair (c, k) are an issue; its expected number of wrong
pixels is the sum of p_k - p_c (the paper's normalised margin), times the pixels of a cell.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.feature_pyramid import STRIDE, Floats
from segcore.editing.box import Box
from segcore.labels.classes import IGNORE_INDEX

LEAST_CELLS = 4
"""Smaller issues are specks."""
WHOLE = 0.5
"""From this share on, suspected cells of a connected labelled region mean the whole region."""


@dataclass(frozen=True)
class LabelIssue:
    """A corrected region that looks wrong.

    Attributes
    ----------
    image_id : str
    box : Box
        Around it, in pixels.
    cells : NDArray[np.bool_]
        Its cells of `STRIDE` pixels, from the upper left corner of ``box``.
    value, suggestion : int
        The class that it is labelled as, and the one it looks like.
    wrong : float
        Expected wrong pixels.
    quality : float
        Mean probability of its own label, 0-1: low is bad.
    typical : float
        Mean probability of that label over all cells that have it, 0-1.
    share : float
        Suspected part of the connected labelled region, 0-1.
    """

    image_id: str
    box: Box
    cells: NDArray[np.bool_]
    value: int
    suggestion: int
    wrong: float
    quality: float
    typical: float
    share: float

    @property
    def priority(self) -> float:
        """Its place in the list, 0 or more: wrong pixels, times (1 - quality / typical)², times ``share``.

        A low probability says little of a class that the model never recognises well, and people give a whole region
        the wrong class more often than a part of one.
        """
        return self.wrong * max(0.0, 1.0 - self.quality / max(self.typical, 1e-6)) ** 2 * self.share

    def mask(self, labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Return bool [h, w] of ``box``: its pixels that still have the label, in uint8 [H, W] labels of the image."""
        cells = np.repeat(np.repeat(self.cells, STRIDE, 0), STRIDE, 1)[: self.box.height, : self.box.width]
        return np.asarray(cells & (labels[self.box.slices] == self.value))


@dataclass(frozen=True)
class Suspects:
    """Cells of one image whose most probable class is not their label.

    Attributes
    ----------
    image_id : str
    shape : tuple[int, int]
        (height, width) of the image in pixels.
    labels : NDArray[np.uint8]
        [h, w] labels of all cells, 255 for none.
    rows, columns : NDArray[np.int32]
        [n], of the suspected cells.
    best : NDArray[np.uint8]
        [n], their most probable class value.
    likely, own : NDArray[np.float32]
        [n], probabilities of that class and of the label, 0-1.
    """

    image_id: str
    shape: tuple[int, int]
    labels: NDArray[np.uint8]
    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    best: NDArray[np.uint8]
    likely: Floats
    own: Floats


class Thresholds:
    """Mean probability of each class over the cells that are labelled so."""

    def __init__(self) -> None:
        self._sums = np.zeros(256)
        self._counts = np.zeros(256)

    def add(self, labels: NDArray[np.uint8], own: Floats) -> None:
        """Count cells: uint8 [n] labels and float32 [n] probabilities of them."""
        self._sums += np.bincount(labels, own, minlength=256)
        self._counts += np.bincount(labels, minlength=256)

    def table(self) -> NDArray[np.float64]:
        """Return float64 [256]; 1 for a class without cells, which is suspected nowhere."""
        return np.where(self._counts > 0, self._sums / np.maximum(self._counts, 1), 1.0)


def suspects_of(
    image_id: str,
    shape: tuple[int, int],
    labels: NDArray[np.uint8],
    values: tuple[int, ...],
    probabilities: Floats,
    thresholds: Thresholds,
) -> Suspects:
    """Compare labels [h, w] of cells with held-out probabilities [h, w, C]; count them for the thresholds."""
    channel = np.full(256, -1)
    channel[list(values)] = np.arange(len(values))
    known = (labels != IGNORE_INDEX) & (channel[labels] >= 0)
    rows, columns = np.nonzero(known)
    p = probabilities[rows, columns]
    own = p[np.arange(rows.size), channel[labels[rows, columns]]]
    thresholds.add(labels[rows, columns], own)
    best = np.array(values, np.uint8)[p.argmax(1)]
    differs = best != labels[rows, columns]
    return Suspects(
        image_id,
        shape,
        labels,
        rows[differs].astype(np.int32),
        columns[differs].astype(np.int32),
        best[differs],
        p.max(1)[differs],
        own[differs],
    )


def issues_of(suspects: Suspects, thresholds: NDArray[np.float64]) -> list[LabelIssue]:
    """Return the issues of one image, in no order; ``thresholds`` is float64 [256]."""
    sure = suspects.likely >= thresholds[suspects.best]
    rows, columns = suspects.rows[sure], suspects.columns[sure]
    best, margin, own = suspects.best[sure], (suspects.likely - suspects.own)[sure], suspects.own[sure]
    labels = suspects.labels[rows, columns]
    found = []
    for pair in np.unique(labels.astype(np.int32) * 256 + best):
        value, suggestion = divmod(int(pair), 256)
        chosen = (labels == value) & (best == suggestion)
        planes = np.zeros((3, *suspects.labels.shape), np.float32)
        planes[0, rows[chosen], columns[chosen]] = 1
        planes[1, rows[chosen], columns[chosen]] = margin[chosen]
        planes[2, rows[chosen], columns[chosen]] = own[chosen]
        found += _connected(suspects, planes, value, suggestion, float(thresholds[value]))
    return found


def _connected(suspects: Suspects, planes: Floats, value: int, suggestion: int, typical: float) -> list[LabelIssue]:
    """Return the connected regions of one pair; ``planes``: which cells, their margin, their own probability."""
    mask = planes[0] > 0
    number, parts, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
    labelled = cv2.connectedComponents((suspects.labels == value).view(np.uint8), connectivity=8)[1]
    sizes = np.bincount(np.ravel(labelled))
    found = []
    for part in range(1, number):
        if stats[part, cv2.CC_STAT_AREA] < LEAST_CELLS:
            continue
        cells = parts == part
        whole = int(np.bincount(labelled[cells]).argmax())
        share = min(1.0, float(cells.sum() / sizes[whole]))
        if share >= WHOLE:
            cells = labelled == whole
        rows, columns = (np.flatnonzero(cells.any(axis)) for axis in (1, 0))
        top, bottom, left, right = (int(each) for each in (rows[0], rows[-1] + 1, columns[0], columns[-1] + 1))
        box = Box(left * STRIDE, top * STRIDE, right * STRIDE, bottom * STRIDE).clipped(*suspects.shape)
        seen = cells & mask
        found.append(
            LabelIssue(
                suspects.image_id,
                box,
                cells[top:bottom, left:right],
                value,
                suggestion,
                float(planes[1][seen].sum()) * STRIDE**2,
                float(planes[2][seen].mean()),
                typical,
                share,
            )
        )
    return found
