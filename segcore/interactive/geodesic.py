"""Geodesic distance: how far it is from a scribble to each pixel for one who climbs no edges."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_FAR = 1e6
_DIAGONAL = 1.4142


class Terrain:
    """What a step from pixel to pixel costs: its length, and more the more the colour changes along it.

    Works at half the size, for speed and against noise. The distance transform of Toivanen (1996) by raster scans in
    all four directions; one round of them is exact for ways that turn less than all the way round.

    Parameters
    ----------
    image : NDArray[np.uint8]
        RGB, [h, w, 3].
    climb : float
        Cost of a change of colour as large as this image's median one between neighbours, in steps.
    """

    def __init__(self, image: NDArray[np.uint8], climb: float = 0.3) -> None:
        self._shape = image.shape[:2]
        self._half = ((image.shape[1] + 1) // 2, (image.shape[0] + 1) // 2)
        small = cv2.resize(image, self._half, interpolation=cv2.INTER_AREA).astype(np.float32)
        usual = float(np.median(np.abs(np.diff(small, axis=1)).sum(axis=2))) + 1.0 if small.shape[1] > 1 else 1.0
        self._unit = 1.0 + 0.7 * climb
        scale = climb / usual
        self._down = _steps(small, scale)
        self._right = _steps(np.ascontiguousarray(small.transpose(1, 0, 2)), scale)

    def distance(self, seed: NDArray[np.bool_]) -> Floats:
        """Return float32 [h, w]: pixels from ``seed``, bool [h, w]; on even ground about the Euclidean distance."""
        start = cv2.resize(seed.astype(np.float32), self._half, interpolation=cv2.INTER_AREA) > 0
        distance = np.where(start, np.float32(0), np.float32(_FAR))
        _scan(distance, *self._down)
        turned = np.ascontiguousarray(distance.T)
        _scan(turned, *self._right)
        size = (self._shape[1], self._shape[0])
        full = cv2.resize(np.ascontiguousarray(turned.T), size, interpolation=cv2.INTER_LINEAR)
        return np.asarray(full * np.float32(2.0 / self._unit), np.float32)


def _steps(image: Floats, scale: float) -> tuple[Floats, Floats, Floats]:
    """Costs of the steps from each row to the next: straight, to the right, to the left."""

    def cost(here: Floats, there: Floats, length: float) -> Floats:
        return np.asarray(length + scale * np.sqrt(((here - there) ** 2).sum(axis=2)), np.float32)

    return (
        cost(image[:-1], image[1:], 1.0),
        cost(image[:-1, :-1], image[1:, 1:], _DIAGONAL),
        cost(image[:-1, 1:], image[1:, :-1], _DIAGONAL),
    )


def _scan(distance: Floats, straight: Floats, right: Floats, left: Floats) -> None:
    """Relax each row from the one above, then each from the one below; in place."""
    room = np.empty(distance.shape[1], np.float32)
    for first, second, forth, back, rows in (
        (-1, -1, right, left, range(1, len(distance))),
        (1, 0, left, right, range(len(distance) - 2, -1, -1)),
    ):
        for row in rows:
            other, here, step = distance[row + first], distance[row], row + second
            np.minimum(here, np.add(other, straight[step], out=room), out=here)
            np.minimum(here[1:], np.add(other[:-1], forth[step], out=room[1:]), out=here[1:])
            np.minimum(here[:-1], np.add(other[1:], back[step], out=room[:-1]), out=here[:-1])
