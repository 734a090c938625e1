"""Reading ahead: label maps are read while those before them are written."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

AHEAD = 4
"""So many label maps are read while others are written."""


def read_ahead(image_ids: Sequence[str], read: Callable[[str], T]) -> Iterator[tuple[str, Future[T]]]:
    """Yield each image in its order, with what ``read`` returns or raises for it.

    ``read`` is called in one other thread, in the same order. Closed early, it ends with the image that is being read.
    """
    waiting: deque[tuple[str, Future[T]]] = deque()
    with ThreadPoolExecutor(1, "read ahead") as reader:
        try:
            for image_id in image_ids:
                waiting.append((image_id, reader.submit(read, image_id)))
                if len(waiting) > AHEAD:
                    yield waiting.popleft()
            while waiting:
                yield waiting.popleft()
        finally:
            reader.shutdown(wait=False, cancel_futures=True)
