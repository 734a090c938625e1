"""Pair: an image with its label map, and how both become something to learn from."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError
from segcore.images.content_key import content_key
from segcore.images.image import read_image
from segcore.images.indexed_png import read_indexed_png
from segcore.images.label_file import read_label_file
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.labels.label_map import Provenance
from segcore.project.label_store import made_on

if TYPE_CHECKING:
    from segcore.models.preprocess import Preprocess

CACHE_BYTES = 1_000_000_000
"""Decoded images are kept up to this size; beyond it they are decoded again each time."""

NAMED = 5
"""Classes that never occur, of many, that a warning names."""
POINTS_PER_CLASS = 256
REGION_GRID = 8

Part = Literal["all", "train", "validate"]


@dataclass(frozen=True)
class Pair:
    """An image and its labels.

    Attributes
    ----------
    key : str
        Names the image for good: the project's image id, or its path below the image folder.
    image, labels : Path
        The files; ``labels`` is an indexed or grey PNG, or a TIFF file, of the image's size.
    provenance : Path or None
        When given, only pixels of at least `Provenance.PAINTED` count.
    part : {"all", "train", "validate"}
        Which of its regions count; see `regions`. Used when a single image must serve both sides.
    """

    key: str
    image: Path
    labels: Path
    provenance: Path | None = None
    part: Part = "all"


@dataclass(frozen=True)
class Example:
    """One image ready for training.

    Attributes
    ----------
    image : NDArray[np.uint8]
        RGB [h, w, 3], already at the size the network wants.
    truth : NDArray[np.uint8]
        [h, w], channels 0..C-1, 255 = does not count.
    confirmed : NDArray[np.uint8]
        [h, w], 1 where a person left a prediction in an image marked as done (confirmed, not painted), else 0.
    points : dict[int, NDArray[np.int32]]
        For each channel that occurs, up to `POINTS_PER_CLASS` (y, x) of its pixels, int32 [n, 2].
    """

    image: NDArray[np.uint8]
    truth: NDArray[np.uint8]
    confirmed: NDArray[np.uint8]
    points: dict[int, NDArray[np.int32]]


def regions(known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Bool [H, W]: about a quarter of the known pixels that is held out, in tiles of a fixed pattern.

    The image is cut into 8x8 tiles; tile (row, column) is held out where (row + 2 * column) is a multiple of 4, so that
    every row and column of tiles serves both sides. These tiles stay where they are when more is painted, so what one
    training held out the next does not learn from. Only where they leave too little on one side (an eighth of the
    known pixels to measure, half to learn from) is the bounding box of the known pixels cut up instead.
    """
    held = _tiles(*known.shape)
    all_known, kept_back = int(known.sum()), int((held & known).sum())
    if all_known and all_known <= 8 * kept_back <= 4 * all_known:
        return held
    held = np.zeros(known.shape, np.bool_)
    rows, columns = np.flatnonzero(known.any(1)), np.flatnonzero(known.any(0))
    if not rows.size:
        return held
    top, left = int(rows[0]), int(columns[0])
    height, width = int(rows[-1]) + 1 - top, int(columns[-1]) + 1 - left
    held[top : top + height, left : left + width] = _tiles(height, width)
    return held


def _tiles(height: int, width: int) -> NDArray[np.bool_]:
    row = np.arange(height) * REGION_GRID // height
    column = np.arange(width) * REGION_GRID // width
    return np.asarray((row[:, None] + 2 * column[None, :]) % 4 == 0, np.bool_)


def read_truth(
    pair: Pair, classes: ClassSet, shape: tuple[int, int], ignore_index: int = IGNORE_INDEX
) -> NDArray[np.uint8]:
    """Read what is known of one image.

    Parameters
    ----------
    pair : Pair
        Its files.
    classes : ClassSet
        Says which channel a label value belongs to.
    shape : (height, width)
        Of the image.
    ignore_index : int
        Pixels of this value do not count; 255 never does.

    Returns
    -------
    NDArray[np.uint8]
        [H, W], channels 0..C-1; 255 where nothing is known.

    Raises
    ------
    LabelError
        Missing, damaged or of another size; or a counting pixel holds a value that is no class.
    """
    labels = read_label_file(pair.labels, shape)
    counts = (labels != ignore_index) & (labels != IGNORE_INDEX)
    if pair.provenance is not None:
        counts &= read_indexed_png(pair.provenance, shape) >= Provenance.PAINTED
    truth = np.where(counts, classes.channel_table()[labels], np.uint8(IGNORE_INDEX))
    unknown = counts & (truth == IGNORE_INDEX)
    if unknown.any():
        values = ", ".join(str(v) for v in np.unique(labels[unknown])[:8])
        raise LabelError(
            f"{pair.labels} holds values that are no class: {values}.",
            "Add these classes, or name the value to ignore (--ignore-index).",
        )
    if pair.part != "all":
        held = regions(truth != IGNORE_INDEX)
        truth[held if pair.part == "train" else ~held] = IGNORE_INDEX
    return truth


