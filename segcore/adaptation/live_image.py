"""LiveImage: what the live head keeps of the image that is worked on."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.class_change import ClassChange
from segcore.adaptation.class_shares import SHARE_SCALE, ClassShares
from segcore.adaptation.feature_pyramid import STRIDE, Floats, cell_features, gather
from segcore.adaptation.fine_head import Examples, FineImage
from segcore.adaptation.growth import Growth
from segcore.adaptation.live_options import LiveOptions
from segcore.adaptation.ridge import Doubles, Sums, evenly
from segcore.adaptation.spread import Spread
from segcore.editing.box import Box
from segcore.editing.brush import Covered

RECENT = 3
"""Strokes."""
MOST_CELLS, MOST_STROKE_CELLS = 16_384, 1024
"""Cells that are learned of a class of an image, and of a stroke, evenly spread; their weights stand for all."""


@dataclass(frozen=True)
class LearnedStroke:
    """What one stroke brought: cells and their weights, pixels painted, and examples for the fine head."""

    value: int
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    weights: NDArray[np.float32]
    pixels: float
    fine: Examples | None = None


@dataclass
class LiveImage:
    """The open image: its features, scaled, and what strokes on it brought.

    Attributes
    ----------
    image : NDArray[np.uint8]
        RGB [H, W, 3], 0-255; not a copy.
    levels : tuple[NDArray[np.float16], ...]
        [h, w, D] each, as `Normaliser` gives them.
    strides : tuple[int, ...]
        Pixels for one cell of each level.
    key : str
        Names the image; "" for one that is not remembered.
    known_before : bool
        Whether its final labels were learned at an earlier time.
    shares : ClassShares or None
        What the network in use says.
    slots : tuple[int, ...]
        Class values that have a feature of `CoarseHead` of their own.
    growth : Growth or None
        Of the last stroke.
    spread : Spread or None
        Of all strokes on thin things.
    """

    image: NDArray[np.uint8]
    levels: tuple[NDArray[np.float16], ...]
    strides: tuple[int, ...]
    sums: Sums
    key: str = ""
    known_before: bool = False
    shares: ClassShares | None = None
    slots: tuple[int, ...] = ()
    fine: FineImage | None = None
    growth: Growth | None = None
    spread: Spread | None = None
    strokes: dict[int, LearnedStroke] = field(default_factory=dict)

    def learn(self, number: int, covered: Covered, value: int, options: LiveOptions, whole: bool = False) -> None:
        """Add pixels of a class to what is known: the stroke of that number, or the ``whole`` of what is painted."""
        rows, columns, share = cells(covered)
        total = max(1e-6, float(share.sum()))
        some = evenly(rows.size, MOST_CELLS if whole else MOST_STROKE_CELLS)
        rows, columns, share = rows[some], columns[some], share[some] * np.float32(rows.size / max(1, some.size))
        most = max(options.stroke_weight, options.image_weight * math.sqrt(total) if whole else 0.0)
        weights = share * np.float32(min(options.cell_weight, most / total))
        self.sums.add(self.features(rows, columns), weights, value)
        self.strokes[number] = LearnedStroke(value, rows, columns, weights, float(covered.mask.sum()))

    def rename_classes(self, change: ClassChange, slots: tuple[int, ...], coarse: Doubles, matrix: Doubles) -> None:
        """Use other class values.

        ``slots`` are those of `CoarseHead` now; ``coarse`` and ``matrix`` come from the two heads' ``rename_classes``.
        """
        self.sums, self.slots, self.growth = self.sums.by(change, coarse), slots, None
        self.shares = None if self.shares is None else self.shares.renamed(change)
        if self.spread is not None:
            self.spread.rename_classes(change)
        if self.fine is not None:
            self.fine.sums = self.fine.sums.widened(matrix.shape[1]).mapped(matrix).renamed(change)
        self.strokes = {
            number: replace(each, value=new, fine=None if each.fine is None else each.fine.renamed(new, matrix))
            for number, each in self.strokes.items()
            if (new := change.get(each.value, each.value)) is not None
        }

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) in pixels."""
        return self.image.shape[0], self.image.shape[1]

    @property
    def cells(self) -> tuple[int, int]:
        """(rows, columns) of the cells at `STRIDE` that hold a pixel of the image."""
        return -(-self.shape[0] // STRIDE), -(-self.shape[1] // STRIDE)

    @property
    def recent(self) -> list[LearnedStroke]:
        """The last strokes, which say what a person is working on."""
        return list(self.strokes.values())[-RECENT:]

    def painted(self) -> dict[int, float]:
        """Return the pixels that strokes covered, by class value."""
        found: dict[int, float] = {}
        for stroke in self.strokes.values():
            found[stroke.value] = found.get(stroke.value, 0.0) + stroke.pixels
        return found

    def features(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Floats:
        """Return float32 [n, D + 1 + slots] of these cells: of the network, 1, and what the network in use says."""
        found = cell_features(self.levels, self.strides, rows, columns)
        if not self.slots:
            return found
        said = np.zeros((rows.size, len(self.slots)), np.float32)
        if self.shares is not None and not self.shares.trained_on_it:
            places = [self.slots.index(value) for value in self.shares.values]
            shares = gather(self.shares.shares, self.shares.stride // STRIDE, rows, columns)
            said[:, places] = shares * np.float32(SHARE_SCALE)
        return np.concatenate([found, said], axis=1)


def cells(covered: Covered) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """Return rows and columns of the cells that are covered in part, and of each the share, 0-1."""
    box = covered.box
    top, left = box.top // STRIDE * STRIDE, box.left // STRIDE * STRIDE
    share = shares(np.pad(covered.mask, ((box.top - top, 0), (box.left - left, 0))))
    rows, columns = np.nonzero(share)
    return rows + top // STRIDE, columns + left // STRIDE, share[rows, columns]


def shares(mask: NDArray[np.bool_]) -> Floats:
    """Bool [H, W] -> float32 [ceil(H / STRIDE), ceil(W / STRIDE)]: share of each cell that is set."""
    padded = np.pad(mask, ((0, -mask.shape[0] % STRIDE), (0, -mask.shape[1] % STRIDE)))
    blocks = padded.reshape(padded.shape[0] // STRIDE, STRIDE, padded.shape[1] // STRIDE, STRIDE)
    return np.asarray(blocks.mean((1, 3), dtype=np.float32), np.float32)


def beside(strokes: list[LearnedStroke], shape: tuple[int, int], region: Box) -> NDArray[np.bool_]:
    """Return where strokes lie in a region of pixels, bool [h, w], a cell of `STRIDE` more at each side.

    ``shape`` is the (rows, columns) of the image's cells.
    """
    wide = cells_beside(strokes, shape)
    rows, columns = (
        np.arange(first, last) // STRIDE for first, last in ((region.top, region.bottom), (region.left, region.right))
    )
    return np.asarray(wide[np.ix_(rows, columns)])


def cells_beside(strokes: list[LearnedStroke], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return which cells of an image of ``shape`` (rows, columns) strokes touch, and those next to them."""
    found = np.zeros(shape, np.uint8)
    for stroke in strokes:
        found[stroke.rows, stroke.columns] = 1
    return np.asarray(cv2.dilate(found, np.ones((3, 3), np.uint8)) > 0)
