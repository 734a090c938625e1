"""Augmentation on uint8 with OpenCV: one warp (scale, crop, flip) and one lookup table (colour)."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.classes import IGNORE_INDEX
from segcore.learn.dataset import Sample


@dataclass(frozen=True)
class Augment:
    """How an image is varied.

    Attributes
    ----------
    height, width : int
        Of the crop, pixels.
    scale : (float, float)
        The image is resized by a factor between these, evenly on a logarithmic scale.
    colour : float
        Brightness, contrast and each channel's gain vary by up to this share; 0 leaves colours alone.
    flip : bool
        Half of the crops are mirrored left to right.
    balance : float
        Share of the crops that are centred on a pixel of a class drawn evenly among those that occur; the others lie
        anywhere, but always around a pixel that counts.
    """

    height: int
    width: int
    scale: tuple[float, float] = (0.75, 1.5)
    colour: float = 0.25
    flip: bool = True
    balance: float = 0.5

    def __call__(self, sample: Sample, random: np.random.Generator) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Draw one crop.

        Returns
        -------
        image : NDArray[np.uint8]
            RGB [height, width, 3]; mid-grey beyond the picture's edge.
        truth : NDArray[np.uint8]
            [height, width], 255 beyond the picture's edge.
        """
        factor = float(np.exp(random.uniform(np.log(self.scale[0]), np.log(self.scale[1]))))
        x, y = self._corner(sample, factor, random)
        across = -factor if self.flip and random.random() < 0.5 else factor
        offset = -x if across > 0 else x + self.width - 1
        matrix = np.array([[across, 0, offset], [0, factor, -y]], np.float64)
        size = (self.width, self.height)
        image = cv2.warpAffine(
            sample.image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(127,) * 3
        )
        truth = cv2.warpAffine(
            sample.truth,
            matrix,
            size,
            flags=cv2.INTER_NEAREST,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(IGNORE_INDEX,),
        )
        return self._coloured(np.asarray(image, np.uint8), random), np.asarray(truth, np.uint8)

    def _corner(self, sample: Sample, factor: float, random: np.random.Generator) -> tuple[float, float]:
        """Left and top of the crop, in pixels of the resized image."""
        height, width = (n * factor for n in sample.truth.shape)
        channels = sorted(sample.points)
        spare_x, spare_y = width - self.width, height - self.height
        if channels and random.random() < self.balance:
            points = sample.points[channels[int(random.integers(len(channels)))]]
        elif channels:
            points = np.concatenate([sample.points[c] for c in channels])
        else:
            return random.uniform() * spare_x, random.uniform() * spare_y
        at_y, at_x = points[int(random.integers(len(points)))] * factor
        x = at_x - random.uniform(0.1, 0.9) * self.width
        y = at_y - random.uniform(0.1, 0.9) * self.height
        # A crop larger than the image (negative spare) may lie anywhere that holds all of it.
        return (
            float(np.clip(x, min(0.0, spare_x), max(0.0, spare_x))),
            float(np.clip(y, min(0.0, spare_y), max(0.0, spare_y))),
        )

    def _coloured(self, image: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
        if self.colour <= 0:
            return image
        contrast, brightness, *gains = random.uniform(-self.colour, self.colour, 5)
        ramp = (np.arange(256, dtype=np.float64) - 127.0) * (1.0 + contrast) + 127.0 * (1.0 + brightness)
        # The three gains vary the tint; a third of the range keeps skies blue.
        table = np.stack([ramp * (1.0 + gain / 3.0) for gain in gains], axis=-1)
        return np.asarray(cv2.LUT(image, np.clip(np.rint(table), 0, 255).astype(np.uint8)[None]), np.uint8)
