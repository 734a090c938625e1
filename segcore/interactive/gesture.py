"""What smart stroke and edge refine have in common: what the pen covered, and what the network says there."""

from __future__ import annotations

from collections.abc import Callable, Generator

import numpy as np
from numpy.typing import NDArray

from segcore.editing.box import Box
from segcore.editing.brush import Covered, covered_by
from segcore.errors import CrfError
from segcore.interactive.window import Window
from segcore.labels.classes import IGNORE_INDEX
from segcore.progress import Progress, mapped

Probabilities = Callable[[Box], NDArray[np.float32]]
"""The network's probabilities, float32 [C, h, w], of a box inside the image; called once a window, on the thread that
drives the task."""


def check_maps(image: NDArray[np.uint8], labels: NDArray[np.uint8], provenance: NDArray[np.uint8]) -> None:
    """Raise CrfError unless these are an RGB image and two maps of its size."""
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
        raise CrfError(f"The CRF got an image of shape {image.shape}, {image.dtype}.", "It takes 8-bit RGB images.")
    if labels.shape != image.shape[:2] or provenance.shape != image.shape[:2]:
        raise CrfError(
            f"The image is {image.shape[:2]}, its labels {labels.shape}, their provenance {provenance.shape}.",
            "Load this image again.",
        )


def trimmed(stroke: Covered | NDArray[np.bool_], shape: tuple[int, ...]) -> Covered:
    """Return a stroke, given as box and mask or as bool [H, W], with the smallest box that holds it.

    Raises CrfError when it does not fit an image of this shape, [H, W].
    """
    box, mask = stroke if isinstance(stroke, Covered) else (Box(0, 0, stroke.shape[1], stroke.shape[0]), stroke)
    if mask.shape != (box.height, box.width) or box.clipped(shape[0], shape[1]) != box:
        raise CrfError(f"A stroke of {mask.shape} does not fit an image of {shape}.", "Load this image again.")
    return covered_by(mask, box.left, box.top)


class Network:
    """The network's probabilities in a window, by class value; those of the last window are kept.

    Parameters
    ----------
    probabilities : Probabilities | None
        None without a model.
    values : NDArray[np.uint8]
        [C], the class value of each channel; 255 for channels that stand for no class of the project.
    """

    def __init__(self, probabilities: Probabilities | None, values: NDArray[np.uint8]) -> None:
        self._probabilities = probabilities
        self._values = np.asarray(values if probabilities is not None else (), np.uint8)
        self._window: Window | None = None
        self._found = np.zeros((0, 0, 0), np.float32)
        self._channels: dict[int, NDArray[np.float32]] = {}

    def of(self, window: Window, value: int) -> NDArray[np.float32] | None:
        """Return the probability of one class, float32 [h, w]; None when the network does not know it."""
        if value == IGNORE_INDEX:
            return None
        channels = [self._channel(window, int(number)) for number in np.flatnonzero(self._values == value)]
        return np.asarray(np.sum(channels, axis=0), np.float32) if channels else None

    def highest(self, window: Window, among: NDArray[np.bool_]) -> NDArray[np.float32] | None:
        """Return the highest probability among some class values, bool [256], float32 [h, w]; None: it knows none."""
        channels = [self._channel(window, int(number)) for number in np.flatnonzero(among[self._values])]
        return np.asarray(np.max(channels, axis=0), np.float32) if channels else None

    def _channel(self, window: Window, number: int) -> NDArray[np.float32]:
        if self._window is not window:
            assert self._probabilities is not None
            self._found = self._probabilities(window.box)
            wanted = (len(self._values), window.box.height, window.box.width)
            if self._found.shape != wanted:
                raise CrfError(f"The probabilities are {self._found.shape}, not {wanted}.", "Predict this image again.")
            self._window, self._channels = window, {}
        if number not in self._channels:
            # what is not finite would spread
            share = window.share(self._found[number])
            self._channels[number] = np.nan_to_num(share, nan=0.0, posinf=1.0, neginf=0.0)
        return self._channels[number]


def stepped(
    deciding: Generator[int, None, NDArray[np.float32]], part: int, parts: int, iterations: int
) -> Generator[Progress, None, NDArray[np.float32]]:
    """Turn the iterations of one of several parts into Progress; return what they return, close them when closed."""
    return (yield from mapped(deciding, lambda done: Progress(part + done / iterations, parts)))
