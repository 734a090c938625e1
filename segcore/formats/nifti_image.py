"""NiftiImage: a NIfTI-1 file of an image, read slice by slice: a volume may be larger than the memory."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from segcore.errors import ImageError, LabelError
from segcore.files.regular_file import open_regular
from segcore.formats.nifti_header import START, NiftiHeader
from segcore.images.image import MAX_PIXELS

_DEFLATE = 1040
"""So many times its size a file can grow when it is unpacked (RFC 1951: 258 bytes of two bits, and headers)."""
_REMEDY = "Restore it from a copy."
_KEPT = ("uint8", "int16", "uint16", "float32")
"""Kinds of voxels that a TIFF file takes as they are; every other becomes float32."""


class NiftiImage:
    """A file whose header was read.

    Attributes
    ----------
    header : NiftiHeader
        What it says.
    dtype : numpy.dtype
        Of `slices`: the file's where TIFF files have it and no slope is to be applied, else float32.

    Raises
    ------
    ImageError
        Missing, damaged, no volume, or slices of more than `MAX_PIXELS` pixels.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._opened() as file:
            self.header = NiftiHeader(path, file.read(START))
            depth, height, width = self.header.shape
            if height * width > MAX_PIXELS:
                sides = f"{width} x {height} x {depth}"
                raise ImageError(f"{path} holds too many voxels ({sides}).", "Cut it into smaller files.")
            if self.header.bytes > os.stat(path).st_size * (_DEFLATE if isinstance(file, gzip.GzipFile) else 1):
                raise _cut_off(path)
        native = self.header.type.newbyteorder("=")
        self.dtype = native if self.header.plain and native.name in _KEPT else np.dtype(np.float32)

    def slices(self) -> Generator[NDArray[np.generic], None, None]:
        """Yield each slice, `dtype` [Y, X], the first one first. Raises ImageError where the file is damaged."""
        header = self.header
        count = header.shape[1] * header.shape[2]
        with self._opened() as file:
            file.read(header.offset)
            for _ in range(header.shape[0]):
                data = file.read(count * header.type.itemsize)
                if len(data) < count * header.type.itemsize:
                    raise _cut_off(self._path)
                voxels = np.frombuffer(data, header.type).reshape(header.shape[1:])
                if not header.plain:
                    voxels = voxels * np.float64(header.slope) + np.float64(header.intercept)
                with np.errstate(over="ignore"):  # beyond float32 is infinite
                    yield voxels.astype(self.dtype)
            file.read(1)  # the end is looked at, too: there is the checksum

    @contextmanager
    def _opened(self) -> Iterator[IO[bytes]]:
        try:
            with open_regular(self._path) as file:
                packed = file.read(2) == b"\x1f\x8b"
                file.seek(0)
                if packed:
                    with gzip.GzipFile(fileobj=file) as unpacked:
                        yield unpacked  # type: ignore[misc]
                else:
                    yield file
        except LabelError as error:
            raise ImageError(error.message, error.remedy) from error
        except (OSError, EOFError, zlib.error) as error:
            raise ImageError(f"{self._path} cannot be read ({error}).", _REMEDY) from error


def _cut_off(path: Path) -> ImageError:
    return ImageError(f"{path} is damaged (it is cut off).", _REMEDY)
