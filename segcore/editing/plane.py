"""Plane: the labels or the provenance of one tile, packed as a zlib stream."""

from __future__ import annotations

import zlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError

SHORT = 128
"""Bytes: a stream so short says one value, or nearly; what it unpacks to is kept for the next that is equal."""

Plane = NDArray[np.uint8]
"""Uint8 [h, w]."""


def pack(plane: Plane) -> bytes:
    """Return a zlib stream of the plane, row by row."""
    return zlib.compress(plane.tobytes(), 1)


def unpack(stream: bytes, height: int, width: int, highest: int = 255) -> Plane:
    """Return the plane, read-only.

    Raises LabelError when the stream is damaged, of another size, or has a value above ``highest``.
    """
    return (_known if len(stream) <= SHORT else _unpacked)(stream, height, width, highest)


def divided(data: bytes, height: int, width: int) -> tuple[bytes, bytes]:
    """Return the streams of labels and provenance of what a file holds. Raises LabelError when it is damaged.

    That is both streams, one after the other; in files of before 0.7 one stream of both planes.
    """
    size = height * width
    stream = zlib.decompressobj()
    try:
        found = stream.decompress(data, 2 * size + 1)
    except zlib.error:
        found = b""
    if stream.eof and len(found) == size and stream.unused_data:
        return data[: -len(stream.unused_data)], stream.unused_data
    if stream.eof and len(found) == 2 * size:
        return zlib.compress(found[:size], 1), zlib.compress(found[size:], 1)
    raise _damaged()


def _unpacked(packed: bytes, height: int, width: int, highest: int) -> Plane:
    """Unpack at most the size of the plane, even from a longer stream."""
    stream = zlib.decompressobj()
    try:
        found = stream.decompress(packed, height * width + 1)
    except zlib.error:
        found = b""
    if len(found) != height * width or not stream.eof or stream.unused_data:
        raise _damaged()
    plane = np.frombuffer(found, np.uint8)
    if highest < 255 and plane.max() > highest:
        raise _damaged()
    return plane.reshape(height, width)


@lru_cache(maxsize=256)
def _known(packed: bytes, height: int, width: int, highest: int) -> Plane:
    return _unpacked(packed, height, width, highest)


def _damaged() -> LabelError:
    return LabelError("A step of the undo history is damaged.", "You cannot undo beyond this step.")
