"""Reading .npz files of uint8 arrays; a file never takes more memory than its declared shapes."""

from __future__ import annotations

import ast
import os
import tokenize
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import IO

import numpy as np
from numpy.typing import NDArray

_DIRECTORY = 1 << 20
_HEADER = 1 << 12
_PIECE = 1 << 24
_KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@contextmanager
def damage_as_value_error() -> Iterator[None]:
    """Raise ValueError for an array's header that is no Python, for which `numpy.load` has errors of its own."""
    try:
        yield
    except (tokenize.TokenError, RecursionError) as error:
        raise ValueError(f"the header of an array is damaged ({error})") from error


class NpzReader:
    """An open .npz file of uint8 arrays in C order, as `numpy.savez_compressed` writes them.

    A damaged file makes any method raise ValueError, KeyError, OSError, or an error of zipfile or zlib.
    """

    def __init__(self, file: IO[bytes]) -> None:
        _check_directory(file)
        self._archive = zipfile.ZipFile(file)

    def __enter__(self) -> NpzReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._archive.close()

    def shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of an array without reading it; it has at least one side, each 0 to 2^31."""
        with self._open(name) as member:
            return _shape(member)

    def read(self, name: str) -> NDArray[np.uint8]:
        """Read an array of the declared shape. A member of another length is damaged."""
        with self._open(name) as member:
            array = np.empty(_shape(member), np.uint8)
            _fill(member, array)
            _check_end(member)
        return array

    def planes(self, name: str) -> Iterator[NDArray[np.uint8]]:
        """Yield ``array[0]``, ``array[1]``, ... in the same memory; copy what you keep."""
        with self._open(name) as member:
            shape = _shape(member)
            plane = np.empty(shape[1:], np.uint8)
            for _ in range(shape[0]):
                _fill(member, plane)
                yield plane
            _check_end(member)

    def _open(self, name: str) -> IO[bytes]:
        found = self._archive.getinfo(f"{name}.npy")
        if found.compress_type not in _KINDS:
            raise ValueError(f"its array {name} has an unknown compression")
        return self._archive.open(found)


def _check_directory(file: IO[bytes]) -> None:
    """Raise ValueError when the list of members, which zipfile reads whole, is longer than five arrays need."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - (1 << 16) - 22))
    tail = file.read()
    place = tail.rfind(b"PK\5\6")
    size = int.from_bytes(tail[place + 12 : place + 16], "little") if place >= 0 else 0
    if place >= 20 and tail[place - 20 : place - 16] == b"PK\6\7":  # the file is larger than 4 GB, or says so
        file.seek(min(end, int.from_bytes(tail[place - 12 : place - 4], "little")))
        size = int.from_bytes(file.read(48)[40:], "little")
    if place < 0 or size > _DIRECTORY:
        raise ValueError("it is not an .npz file")
    file.seek(0)


def _shape(member: IO[bytes]) -> tuple[int, ...]:
    """Read the header of an array, a Python dictionary in a line of text."""
    magic = member.read(8)
    wide = magic[6:7] in (b"\2", b"\3")
    length = int.from_bytes(member.read(4 if wide else 2), "little")
    if magic[:6] != b"\x93NUMPY" or length > _HEADER:
        raise ValueError("it contains something that is not an array")
    header = ast.literal_eval(member.read(length).decode("latin-1").strip())
    shape = header["shape"]
    if header["descr"] != "|u1" or header["fortran_order"] or not isinstance(shape, tuple) or not shape:
        raise ValueError("it contains an array of another type")
    if not all(type(side) is int and 0 <= side < 1 << 31 for side in shape):
        raise ValueError("it contains an array without a valid size")
    return shape


def _fill(member: IO[bytes], array: NDArray[np.uint8]) -> None:
    """Read exactly the bytes of an array, piece by piece."""
    flat = array.reshape(-1)
    for start in range(0, flat.size, _PIECE):
        piece = flat[start : start + _PIECE]
        data = member.read(piece.size)
        if len(data) < piece.size:
            raise ValueError("it is truncated")
        piece[:] = np.frombuffer(data, np.uint8)


def _check_end(member: IO[bytes]) -> None:
    """Raise ValueError when data follow; at the end, zipfile checks the checksum."""
    if member.read(1):
        raise ValueError("it is longer than its header says")
