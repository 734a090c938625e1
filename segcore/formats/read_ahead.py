"""Reading ahead: label maps are read while those before them are written."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import MappingProxyType
from typing import TypeVar

from segcore.project.project import Project

T = TypeVar("T")

AHEAD = 4
"""So many label maps are read while others are written."""
MOST_PIXELS = 1 << 27
"""Of the label maps that are read ahead, together; each pixel takes two bytes."""


def read_ahead(
    image_ids: Sequence[str], read: Callable[[str], T], pixels: Mapping[str, int] = MappingProxyType({})
) -> Iterator[tuple[str, Future[T]]]:
    """Yield each image in its order, with what ``read`` returns or raises for it.

    ``read`` is called in one other thread, in the same order. Closed early, it ends with the image that is being read.
    ``pixels``: of each image, where they are known: large ones are not read ahead.
    """
    waiting: deque[tuple[str, Future[T]]] = deque()
    held = 0
    with ThreadPoolExecutor(1, "read ahead") as reader:
        try:
            for image_id in image_ids:
                size = pixels.get(image_id, 0)
                while waiting and (len(waiting) > AHEAD or held + size > MOST_PIXELS):
                    held -= pixels.get(waiting[0][0], 0)
                    yield waiting.popleft()
                waiting.append((image_id, reader.submit(read, image_id)))
                held += size
            while waiting:
                yield waiting.popleft()
        finally:
            reader.shutdown(wait=False, cancel_futures=True)


def pixels_of(project: Project) -> dict[str, int]:
    """Return the number of pixels of each image of which it is known; no file is asked."""
    return {each.id: (each.width or 0) * (each.height or 0) for each in project.records()}
