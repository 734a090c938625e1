"""Indexed PNG written row by row: a label map of any size, also a memory-mapped one, in a few megabytes of memory."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.files.atomic import atomic_write
from segcore.images.indexed_png import BAND, png_chunk, png_head, unfiltered_rows
from segcore.progress import Progress, Task


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
    band = max(1, BAND // (width + 1))
    packer = zlib.compressobj(1)
    with atomic_write(path) as file:
        file.write(png_head(labels.shape, palette, notes))
        for top in range(0, height, band):
            yield Progress(top, height, f"Writing {path.name}")
            if packed := packer.compress(unfiltered_rows(labels[top : top + band]).data):
                file.write(png_chunk(b"IDAT", packed))
        file.write(png_chunk(b"IDAT", packer.flush()))
        file.write(png_chunk(b"IEND", b""))
