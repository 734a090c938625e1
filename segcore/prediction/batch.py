"""Predicting many images: reading ahead and writing behind while the network works; large images piece by piece."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.crf import Crf
from segcore.errors import MaskwrightError
from segcore.files.atomic import atomic_write, hidden_beside, writing
from segcore.files.stamp import NO_FILE, Stamp
from segcore.images.image import image_size, read_image
from segcore.images.indexed_png_rows import write_indexed_png_rows
from segcore.images.page_path import file_of
from segcore.labels.classes import ClassSet
from segcore.prediction import Predictor
from segcore.prediction.large_image import Labelled, is_large, predict_large
from segcore.progress import Progress, Task, mapped

_AHEAD = 2
_BEHIND = 2

Write = Callable[["BatchItem", NDArray[np.uint8], NDArray[np.float32]], None]
PredictLarge = Callable[["BatchItem", NDArray[np.uint8]], Task[None]]


@dataclass(frozen=True)
class BatchItem:
    """One image to predict: ``key`` names it in reports and to the writer.

    ``stamp`` is of its file, from before it was read: the writer gets it.
    """

    key: str
    image_path: Path
    stamp: Stamp = NO_FILE


@dataclass(frozen=True)
class BatchReport:
    """How many images were predicted and written, (key, message) of those that failed, how many were not tried."""

    done: int
    failures: list[tuple[str, str]]
    passed_over: int = 0


def predict_many(
    predictor: Predictor,
    items: Sequence[BatchItem],
    write: Write,
    crf: Crf | None = None,
    predict_large: PredictLarge | None = None,
    stopping: Callable[[], bool] | None = None,
) -> Task[BatchReport]:
    """Predict images one after the other.

    Parameters
    ----------
    predictor : Predictor
        Used in the calling thread.
    items : Sequence[BatchItem]
        What to predict.
    write : callable (item, image, probabilities) -> None
        Called in a thread of its own, in order, with uint8 [H, W, 3] and float32 [C, H, W]. Errors for people
        (MaskwrightError, OSError, MemoryError) count as this image's failure; any other ends the task.
    crf : Crf or None
        Refine the probabilities before they are written.
    predict_large : callable (item, image) -> Task[None], or None
        Predicts, refines and writes an image that `is_large`, in the calling thread; its errors count as those of
        ``write``. While it works no other image is in memory. None: large images are treated like the others.

    stopping : callable () -> bool, or None
        Asked before each image; when it says True, what is begun is finished and the rest is not tried.

    Returns
    -------
    Task[BatchReport]
        At least one step an image. Closing it lets the file in hand be finished and drops the rest; no thread stays.
    """
    reader, writer = (ThreadPoolExecutor(1, f"predict-{what}") for what in ("read", "write"))
    reading: deque[Future[tuple[BatchItem, NDArray[np.uint8] | None]]] = deque()
    writing: deque[tuple[str, Future[None]]] = deque()
    failures: list[tuple[str, str]] = []
    upcoming = iter(items)
    left = 0
    channels = predictor.model.segmenter.num_classes if predict_large is not None else 0

    def finish_writes(most: int) -> None:
        while len(writing) > most:
            key, future = writing.popleft()
            try:
                future.result()
            except (MaskwrightError, OSError, MemoryError) as error:
                failures.append((key, _explained(error)))

    try:
        for number, wanted in enumerate(items):
            while len(reading) <= _AHEAD and (following := next(upcoming, None)) is not None:
                reading.append(reader.submit(_read_ordinary, following, channels))
            yield Progress(number, len(items), wanted.key)
            if stopping is not None and stopping():
                left = len(items) - number
                break
            part = partial(Progress.part, number=number, parts=len(items), name=wanted.key)
            try:
                item, image = reading.popleft().result()
                if image is None and predict_large is not None:
                    finish_writes(0)
                    yield from mapped(predict_large(item, read_image(item.image_path)), part)
                    continue
                assert image is not None
                probabilities = yield from mapped(predictor.probabilities(image), part)
                if crf is not None:
                    probabilities = yield from mapped(crf.refine(image, probabilities), part)
            except (MaskwrightError, OSError, MemoryError) as error:
                failures.append((wanted.key, _explained(error)))
                continue
            finish_writes(_BEHIND - 1)
            writing.append((item.key, writer.submit(write, item, image, probabilities)))
            del image, probabilities
        finish_writes(0)
        yield Progress(len(items) - left, len(items))
        return BatchReport(len(items) - left - len(failures), failures, left)
    finally:
        for pool in (reader, writer):
            pool.shutdown(wait=True, cancel_futures=True)


def _read_ordinary(item: BatchItem, num_classes: int) -> tuple[BatchItem, NDArray[np.uint8] | None]:
    """Read an image ahead, but not one that is large by its header: None. Raises ImageError."""
    path = item.image_path
    item = replace(item, stamp=Stamp.of(file_of(path)))
    return item, None if is_large(*image_size(path), num_classes) else read_image(path)


def _explained(error: BaseException) -> str:
    return str(error) or type(error).__name__


@dataclass(frozen=True)
class ResultFiles:
    """Where an image's results go: an indexed PNG, and the .npz of its probabilities if they are wanted."""

    labels: Path
    probabilities: Path | None = None


def predict_into_files(
    predictor: Predictor,
    image: NDArray[np.uint8],
    files: ResultFiles,
    labelled: Labelled,
    classes: ClassSet,
    crf: Crf | None = None,
    notes: Mapping[str, str] | None = None,
) -> Task[None]:
    """Predict an image of any size into the files that an ordinary one gets.

    Parameters
    ----------
    predictor : Predictor
        Used in the calling thread.
    image : NDArray[np.uint8]
        RGB, [H, W, 3].
    files : ResultFiles
        The .npz holds what `maskwright predict --probabilities` writes: ``probabilities``, float16 [C, H, W], and
        ``classes``. Meanwhile mapped files of a byte a pixel (and two for each class) lie beside.
    labelled : callable
        From float32 [C, h, w] probabilities of a piece to its uint8 [h, w] labels.
    classes : ClassSet
        Of the labels.
    crf : Crf or None
        Refine the probabilities, tile by tile, before they become labels.
    notes : Mapping[str, str] or None
        Texts to store in the PNG, which is written last.

    Returns
    -------
    Task[None]
        Closing it removes what is unfinished. Raises DeviceError, CrfError, ProjectError.
    """
    mapped_labels = hidden_beside(files.labels, "npy")
    shares = None if files.probabilities is None else hidden_beside(files.probabilities, "npy")
    try:
        labels = yield from predict_large(predictor, image, labelled, mapped_labels, shares, crf)
        if files.probabilities is not None and shares is not None:
            yield Progress(1, 1, f"Writing {files.probabilities.name}")
            with writing(files.probabilities), atomic_write(files.probabilities) as file:
                names = np.array(predictor.model.classes.names)
                stored = np.load(shares, mmap_mode="r", allow_pickle=False)
                np.savez_compressed(file, probabilities=stored, classes=names)
                del stored
        yield Progress(1, 1, f"Writing {files.labels.name}")
        try:
            with writing(files.labels):
                for _ in write_indexed_png_rows(files.labels, labels, classes.palette(), notes):
                    yield Progress(1, 1, f"Writing {files.labels.name}")
        except BaseException:  # probabilities alone are no result
            if files.probabilities is not None:
                with suppress(OSError):
                    files.probabilities.unlink(missing_ok=True)
            raise
        del labels
    finally:
        for path in filter(None, (mapped_labels, shares)):
            with suppress(OSError):
                path.unlink(missing_ok=True)
