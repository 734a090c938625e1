"""Reads numeric arrays from MATLAB's .mat files of version 5, which MATLAB saves with ``-v7`` and SciPy by default.

SciPy's reader is not used, because a damaged file can crash the process. The format is MathWorks' "MAT-File
Level 5": after 128 bytes come elements of a type, a size and data; a matrix is an element that holds others.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_COMPRESSED, _MATRIX = 15, 14
_TYPES = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
"""Type of an element -> NumPy type. A matrix of doubles may be stored as smaller integers."""
_CLASSES = {6: "f8", 7: "f4", 8: "i1", 9: "u1", 10: "i2", 11: "u2", 12: "i4", 13: "u4", 14: "i8", 15: "u8"}
"""Class of a matrix -> NumPy type; others (cells, structures, text) are skipped."""
_HEAD = 4096
"""Bytes that hold class, sides and name of a matrix."""

Entry = tuple[str, int, Callable[[], NDArray[np.generic]]]


@dataclass(frozen=True)
class _Matrix:
    """The header of a matrix: name, NumPy type, sides, and where the element of its numbers begins."""

    name: str
    dtype: np.dtype[np.generic]
    shape: tuple[int, ...]
    start: int


def matlab_arrays(path: Path) -> Iterator[Entry]:
    """Yield the name, the bytes and the reader of each array of numbers.

    Raises
    ------
    ValueError, struct.error, zlib.error, OSError
        The file does not exist, has another version, or is damaged.
    """
    with path.open("rb") as file:
        order = {b"IM": "<", b"MI": ">"}.get(file.read(128)[126:])
        if order is None:
            raise ValueError("not version 5, which MATLAB saves with -v7")
        while tag := file.read(8):
            kind, size = struct.unpack(f"{order}II", tag)
            data = file.read(size)
            if len(data) < size:
                raise ValueError("truncated")
            head = zlib.decompressobj().decompress(data, _HEAD)[8:] if kind == _COMPRESSED else data[:_HEAD]
            matrix = _head(head, order) if kind in (_COMPRESSED, _MATRIX) else None
            if matrix is not None:
                length = math.prod(matrix.shape) * matrix.dtype.itemsize
                yield matrix.name, length, partial(_numbers, data, kind == _COMPRESSED, matrix, order)


def _head(data: bytes, order: str) -> _Matrix | None:
    """Read the header; None for a matrix that is not numeric."""
    _, start, _, after = _element(data, 0, order)
    kind = struct.unpack_from(f"{order}I", data, start)[0] & 0xFF
    _, start, size, after = _element(data, after, order)
    shape = struct.unpack_from(f"{order}{size // 4}i", data, start)
    _, start, size, after = _element(data, after, order)
    if kind not in _CLASSES:
        return None
    if len(shape) < 2 or min(shape) < 0:
        raise ValueError(f"a matrix of {shape}")
    return _Matrix(data[start : start + size].decode("ascii"), np.dtype(order + _CLASSES[kind]), shape, after)


def _numbers(data: bytes, compressed: bool, matrix: _Matrix, order: str) -> NDArray[np.generic]:
    count = math.prod(matrix.shape)
    if compressed:  # eight bytes a number at most, whatever the compressed data claim
        data = zlib.decompressobj().decompress(data, 8 + matrix.start + 8 + 8 * count)[8:]
    kind, start, size, _ = _element(data, matrix.start, order)
    stored = np.dtype(order + _TYPES[kind])
    if count * stored.itemsize > size:
        raise ValueError(f"'{matrix.name}' is truncated")
    found = np.frombuffer(data, stored, count, start).reshape(matrix.shape, order="F")
    return found.astype(matrix.dtype.newbyteorder("="))


def _element(data: bytes, at: int, order: str) -> tuple[int, int, int, int]:
    """Return an element's type, where its data begin, their size, and where the next element begins."""
    word = struct.unpack_from(f"{order}I", data, at)[0]
    if word >> 16:  # up to four bytes of data stand within the tag
        return word & 0xFFFF, at + 4, word >> 16, at + 8
    size = struct.unpack_from(f"{order}I", data, at + 4)[0]
    return word, at + 8, size, at + 8 + -(-size // 8) * 8
