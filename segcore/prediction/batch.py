"""Predicting many images: reading ahead and writing behind while the network works."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.crf import Crf
from segcore.errors import MaskwrightError
from segcore.images.image import read_image
from segcore.prediction import Predictor
from segcore.progress import Progress, Task, mapped

_AHEAD = 2
_BEHIND = 2

Write = Callable[["BatchItem", NDArray[np.uint8], NDArray[np.float32]], None]


@dataclass(frozen=True)
class BatchItem:
    """One image to predict: ``key`` names it in reports and to the writer."""

    key: str
    image_path: Path


@dataclass(frozen=True)
class BatchReport:
    """How many images were predicted and written, and (key, message) of those that failed."""

    done: int
    failures: list[tuple[str, str]]


def predict_many(
    predictor: Predictor, items: Sequence[BatchItem], write: Write, crf: Crf | None = None
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

    Returns
    -------
    Task[BatchReport]
        At least one step an image. Closing it lets the file in hand be finished and drops the rest; no thread stays.
    """
    reader, writer = (ThreadPoolExecutor(1, f"predict-{what}") for what in ("read", "write"))
    reading: deque[Future[NDArray[np.uint8]]] = deque()
    writing: deque[tuple[str, Future[None]]] = deque()
    failures: list[tuple[str, str]] = []
    upcoming = iter(items)

    def finish_write() -> None:
        key, future = writing.popleft()
        try:
            future.result()
        except (MaskwrightError, OSError, MemoryError) as error:
            failures.append((key, _explained(error)))

    try:
        for number, item in enumerate(items):
            while len(reading) <= _AHEAD and (following := next(upcoming, None)) is not None:
                reading.append(reader.submit(read_image, following.image_path))
            yield Progress(number, len(items), item.key)
            part = partial(Progress.part, number=number, parts=len(items), name=item.key)
            try:
                image = reading.popleft().result()
                probabilities = yield from mapped(predictor.probabilities(image), part)
                if crf is not None:
                    probabilities = yield from mapped(crf.refine(image, probabilities), part)
            except (MaskwrightError, MemoryError) as error:
                failures.append((item.key, _explained(error)))
                continue
            while len(writing) >= _BEHIND:
                finish_write()
            writing.append((item.key, writer.submit(write, item, image, probabilities)))
        while writing:
            finish_write()
        yield Progress(len(items), len(items))
        return BatchReport(len(items) - len(failures), failures)
    finally:
        for pool in (reader, writer):
            pool.shutdown(wait=True, cancel_futures=True)


def _explained(error: BaseException) -> str:
    return str(error) or type(error).__name__
