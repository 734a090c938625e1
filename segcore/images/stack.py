"""Stack: reading which images a TIFF file holds.

Slices and frames are images, channels are not: the metadata of ImageJ, OME-TIFF and tifffile say which axis is which.
Without metadata each page is an image, unless it is a mask or a smaller copy of another one. Grey pages of equal size
may be channels all the same: nothing in the file says so, so a person may.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import IO

from segcore.images.header.by_file import ByFile
from segcore.images.header.tiff import TiffPage, are_alike, tiff_pages
from segcore.images.header.tiff_axes import axes_of
from segcore.images.header.tiff_directory import Directory
from segcore.images.layout import MOST_AXES, Layout

_NOUNS = {"T": "frame", "Z": "slice"}
_CHANNELS = "C"


def read_layout(file: IO[bytes]) -> Layout:
    """Read which images an open TIFF file holds, from its directories alone; image n is page n of `tiff_pages`.

    Raises ValueError or struct.error when it is not a TIFF file.
    """
    return _remembered(file)


def _layout(file: IO[bytes]) -> Layout:
    pages = tiff_pages(file)
    if len(pages) == 1:
        return Layout()
    axes = axes_of(Directory(file))
    counts = tuple((_NOUNS.get(axis, "page"), length) for axis, length in axes if axis != _CHANNELS)
    is_said = any(axis in (*_NOUNS, _CHANNELS) for axis, _ in axes)
    if math.prod(count for _, count in counts) == len(pages) and is_said and len(counts) <= MOST_AXES:
        return Layout(counts)
    return Layout((("page", len(pages)),), _may_be_channels(file, pages))


def number_of(file: IO[bytes], name: str) -> int:
    """Return the page, from 0, of an image with a name. Raises ValueError when the file does not hold it."""
    try:
        return read_layout(file).number(name)
    except struct.error as error:
        raise ValueError("its header is damaged") from error


_remembered = ByFile(_layout)


def _may_be_channels(file: IO[bytes], pages: Sequence[TiffPage]) -> bool:
    return all(len(page.planes) == 1 for page in pages) and are_alike(file, [page.planes[0].place for page in pages])
