"""Predicting images that are too large to be held with all their probabilities: one by one, by way of mapped files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.crf import Crf
from segcore.errors import MaskwrightError
from segcore.files.atomic import atomic_write, hidden_beside, writing
from segcore.images.image import image_size, read_image
from segcore.images.indexed_png_rows import write_indexed_png_rows
from segcore.labels.classes import ClassSet
from segcore.prediction import Predictor
from segcore.prediction.batch import BatchItem, BatchReport
from segcore.prediction.large_image import Labelled, is_large, predict_large
from segcore.progress import Progress, Task


@dataclass(frozen=True)
class Places:
    """Where an image's results go: an indexed PNG, and the .npz of its probabilities if they are wanted."""

    labels: Path
    probabilities: Path | None = None


def large_ones(predictor: Predictor, items: Sequence[BatchItem]) -> list[BatchItem]:
    """Return the items whose images are large by their headers; see `is_large`. Damaged files are not."""
    found = []
    for item in items:
        with suppress(MaskwrightError):
            if is_large(*image_size(item.image_path), predictor.model.segmenter.num_classes):
                found.append(item)
    return found


def predict_large_many(
    predictor: Predictor,
    items: Sequence[BatchItem],
    places: Callable[[BatchItem], Places],
    labelled: Labelled,
    classes: ClassSet,
    crf: Crf | None = None,
) -> Task[BatchReport]:
    """Predict large images into the files that smaller ones get.

    Parameters
    ----------
    predictor : Predictor
        Used in the calling thread.
    items : Sequence[BatchItem]
        What to predict.
    places : callable (item) -> Places
        The .npz holds what `maskwright predict --probabilities` writes: ``probabilities``, float16 [C, H, W], and
        ``classes``. While an image is worked on, mapped files of a byte a pixel (and two for each class) lie beside.
    labelled : callable
        From float32 [C, h, w] probabilities of a piece to its uint8 [h, w] labels.
    classes : ClassSet
        Of the labels.
    crf : Crf or None
        Refine the probabilities, tile by tile, before they become labels.

    Returns
    -------
    Task[BatchReport]
        Closing it removes what is unfinished. Errors for people (MaskwrightError, OSError, MemoryError) count as an
        image's failure.
    """
    failures: list[tuple[str, str]] = []
    for number, item in enumerate(items):
        task = _one(predictor, item, places(item), labelled, classes, crf)
        try:
            for step in task:
                message = f"{item.key}: {step.message}"
                yield Progress(number + step.fraction, len(items), message, step.detail)
        except (MaskwrightError, OSError, MemoryError) as error:
            failures.append((item.key, str(error) or type(error).__name__))
        finally:
            task.close()
    yield Progress(len(items), len(items))
    return BatchReport(len(items) - len(failures), failures)


def _one(
    predictor: Predictor, item: BatchItem, places: Places, labelled: Labelled, classes: ClassSet, crf: Crf | None
) -> Task[None]:
    yield Progress(0, 0, "Reading")
    image: NDArray[np.uint8] = read_image(item.image_path)
    mapped = hidden_beside(places.labels, "npy")
    shares = None if places.probabilities is None else hidden_beside(places.probabilities, "npy")
    try:
        labels = yield from predict_large(predictor, image, labelled, mapped, shares, crf)
        yield Progress(1, 1, f"Writing {places.labels.name}")
        with writing(places.labels):
            for _ in write_indexed_png_rows(places.labels, labels, classes.palette()):
                yield Progress(1, 1, f"Writing {places.labels.name}")
        del labels
        if places.probabilities is not None and shares is not None:
            yield Progress(1, 1, f"Writing {places.probabilities.name}")
            with writing(places.probabilities), atomic_write(places.probabilities) as file:
                names = np.array(predictor.model.classes.names)
                stored = np.load(shares, mmap_mode="r", allow_pickle=False)
                np.savez_compressed(file, probabilities=stored, classes=names)
                del stored
    finally:
        for path in filter(None, (mapped, shares)):
            with suppress(OSError):
                path.unlink(missing_ok=True)
