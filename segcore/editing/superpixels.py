"""Superpixels: small pieces of like colour whose borders follow the edges in the image.

Each begins at the flattest pixel of a cell of a regular grid and grows by watershed, as waterpixels do (Machairas et
al., "Waterpixels", IEEE Transactions on Image Processing 24, 2015), but without their pull towards the grid.
"""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from segcore.editing.brush import NOTHING, Covered, covered_by

LEAST_SIDE, MOST_SIDE = 4, 128
"""Pixels: of a cell of the grid."""
TILE = 256
"""Pixels: superpixels are found in squares of this side, which none of them crosses, so that it takes a moment only."""
KEPT = 64
"""Tiles whose superpixels are kept: 8 MB."""

NEIGHBOURS = tuple((dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if dy or dx)


def superpixels(image: NDArray[np.uint8], side: int) -> NDArray[np.uint16]:
    """Return the number of the superpixel of each pixel, uint16 [H, W], from 1 on.

    Parameters
    ----------
    image : NDArray[np.uint8]
        RGB [H, W, 3], at most `TILE` pixels high and wide.
    side : int
        Of the cells of the grid, in pixels; kept within 4-128. There is one superpixel for each cell.
    """
    import cv2  # only now: the window must be seen soon

    side = min(max(side, LEAST_SIDE), MOST_SIDE)
    smooth = cv2.GaussianBlur(np.ascontiguousarray(image), (3, 3), 0)
    # One pixel more on each side: OpenCV takes the outermost ones for borders.
    around = cv2.copyMakeBorder(smooth, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    markers = np.zeros(around.shape[:2], np.int32)
    markers[1:-1, 1:-1] = _seeds(np.asarray(smooth, np.uint8), side)
    cv2.watershed(around, markers)
    numbers = markers[1:-1, 1:-1].copy()
    _fill_borders(np.asarray(smooth, np.int16), numbers)
    return numbers.astype(np.uint16)


def _seeds(image: NDArray[np.uint8], side: int) -> NDArray[np.int32]:
    """Return where superpixels begin, int32 [H, W]: a number at the flattest pixel of each cell, 0 elsewhere."""
    import cv2

    height, width = image.shape[:2]
    steepest = np.zeros((height, width), np.float32)
    for dx, dy in ((1, 0), (0, 1)):
        slope = np.abs(cv2.Sobel(image, cv2.CV_32F, dx, dy)).reshape(height, width, -1)
        steepest += slope.max(axis=2)
    rows, columns = -(-height // side), -(-width // side)
    y, x = np.mgrid[:height, :width]
    # Between pixels as flat as each other, the one nearest to the middle of the cell.
    steepest += 0.01 * np.hypot(y % side - (side - 1) / 2, x % side - (side - 1) / 2).astype(np.float32)
    cells = np.full((rows * side, columns * side), np.inf, np.float32)
    cells[:height, :width] = steepest
    flattest = cells.reshape(rows, side, columns, side).swapaxes(1, 2).reshape(rows * columns, -1).argmin(axis=1)
    cell = np.arange(rows * columns)
    seeds = np.zeros((height, width), np.int32)
    seeds[cell // columns * side + flattest // side, cell % columns * side + flattest % side] = cell + 1
    return seeds


def _fill_borders(image: NDArray[np.int16], numbers: NDArray[np.int32]) -> None:
    """Give each pixel between superpixels (below 1) the number of the neighbour whose colour is nearest; in place."""
    height, width = numbers.shape
    while (numbers < 1).any():
        y, x = np.nonzero(numbers < 1)
        nearest = np.full(y.size, np.iinfo(np.int32).max, np.int32)
        found = np.zeros(y.size, np.int32)
        for dy, dx in NEIGHBOURS:
            ny, nx = np.clip(y + dy, 0, height - 1), np.clip(x + dx, 0, width - 1)
            number = numbers[ny, nx]
            distance = np.abs(image[y, x] - image[ny, nx]).sum(axis=1, dtype=np.int32)
            better = (number > 0) & (distance < nearest)
            nearest[better], found[better] = distance[better], number[better]
        numbers[y, x] = found


class SuperpixelTiles:
    """The superpixels of an image, found tile by tile where they are asked for.

    Parameters
    ----------
    image : NDArray[np.uint8]
        RGB [H, W, 3]; not changed meanwhile.
    side : int
        See `superpixels`.
    """

    def __init__(self, image: NDArray[np.uint8], side: int) -> None:
        self.image, self.side = image, side
        self._tiles: OrderedDict[tuple[int, int], NDArray[np.uint16]] = OrderedDict()

    def at(self, x: int, y: int) -> Covered:
        """Return the superpixel of a pixel; nothing outside of the image."""
        height, width = self.image.shape[:2]
        if not (0 <= x < width and 0 <= y < height):
            return NOTHING
        left, top = x // TILE * TILE, y // TILE * TILE
        numbers = self._numbers(left, top)
        return covered_by(numbers == numbers[y - top, x - left], left, top)

    def _numbers(self, left: int, top: int) -> NDArray[np.uint16]:
        found = self._tiles.pop((left, top), None)
        if found is None:
            found = superpixels(self.image[top : top + TILE, left : left + TILE], self.side)
        self._tiles[left, top] = found
        if len(self._tiles) > KEPT:
            self._tiles.popitem(last=False)
        return found
