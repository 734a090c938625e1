"""Indexed PNG written row by row: a label map of any size, also a memory-mapped one, in a few megabytes of memory."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.files.atomic import atomic_write
from segcore.progress import Progress, Task

_BYTES = 1 << 22


def write_indexed_png_rows(
    path: Path, labels: NDArray[np.uint8], palette: NDArray[np.uint8], notes: Mapping[str, str] | None = None
) -> Task[None]:
    """Write a label map atomically; closing the task removes the unfinished file.

    Parameters
    ----------
    path : Path
        Where to; folders are made as needed.
    labels : NDArray[np.uint8]
        [H, W], 1x1 or more.
    palette : NDArray[np.uint8]
        [256, 3], RGB.
    notes : Mapping[str, str] or None
        Text chunks (iTXt).

    Raises
    ------
    OSError
        No space left, no permission.
    """
    height, width = labels.shape
    band = max(1, _BYTES // (width + 1))
    packer = zlib.compressobj(1)
    with atomic_write(path) as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        # 8 bits, colour type 3: indices into the palette.
        file.write(_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)))
        file.write(_chunk(b"PLTE", np.ascontiguousarray(palette, np.uint8).tobytes()))
        for key, value in (notes or {}).items():
            file.write(_chunk(b"iTXt", key.encode("latin-1") + bytes(5) + value.encode()))
        for top in range(0, height, band):
            yield Progress(top, height, f"Writing {path.name}")
            rows = labels[top : top + band]
            filtered = np.zeros((len(rows), width + 1), np.uint8)  # each row begins with the number of its filter: none
            filtered[:, 1:] = rows
            if packed := packer.compress(filtered.data):
                file.write(_chunk(b"IDAT", packed))
        file.write(_chunk(b"IDAT", packer.flush()))
        file.write(_chunk(b"IEND", b""))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))
