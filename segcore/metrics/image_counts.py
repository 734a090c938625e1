"""ImageCounts: the confusion matrix of one image, and the IoU of many of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.metrics.scores import ConfusionMatrix


@dataclass(frozen=True)
class ImageCounts:
    """The confusion matrix of one image, without its zeros: of 150 classes an image shows ten.

    Attributes
    ----------
    key : str
        The image.
    channels : int
        C.
    places : NDArray[np.int64]
        [n], ascending: places in the flattened matrix [C, C + 1], true channel (row) by predicted channel (column); the
        last column is for pixels without a prediction.
    pixels : NDArray[np.int64]
        [n], how many pixels there are at each place, 1 and above.
    """

    key: str
    channels: int
    places: NDArray[np.int64]
    pixels: NDArray[np.int64]

    @classmethod
    def of(cls, key: str, truth: NDArray[np.uint8], labels: NDArray[np.uint8], channels: int) -> ImageCounts:
        """Count uint8 [H, W] truth (channels, 255 = ignore) against labels (channels, 255 = none)."""
        matrix = ConfusionMatrix(channels)
        matrix.update(truth, labels)
        return cls.from_counts(key, np.concatenate([matrix.counts, matrix.missed[:, None]], axis=1))

    @classmethod
    def from_counts(cls, key: str, counts: NDArray[np.int64]) -> ImageCounts:
        """Keep a matrix int64 [C, C + 1]."""
        places = np.flatnonzero(counts)
        return cls(key, len(counts), places, counts.flat[places])

    @property
    def counts(self) -> NDArray[np.int64]:
        """Int64 [C, C + 1]."""
        counts = np.zeros((self.channels, self.channels + 1), np.int64)
        counts.flat[self.places] = self.pixels
        return counts

    @property
    def empty(self) -> bool:
        """Whether nothing in the image is known."""
        return not len(self.places)

    def to_json(self) -> list[Any]:
        """Return JSON values for `from_json`."""
        return [self.key, self.channels, self.places.tolist(), self.pixels.tolist()]

    @classmethod
    def from_json(cls, data: Any) -> ImageCounts:
        """Return the inverse of `to_json`. Raises TypeError, ValueError."""
        key, channels, places, pixels = data
        return cls(str(key), int(channels), np.asarray(places, np.int64), np.asarray(pixels, np.int64))


def total(images: Sequence[ImageCounts], channels: int) -> ConfusionMatrix:
    """Add up the matrices of all images."""
    counts = np.zeros((channels, channels + 1), np.int64)
    for image in images:
        counts.flat[image.places] += image.pixels
    matrix = ConfusionMatrix(channels)
    matrix.counts, matrix.missed = counts[:, :-1].copy(), counts[:, -1].copy()
    return matrix


def parts(images: Sequence[ImageCounts], channels: int) -> NDArray[np.float64]:
    """Float64 [images, 2, C]: of each class the pixels that are right, and those of truth or prediction (the union)."""
    found = np.zeros((len(images), 2, channels))
    for row, image in zip(found, images, strict=True):
        counts = image.counts
        row[0] = np.diag(counts)
        row[1] = counts.sum(1) + counts[:, :-1].sum(0) - row[0]
    return found


def iou(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Float64 [..., 2, C] right and union -> [..., C] IoU; NaN where a class is in neither truth nor prediction."""
    right, union = parts[..., 0, :], parts[..., 1, :]
    return np.asarray(np.divide(right, union, out=np.full(right.shape, np.nan), where=union > 0))


def mean_iou(iou: NDArray[np.float64]) -> NDArray[np.float64]:
    """Float64 [..., C] -> [...]: the mean over the classes that have an IoU; NaN when none has."""
    there = np.isfinite(iou)
    number = there.sum(-1)
    total = np.where(there, iou, 0.0).sum(-1)
    return np.asarray(np.divide(total, number, out=np.full(total.shape, np.nan), where=number > 0))
