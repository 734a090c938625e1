"""Batches: crops of the training images without end; the crop of a number is the same for the same seed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from segcore.errors import ImageError, LabelError, TrainingError
from segcore.labels.classes import ClassSet
from segcore.models.preprocess import Preprocess
from segcore.progress import Progress, Task
from segcore.training.augment import Augment
from segcore.training.dataset import Dataset, Pair
from segcore.training.losses import class_weights, pixel_counts
from segcore.training.recipe import MIN_CROP, Recipe

Crop = tuple[Tensor, Tensor, Tensor]
"""Image, truth, and where a label is confirmed but not painted; see `Example`."""

STATISTICS_IMAGES = 200
"""Class weights and the size of the crops come from up to this many images; the others are read when needed."""

SIDE = 32
"""Crops are multiples of this, where the recipe does not say their size."""


class Batches:
    """Crops of the training images, by number.

    Crop ``n`` depends on ``n`` and the seed alone: not on which were drawn before, nor by which thread or process.

    Attributes
    ----------
    skipped : dict[str, str]
        Images that cannot be read, or whose label map cannot, by key, with the reason; they are passed over.
    weights : NDArray[np.float32]
        [C], for the loss; after `read`.
    missing : tuple[str, ...]
        Names of the classes that never occur; after `read`.
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
        self.missing: tuple[str, ...] = ()
        self._data = Dataset(pairs, classes, preprocess, ignore_index)
        self._recipe = recipe
        self._seed = seed
        self._numbers = list(range(len(self._data)))
        self._augment = Augment(MIN_CROP, MIN_CROP)
        self._round = lru_cache(4)(self._shuffled)

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
        counts = np.zeros(len(self.weights), np.int64)
        shapes: list[tuple[int, ...]] = []
        failure: ImageError | LabelError | None = None
        stride = max(1, math.ceil(len(self._data) / STATISTICS_IMAGES))
        chosen = range(0, len(self._data), stride)
        others = [number for number in range(len(self._data)) if number % stride]
        for number in [*chosen, *others]:
            if number % stride and counts.all():
                break  # the others are only looked at for classes that the chosen examples do not show
            yield Progress(0, 0, f"Reading the images, {number + 1} of {len(self._data)}")
            try:
                example = self._data[number]
            except (ImageError, LabelError) as error:
                failure = error
                self._skip(number, error)
                yield Progress(0, 0, f"Passed over: {error.message}")
                continue
            counts += pixel_counts([example.truth], len(counts))
            shapes.append(example.truth.shape)
            if not example.points:
                self._numbers.remove(number)  # nothing in it counts
        if not shapes and failure is not None:
            raise failure
        if not counts.any():
            raise TrainingError(
                "No pixel of the training images has a label that counts.", "Paint or confirm some pixels first."
            )
        names = self._data.classes.names
        self.missing = tuple(name for name, count in zip(names, counts, strict=True) if not count)
        self.weights = class_weights(counts, self._recipe.weight_power)
        self._augment = self._augmentation(np.array(shapes))

    @property
    def replaced(self) -> list[str]:
        """See `Dataset.replaced`."""
        return sorted(self._data.replaced)

    def crop(self, number: int) -> Crop:
        """Draw crop ``number``: image uint8 [3, h, w], truth uint8 [h, w] with 255 = ignore, confirmed uint8 [h, w].

        Every image occurs once in each round, in random order. An image that turns out unreadable is replaced by one
        drawn for this crop alone. Raises ImageError or LabelError when none can be read.
        """
        position = number % len(self._numbers)
        image = self._round(number // len(self._numbers))[position]
        random = np.random.default_rng([self._seed, 1, number])
        while True:
            try:
                return self._augment(self._data[image], random)
            except (ImageError, LabelError) as error:
                self.skipped[self._data.pairs[image].key] = error.message
                others = [n for n in self._numbers if self._data.pairs[n].key not in self.skipped]
                if not others:
                    raise
                image = self._numbers[int(random.integers(len(self._numbers)))]

    def _shuffled(self, turn: int) -> list[int]:
        order = np.random.default_rng([self._seed, 0, turn]).permutation(self._numbers)
        return [int(number) for number in order]

    def _augmentation(self, shapes: NDArray[np.int64]) -> Augment:
        recipe = self._recipe
        height, width = (float(n) for n in np.median(shapes, axis=0))
        shrink = min(1.0, math.sqrt(recipe.crop_pixels / (height * width)))
        sides = (max(MIN_CROP, round(n * shrink / SIDE) * SIDE) for n in (height, width))
        high, wide = recipe.crop or sides
        return Augment(
            height=high,
            width=wide,
            scale=recipe.scale,
            colour=recipe.colour,
            flip=recipe.flip,
            balance=recipe.balance,
            rotation=recipe.rotation,
            blur=recipe.blur,
        )

    def _skip(self, number: int, error: ImageError | LabelError) -> None:
        self.skipped[self._data.pairs[number].key] = error.message
        self._numbers.remove(number)
        if not self._numbers:
            raise error


def stacked(crops: Sequence[Crop]) -> Crop:
    """Crops -> images uint8 [N, 3, h, w] (channels last in memory), truths and confirmed uint8 [N, h, w]."""
    images, truths, confirmed = zip(*crops, strict=True)
    pictures = torch.stack([image.permute(1, 2, 0) for image in images]).permute(0, 3, 1, 2)
    return pictures, torch.stack(truths), torch.stack(confirmed)