def read_confirmed(pair: Pair, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Uint8 [H, W]: 1 where labels are confirmed but not painted, else 0. Raises LabelError."""
    if pair.provenance is None:
        return np.zeros(shape, np.uint8)
    return np.asarray(read_indexed_png(pair.provenance, shape) == Provenance.CONFIRMED, np.uint8)


class Dataset:
    """Examples by number, decoded when first asked for and kept while they fit into `CACHE_BYTES`.

    Attributes
    ----------
    replaced : set[str]
        Keys of images, of those that were read, that were replaced by another picture after they were labelled.
    """

    def __init__(
        self, pairs: Iterable[Pair], classes: ClassSet, preprocess: Preprocess, ignore_index: int = IGNORE_INDEX
    ) -> None:
        self.pairs = list(pairs)
        self.classes = classes
        self.preprocess = preprocess
        self.ignore_index = ignore_index
        self.replaced: set[str] = set()
        self._kept: dict[int, Example] = {}
        self._room = CACHE_BYTES
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, number: int) -> Example:
        """Return example ``number``. Raises ImageError or LabelError."""
        kept = self._kept.get(number)
        if kept is not None:
            return kept
        pair = self.pairs[number]
        image = read_image(pair.image)
        shape = image.shape[0], image.shape[1]
        truth = read_truth(pair, self.classes, shape, self.ignore_index)
        confirmed = read_confirmed(pair, shape)
        if pair.provenance is not None and made_on(pair.provenance) not in ("", content_key(image)):
            self.replaced.add(pair.key)
        resized = self.preprocess.resize(image)
        if resized.shape != image.shape:
            size = (resized.shape[1], resized.shape[0])
            truth, confirmed = (
                np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_NEAREST), np.uint8)
                for part in (truth, confirmed)
            )
        example = Example(resized, truth, confirmed, _points(truth, len(self.classes), number))
        size_in_bytes = resized.nbytes + truth.nbytes + confirmed.nbytes
        with self._lock:  # several threads draw
            if number not in self._kept and size_in_bytes <= self._room:
                self._room -= size_in_bytes
                self._kept[number] = example
        return example


def training_warnings(missing: Sequence[str], replaced: Collection[str]) -> tuple[str, ...]:
    """Return what to say of classes that never occur and of images that were replaced, a line each."""
    return tuple(filter(None, [missing_classes(missing), replaced_images(replaced)]))


def replaced_images(keys: Collection[str]) -> str:
    """Return what to say of images that were replaced after they were labelled; "" when there are none."""
    if not keys:
        return ""
    first = min(keys)
    warning = f"{first} was replaced by another picture after it was labelled: see whether its labels fit."
    if len(keys) > 1:
        warning = (
            f"{len(keys)} images were replaced by other pictures after they were labelled, the first is {first}: see "
            "whether their labels fit."
        )
    return warning


def missing_classes(names: Sequence[str]) -> str:
    """Return what to say of classes that occur in no training image; "" when there are none."""
    if not names:
        return ""
    warning = f"The class '{names[0]}' never occurs in the training images: it cannot be learned."
    if len(names) > 1:
        listed = ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
        warning = f"{len(names)} classes never occur in the training images, they cannot be learned: {listed}"
    return warning


def _points(truth: NDArray[np.uint8], channels: int, seed: int) -> dict[int, NDArray[np.int32]]:
    random = np.random.default_rng(seed)
    width = truth.shape[1]
    points: dict[int, NDArray[np.int32]] = {}
    for channel in range(channels):
        flat = np.flatnonzero(truth.ravel() == channel)
        if flat.size:
            chosen = random.choice(flat, min(POINTS_PER_CLASS, flat.size), replace=False)
            points[channel] = np.stack([chosen // width, chosen % width], axis=1).astype(np.int32)
    return points
