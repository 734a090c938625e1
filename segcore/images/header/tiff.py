"""The pages of a TIFF file, and the header of one."""

from __future__ import annotations

import itertools
import math
import os
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import IO

from segcore.images.header.by_file import ByFile
from segcore.images.header.header import METADATA, ImageHeader
from segcore.images.header.tiff_axes import Axes, axes_of
from segcore.images.header.tiff_directory import SIGNATURES as SIGNATURES
from segcore.images.header.tiff_directory import Directory

_KIND, _OLD_KIND, _WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 254, 255, 256, 257, 258, 259, 262
_STRIPS, _SAMPLES, _ROWS, _PAGE_NAME, _TILE_WIDTH, _TILE_HEIGHT, _TILES, _WITHIN = (
    273,
    277,
    278,
    285,
    322,
    323,
    324,
    330,
)
_FORMAT = 339
_REDUCED, _MASK = 1, 4
_MAX_STRIPS = 1_000_000
_MAX_TABLES = 4_000_000
"""Bytes of directories that are read to find pages."""
_MAX_COPIES = 32
MAX_PAGES = 9_999
"""Directories that are visited to find pages; a file may name any number of them."""

BAND_VALUES = 4_000_000
"""Values of a picture without compression that are read at once."""
HELD = 400_000_000
"""Bytes of values of more than 8 bits that are kept until their range is known; more are decoded twice."""

_LAB, _YCBCR, _OLD_JPEG, _JPEG = (8, 9, 10), 6, 6, 7


@dataclass(frozen=True)
class Plane:
    """One picture: the ``number``-th of those that lie one after another where the directory at ``place`` points to."""

    place: int
    number: int = 0


@dataclass(frozen=True)
class TiffPage:
    """One image of a TIFF file: a page, or a slice of a stack with all of its channels.

    Attributes
    ----------
    planes : tuple[Plane, ...]
        One, or one for each channel where the file keeps channels as pages of their own.
    smaller : tuple[int, ...]
        Places of directories that hold the same at smaller sizes, as far as they follow it in the file.
    name : str
        ``T 2, Z 10``, or what the file calls the page; empty when it says nothing.
    """

    planes: tuple[Plane, ...]
    smaller: tuple[int, ...] = ()
    name: str = ""


def tiff_pages(file: IO[bytes]) -> tuple[TiffPage, ...]:
    """Return the pages of a TIFF file, at least one: smaller copies and masks of a page are none.

    Reads directories only, at most `MAX_PAGES`. Channels that ImageJ, OME-TIFF or tifffile keep as pages belong to
    one page. Raises ValueError or struct.error.
    """
    return _remembered(file)


def _pages(file: IO[bytes]) -> tuple[TiffPage, ...]:
    found: list[TiffPage] = []
    first = Directory(file)
    for tags in _directories(file, first):
        kind, old = tags.number(_KIND, 0), tags.number(_OLD_KIND, 1)
        if not found or not (kind & (_REDUCED | _MASK) or old == 2 or _is_smaller(tags, first)):
            name = tags.bytes_of(_PAGE_NAME, 200).split(b"\0")[0].decode("utf-8", "replace").strip()
            found.append(TiffPage((Plane(tags.place),), name=name))
        elif not kind & _MASK:
            last = found[-1]
            found[-1] = TiffPage(last.planes, (*last.smaller, tags.place), last.name)
    axes = axes_of(first)
    count = math.prod(length for _, length in axes)
    if len(found) == 1 < count <= MAX_PAGES and _has_room(file, first, count):
        found = [TiffPage((Plane(first.place, number),)) for number in range(count)]
    return tuple(_joined(found, axes)) if len(found) == count and axes else tuple(found)


_remembered = ByFile(_pages)


def _is_smaller(tags: Directory, first: Directory) -> bool:
    """Whether a page has no size, or is a smaller copy of a tiled first page that does not say so.

    Some programs do not mark the levels of a pyramid: they are at most about half as large, and of one shape.
    """
    width, height = tags.number(_WIDTH, 0), tags.number(_HEIGHT, 0)
    if width < 1 or height < 1 or not first.count(_TILES):
        return width < 1
    across, down = first.number(_WIDTH, 0) / width, first.number(_HEIGHT, 0) / height
    return min(across, down) > 1.9 and abs(across / down - 1) < 0.05


def are_alike(file: IO[bytes], places: Sequence[int]) -> bool:
    """Whether the pages with these directories are grey, of 8 bits or more, and of one size and type."""
    found = set()
    for place in places:
        tags = Directory(file, place)
        bits, grey = tags.number(_BITS, 1), tags.number(_PHOTOMETRIC, 1) in (0, 1) and tags.number(_SAMPLES, 1) == 1
        found.add((tags.number(_WIDTH, 0), tags.number(_HEIGHT, 0), bits, tags.number(_FORMAT, 1)))
        if not grey or bits < 8 or len(found) > 1:
            return False
    return True


