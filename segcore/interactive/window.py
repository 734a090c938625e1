"""Windows: the part of the image round a stroke, kept while the pen stays in it."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.crf.parameters import CrfParameters
from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.interactive.geodesic import Terrain

if TYPE_CHECKING:
    from segcore.crf.fast import FastCrf

Number = TypeVar("Number", np.uint8, np.float32)

LEAST = 256
"""Pixels; a window is at least so high and wide where the image is."""
STEP = 64
"""Pixels; sizes and places are whole multiples, so that neighbouring strokes share a window."""
MOST = 100_000
"""Pixels at the window's own scale; beyond, it is looked at from farther away, so that time stays bounded."""
GRID_PIXELS = 8_000
"""Grid pixels of the CRF in a small window; a larger one has a sixth of its pixels, so that a stroke does not wait."""
KEPT = 6
"""Windows of one image that stay in memory."""
BINS = 16
"""Steps of each colour channel that a `ColourModel` tells apart."""


class Window:
    """A part of the image, at full size or reduced, with what depends on its pixels only.

    Attributes
    ----------
    box : Box
        Where in the image.
    factor : int
        One pixel here stands for ``factor`` x ``factor`` of the image.
    image : NDArray[np.uint8]
        [h, w, 3], h and w are the box's divided by the factor, rounded up.
    cut : tuple[bool, bool, bool, bool]
        Whether the image goes on beyond the window's top, bottom, left and right.
    """

    def __init__(self, image: NDArray[np.uint8], box: Box, factor: int) -> None:
        self.box = box
        self.factor = factor
        height, width = image.shape[:2]
        self.cut = (box.top > 0, box.bottom < height, box.left > 0, box.right < width)
        self._size = (-(-box.width // factor), -(-box.height // factor))
        self.image = np.ascontiguousarray(self._resized(image[box.slices], cv2.INTER_AREA))
        self._crf: tuple[CrfParameters, FastCrf] | None = None

    def crf(self, parameters: CrfParameters) -> FastCrf:
        """Return the fast engine on this window; the reaches are those of the image at full size."""
        if self._crf is None or self._crf[0] != parameters:
            from segcore.crf.fast import FastCrf

            reduced = CrfParameters(
                parameters.w1,
                parameters.w2,
                max(parameters.theta_alpha / self.factor, 2.0),
                parameters.theta_beta,
                max(parameters.theta_gamma / self.factor, 0.5),
                parameters.iterations,
            )
            grid_pixels = max(GRID_PIXELS, len(self.image) * self.image.shape[1] // 6)
            self._crf = (parameters, FastCrf(self.image, reduced, grid_pixels=grid_pixels))
        return self._crf[1]

    @cached_property
    def colours(self) -> NDArray[np.int32]:
        """Int32 [h, w]: the cell of each pixel in a cube of BINS³ colours."""
        cells = (self.image // (256 // BINS)).astype(np.int32)
        return np.asarray((cells[..., 0] * BINS + cells[..., 1]) * BINS + cells[..., 2], np.int32)

    @cached_property
    def terrain(self) -> Terrain:
        """How hard each step between neighbouring pixels is."""
        return Terrain(self.image)

    def labels(self, labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return uint8 [h, w] of a map, uint8 [H, W], of the whole image (labels or provenance)."""
        return self._resized(labels[self.box.slices], cv2.INTER_NEAREST)

    def reduced(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return bool [h, w] of bool [box.height, box.width]: one pixel stands for each square."""
        return self._resized(mask.view(np.uint8), cv2.INTER_NEAREST).view(np.bool_)

    def mask(self, covered: Covered) -> NDArray[np.bool_]:
        """Return bool [h, w]: pixels that a stroke covers at least in part."""
        found = self.cropped(covered)
        if self.factor == 1:
            return found
        return self._resized(found.astype(np.float32), cv2.INTER_AREA) > 0

    def cropped(self, covered: Covered) -> NDArray[np.bool_]:
        """Return bool [box.height, box.width] of the window: what a stroke, perhaps outside in part, covers of it."""
        box, mask = covered
        inner = Box(
            max(box.left, self.box.left),
            max(box.top, self.box.top),
            min(box.right, self.box.right),
            min(box.bottom, self.box.bottom),
        )
        found = np.zeros((self.box.height, self.box.width), np.bool_)
        if not inner.is_empty:
            rows = slice(inner.top - self.box.top, inner.bottom - self.box.top)
            columns = slice(inner.left - self.box.left, inner.right - self.box.left)
            found[rows, columns] = mask[
                inner.top - box.top : inner.bottom - box.top, inner.left - box.left : inner.right - box.left
            ]
        return found

    def share(self, probability: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return float32 [h, w] of the probability of one class, [box.height, box.width]: its mean."""
        return self._resized(np.asarray(probability, np.float32), cv2.INTER_AREA)

    def enlarged(self, marginals: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return float32 [box.height, box.width] of [h, w], bilinear."""
        if self.factor == 1:
            return marginals
        size = (self._size[0] * self.factor, self._size[1] * self.factor)
        large = cv2.resize(marginals, size, interpolation=cv2.INTER_LINEAR)
        return np.asarray(large[: self.box.height, : self.box.width], np.float32)

    def _resized(self, array: NDArray[Number], how: int) -> NDArray[Number]:
        if self.factor == 1:
            return array
        # to whole multiples first, so that every pixel here stands for a square there
        bottom = self._size[1] * self.factor - array.shape[0]
        right = self._size[0] * self.factor - array.shape[1]
        padded = cv2.copyMakeBorder(array, 0, bottom, 0, right, cv2.BORDER_REPLICATE)
        return np.asarray(cv2.resize(padded, self._size, interpolation=how), array.dtype)


class Windows:
    """The windows of one image that were used last.

    Keep one an image and give it to each `SmartStroke` and `EdgeRefine` on it. A window is used again as long as the
    stroke keeps its distance from the rim, so the answer does not jump while the pen moves.

    Parameters
    ----------
    image : NDArray[np.uint8]
        RGB, [H, W, 3].
    """

    def __init__(self, image: NDArray[np.uint8]) -> None:
        self.image = image
        self._recent: list[Window] = []

    def around(self, box: Box) -> Window:
        """Return the window round a stroke's box, which is not empty and lies inside the image."""
        height, width = self.image.shape[:2]
        fresh = window_box(box, height, width)
        factor = reduction(fresh)
        reach = max(box.width, box.height) // 4 + LEAST // 16
        needed = box.widened(reach).clipped(height, width)
        for window in self._recent:
            if window.factor == factor and window.box.united(needed) == window.box:
                break
        else:
            window = Window(self.image, fresh, factor)
        return self._used(window)

    def at(self, box: Box) -> Window:
        """Return the window that is exactly this box, at full size."""
        for window in self._recent:
            if window.factor == 1 and window.box == box:
                return self._used(window)
        return self._used(Window(self.image, box, 1))

    def is_enough(self, box: Box) -> bool:
        """Whether `around` shows a stroke in ``box`` at full size."""
        return reduction(window_box(box, *self.image.shape[:2])) == 1

    def _used(self, window: Window) -> Window:
        self._recent = [window, *(other for other in self._recent if other is not window)][:KEPT]
        return window


def window_box(box: Box, height: int, width: int) -> Box:
    """Return the window for a stroke in ``box``: room on all sides for half its extent, inside the image."""
    room = max(box.width, box.height) // 2 + LEAST // 8
    left, right = _span(box.left, box.right, room, width)
    top, bottom = _span(box.top, box.bottom, room, height)
    return Box(left, top, right, bottom)


def reduction(box: Box) -> int:
    """Return the factor by which a window of this size is reduced."""
    return max(1, math.ceil(math.sqrt(box.width * box.height / MOST)))


def _span(start: int, stop: int, room: int, length: int) -> tuple[int, int]:
    size = max(LEAST, -(-(stop - start + 2 * room) // STEP) * STEP)
    if size >= length:
        return 0, length
    first = round((start + stop - size) / 2 / STEP) * STEP
    first = min(max(first, 0), length - size)
    return first, first + size
