"""Batches: crops of the training images without end, the same ones for the same seed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from segcore.classes import ClassSet
from segcore.errors import ImageError, LabelError, TrainingError
from segcore.learn.augment import Augment
from segcore.learn.dataset import Dataset, Pair
from segcore.learn.losses import class_weights, pixel_counts
from segcore.learn.request import Recipe
from segcore.models.preprocess import Preprocess
from segcore.progress import Progress, Task

STATISTICS_IMAGES = 200
"""Class weights and the size of the crops come from up to this many images; the others are read when needed."""


class Batches:
    """Draws crops from the training images.

    Attributes
    ----------
    skipped : dict[str, str]
        Images that cannot be read, or whose label map cannot, by key, with the reason; they are passed over.
    weights : NDArray[np.float32]
        [C], for the loss; after `read`.
    """

    def __init__(
        self,
        pairs: Sequence[Pair],
        classes: ClassSet,
        preprocess: Preprocess,
        recipe: Recipe,
        seed: int,
        ignore_index: int,
    ) -> None:
        self.skipped: dict[str, str] = {}
        self.weights: NDArray[np.float32] = np.ones(len(classes), np.float32)
        self._data = Dataset(pairs, classes, preprocess, ignore_index)
        self._recipe = recipe
        self._seed = seed
        self._numbers = list(range(len(self._data)))
        self._augment = Augment(32, 32)
        self._order = self._draws()

    def __len__(self) -> int:
        return len(self._numbers)

    def read(self) -> Task[None]:
        """Look at the images: how often each class occurs, how large they are, which cannot be used.

        Raises
        ------
        ImageError, LabelError
            When none can be read: the image, or a label map that is damaged, of another size or of unknown values.
        TrainingError
            When no pixel has a label that counts.
        """
        channels = len(self.weights)
        counts = np.zeros(channels, np.int64)
        shapes: list[tuple[int, ...]] = []
        failure: ImageError | LabelError | None = None
        stride = max(1, math.ceil(len(self._data) / STATISTICS_IMAGES))
        for number in range(0, len(self._data), stride):
            yield Progress(0, 0, f"Reading the images, {number + 1} of {len(self._data)}")
            try:
                sample = self._data[number]
            except (ImageError, LabelError) as error:
                failure = error
                self._skip(number, error)
                yield Progress(0, 0, f"Passed over: {error.message}")
                continue
            counts += pixel_counts([sample.truth], channels)
            shapes.append(sample.truth.shape)
            if not sample.points:
                self._numbers.remove(number)  # nothing in it counts
        if not shapes and failure is not None:
            raise failure
        if not counts.any():
            raise TrainingError(
                "No pixel of the training images has a label that counts.", "Paint or confirm some pixels first."
            )
        self.weights = class_weights(counts, self._recipe.weight_power)
        height, width = (float(n) for n in np.median(np.array(shapes), axis=0))
        shrink = min(1.0, math.sqrt(self._recipe.crop_pixels / (height * width)))
        self._augment = Augment(
            height=max(32, round(height * shrink / 32) * 32),
            width=max(32, round(width * shrink / 32) * 32),
            scale=self._recipe.scale,
            colour=self._recipe.colour,
            balance=self._recipe.balance,
        )

    def draw(self, count: int) -> tuple[Tensor, Tensor]:
        """Return the next ``count`` crops: images uint8 [N, 3, h, w], truth int64 [N, h, w] with 255 = ignore."""
        images: list[NDArray[np.uint8]] = []
        truths: list[NDArray[np.uint8]] = []
        while len(images) < count:
            number, seed = next(self._order)
            try:
                image, truth = self._augment(self._data[number], np.random.default_rng(seed))
            except (ImageError, LabelError) as error:
                self._skip(number, error)
                continue
            images.append(image)
            truths.append(truth)
        return (
            torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2),
            torch.from_numpy(np.stack(truths)).long(),
        )

    def _draws(self) -> Iterator[tuple[int, int]]:
        """(image, seed of its crop): every image once in each round, in random order."""
        random = np.random.default_rng(self._seed)
        while True:
            for number in random.permutation(self._numbers):
                yield int(number), int(random.integers(2**32))

    def _skip(self, number: int, error: ImageError | LabelError) -> None:
        self.skipped[self._data.pairs[number].key] = error.message
        if number in self._numbers:
            self._numbers.remove(number)
        if not self._numbers:
            raise error