def smaller_copies(file: IO[bytes], page: TiffPage) -> tuple[tuple[ImageHeader, Plane], ...]:
    """Return the same picture at smaller sizes with its header, the largest first.

    Raises ValueError or struct.error.
    """
    if len(page.planes) > 1 or page.planes[0].number:
        return ()
    tags = Directory(file, page.planes[0].place)
    whole = _header(file, tags, 1)
    found = []
    for place in (*page.smaller, *tags.numbers(_WITHIN, _MAX_COPIES)):
        try:
            copy = Directory(file, place)
            header = _header(file, copy, 1)
        except (ValueError, struct.error):
            continue
        alike = abs(header.width * whole.height - header.height * whole.width) <= 2 * (whole.width + whole.height)
        same = copy.number(_SAMPLES, 1) == tags.number(_SAMPLES, 1) and copy.numbers(_BITS) == tags.numbers(_BITS)
        if header.width < whole.width and alike and same and not copy.number(_KIND, 0) & _MASK:
            found.append((header, Plane(place)))
    return tuple(sorted(found, key=lambda each: -each[0].width))


def read_tiff(file: IO[bytes], page: int = 0) -> ImageHeader:
    """Read the header of a page. Raises ValueError or struct.error."""
    pages = tiff_pages(file)
    if not 0 <= page < len(pages):
        raise ValueError(f"it has no page {page + 1}, only {len(pages)}")
    return replace(_header(file, Directory(file, pages[page].planes[0].place), len(pages)), page=page)


def left_to_pillow(file: IO[bytes], page: TiffPage) -> bool:
    """Whether tifffile does not decode this: CIELAB, old JPEG, and luma and chroma that are not in a JPEG."""
    tags = Directory(file, page.planes[0].place)
    compression, photometric = tags.number(_COMPRESSION, 1), tags.number(_PHOTOMETRIC, 1)
    is_luma = photometric == _YCBCR and compression not in (_JPEG, *_PICTURES)
    return photometric in _LAB or compression == _OLD_JPEG or is_luma


_PICTURES = (33003, 33004, 33005, 34712, 34933, 50001, 50002, 52546)
"""Compressions that know colours themselves: JPEG 2000, PNG, WebP, JPEG XL."""


def _directories(file: IO[bytes], first: Directory) -> Iterator[Directory]:
    tags, seen, tables = first, set[int](), 0
    for _ in range(MAX_PAGES):
        yield tags
        seen.add(tags.place)
        tables += tags.size
        try:
            place = tags.following()
            if not place or place in seen or tables > _MAX_TABLES:
                return
            tags = Directory(file, place)
        except (ValueError, struct.error):
            return


def _has_room(file: IO[bytes], tags: Directory, count: int) -> bool:
    """Whether ``count`` pictures without compression fit behind the place that the only directory names."""
    if tags.number(_COMPRESSION, 1) != 1 or tags.count(_TILES):
        return False
    bits = tags.number(_BITS, 1) * tags.number(_SAMPLES, 1)
    size = tags.number(_WIDTH, 0) * tags.number(_HEIGHT, 0) * bits // 8
    return size > 0 and tags.number(_STRIPS, 0) + count * size <= file.seek(0, os.SEEK_END)


def _joined(found: list[TiffPage], axes: Axes) -> Iterator[TiffPage]:
    """Yield one page for each place on the axes other than ``C``."""
    numbers: dict[tuple[int, ...], list[int]] = {}
    for n, place in enumerate(itertools.product(*(range(length) for _, length in axes))):
        outer = tuple(at for at, (name, _) in zip(place, axes, strict=True) if name != "C")
        numbers.setdefault(outer, []).append(n)
    names = [name for name, _ in axes if name != "C"]
    for outer, members in numbers.items():
        planes = tuple(found[n].planes[0] for n in members)
        text = ", ".join(f"{name} {at + 1}" for name, at in zip(names, outer, strict=True))
        yield TiffPage(planes, found[members[0]].smaller, text or found[members[0]].name)


def _header(file: IO[bytes], tags: Directory, pages: int) -> ImageHeader:
    width, height = tags.number(_WIDTH, 0), tags.number(_HEIGHT, 0)
    samples, bits = tags.number(_SAMPLES, 1), max(tags.numbers(_BITS), default=1)
    if max(tags.count(_STRIPS), tags.count(_TILES)) > _MAX_STRIPS:
        raise ValueError("it has too many strips or tiles")
    pixels, orientation, depth = width * height, tags.orientation(), -(-bits // 8)
    tiled, packed = tags.count(_TILES) > 0, tags.number(_COMPRESSION, 1) != 1
    rows, columns = min(tags.number(_ROWS, height), height), width
    if tiled:
        rows, columns = tags.number(_TILE_HEIGHT, height), tags.number(_TILE_WIDTH, width)
    decoding = min(pixels * samples, BAND_VALUES) * depth
    if tiled or packed or bits % 8:  # a strip or tile is unpacked as a whole, and is packed as large
        decoding += 2 * rows * columns * samples * depth
    if bits > 8:
        held = pixels * min(samples, 3) * depth
        decoding += held if held <= HELD else 0
    total = tags.total()
    if tags.number(_PHOTOMETRIC, 1) in (*_LAB, _YCBCR):  # Pillow has the picture, and turns a copy
        decoding += pixels * (4 if orientation == 1 else 8) + (2 * total if total > METADATA else 0)
    return ImageHeader("TIFF", width, height, decoding, orientation, pages=pages)
