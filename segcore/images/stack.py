"""Stack: the images that a TIFF file holds, and the pages of the file that each of them is made of.

Slices and frames are images, channels are not: the metadata of ImageJ, OME and others say which axis is which. Without
metadata each page is an image, unless it is a mask or a smaller copy of another one. Grey pages of equal size may be
channels all the same: nothing in the file says so, so a person may.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice, product
from typing import IO, TYPE_CHECKING, NamedTuple, cast

from segcore.images.page_path import NOUNS, page_name

if TYPE_CHECKING:
    from tifffile import TiffFile, TiffPage, TiffPageSeries

Counts = tuple[tuple[str, int], ...]
"""What is counted along each axis, the slowest first: (("frame", 2), ("slice", 30))."""

MOST_IMAGES = 20_000
"""Images of one file that are known; a damaged file may name any number."""
MAX_LAYOUT = 1000
"""Letters of `Layout.to_text`."""
_AXES = {"T": "frame", "Z": "slice"}
_CHANNELS = "C"
_PIXELS = "SYX"
_UNNAMED = ("generic", "shaped", "uniform")
"""Kinds of tifffile's series whose axes say something only when they are named."""
_SMALLER_COPY, _MASK, _OLD_SMALLER_COPY = 1, 4, 2  # values of NewSubfileType (254) and SubfileType (255)
_LAYOUT = re.compile(rf"(grey )?(({'|'.join(NOUNS)}) [1-9]\d{{0,5}}[;,]?)+", re.ASCII)


@dataclass(frozen=True)
class Layout:
    """The images of a file.

    Attributes
    ----------
    series : tuple of Counts
        Of each series of the file; () for a single image.
    are_grey : bool
        Whether the images are grey pages of one size, and nothing says that they are not channels of one image.
    """

    series: tuple[Counts, ...] = ()
    are_grey: bool = False

    def __len__(self) -> int:
        """Return the number of images, at least 1."""
        return min(MOST_IMAGES, max(1, sum(math.prod(count for _, count in counts) for counts in self.series)))

    def names(self, pages_are_channels: bool = False) -> list[str]:
        """Return the names of the images within the file; the first is "", because it has the path of the file."""
        if pages_are_channels and self.are_grey:
            return [""]
        return ["", *map(page_name, islice(self._places(), 1, None))]

    def name(self, place: int) -> str:
        """Return what the image at a place, from 0, counts; "" when there is none, or only one."""
        return page_name(next(islice(self._places(), place, None), ()))

    def to_text(self) -> str:
        """Return what `from_text` reads, such as ``frame 2,slice 30``; "" for a single image."""
        text = ";".join(",".join(f"{noun} {count}" for noun, count in counts) for counts in self.series)
        return f"grey {text}" if self.are_grey else text

    @classmethod
    @lru_cache(maxsize=256)
    def from_text(cls, text: str) -> Layout:
        """Read what `to_text` wrote; a single image when it is something else."""
        if _LAYOUT.fullmatch(text) is None:
            return cls()
        plain = text.removeprefix("grey ")
        series = []
        for part in plain.split(";"):
            words = [each.split(" ") for each in part.split(",")]
            series.append(tuple((words_[0], int(words_[1])) for words_ in words if len(words_) == 2))
        return cls(tuple(series), plain != text)

    def _places(self) -> Iterator[Counts]:
        """Yield noun and number along each axis for every image, in their order."""
        every = (self._within(number, counts) for number, counts in enumerate(self.series, 1))
        return islice(chain.from_iterable(every), MOST_IMAGES)

    def _within(self, number: int, counts: Counts) -> Iterator[Counts]:
        before: Counts = (("series", number),) if len(self.series) > 1 else ()
        axes = ([(noun, n) for n in range(1, min(count, MOST_IMAGES) + 1)] for noun, count in counts)
        return ((*before, *place) for place in product(*axes))


class Page(NamedTuple):
    """A page of a TIFF file: its place in the chain of pages, from 0, and that of its directory, in bytes."""

    number: int
    directory: int


@dataclass(frozen=True)
class Stack:
    """The images of a file, and their pages.

    Attributes
    ----------
    layout : Layout
    pages : dict[str, tuple[Page, ...]]
        By the name of an image: the pages with its channels.
    """

    layout: Layout
    pages: dict[str, tuple[Page, ...]]

    def of(self, name: str) -> tuple[Page, ...]:
        """Return the pages of an image. Raises ValueError when the file does not hold it."""
        found = self.pages.get("" if name == self.layout.name(0) else name)
        if found is None:
            raise ValueError(f"it has no {name}")
        return found


_known: dict[tuple[int, ...], Stack] = {}
_KEPT = 32


def read_stack(file: IO[bytes]) -> Stack:
    """Read which images an open TIFF file holds, from its directories alone.

    Raises
    ------
    ValueError
        It is not a TIFF file, or a damaged one.
    """
    about = os.fstat(file.fileno())
    key = (about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns)
    found = _known.get(key)
    if found is None:
        found = _read(file)
        _known[key] = found
        while len(_known) > _KEPT:
            _known.pop(next(iter(_known)), None)
    return found


def _read(file: IO[bytes]) -> Stack:
    from tifffile import TiffFile, TiffFileError  # only now: the window must be seen soon

    file.seek(0)
    try:
        with TiffFile(file, _multifile=False) as tiff:
            return _by_metadata(tiff) or _page_by_page(tiff)
    except TiffFileError as error:
        raise ValueError(str(error)) from error


def _by_metadata(tiff: TiffFile) -> Stack | None:
    """Return what the metadata say; None when they say nothing, or what the pages do not fit."""
    if not tiff.series or (len(tiff.pages) == 1 and len(tiff.series[0].shape) < 3):
        return None
    first = tiff.series[0]
    if first.kind in _UNNAMED and not set(first.axes) & {*_AXES, _CHANNELS}:
        return None
    every = [_of_series(each) for each in (tiff.series if first.kind == "ome" else [first])]
    if any(pages is None for _, pages in every):
        return None
    several = len(every) > 1
    pages = list(chain.from_iterable(pages or [] for _, pages in every))
    if pages[0][0].number != 0:
        return None  # the first page has the path of the file, whatever is found in it
    layout = Layout(tuple(counts for counts, _ in every)) if several or every[0][0] else Layout()
    if len(layout.to_text()) > MAX_LAYOUT:
        return None
    return Stack(layout, dict(zip(layout.names(), pages, strict=False)))


def _of_series(series: TiffPageSeries) -> tuple[Counts, list[tuple[Page, ...]] | None]:
    """Return what a series counts, and the pages of each of its images; None where pages are missing."""
    sizes = [(axis, size) for axis, size in zip(series.axes, series.shape, strict=True) if axis not in _PIXELS]
    total = math.prod(size for _, size in sizes)
    chained = [Page(page.index, page.offset) for page in series.pages if page is not None]
    if len(chained) == 1 < total and series.dataoffset is not None:
        chained = [Page(n, chained[0].directory) for n in range(total)]  # the values of all pages behind the first
    if len(chained) != total:
        return (), None
    counts = tuple((_AXES.get(axis, "page"), size) for axis, size in sizes if axis != _CHANNELS)
    found: dict[tuple[int, ...], list[Page]] = {}
    for place, page in zip(product(*(range(size) for _, size in sizes)), chained, strict=True):
        image = tuple(number for number, (axis, _) in zip(place, sizes, strict=True) if axis != _CHANNELS)
        found.setdefault(image, []).append(page)
    return counts, [tuple(found[image]) for image in sorted(found)]


def _page_by_page(tiff: TiffFile) -> Stack:
    pages = [cast("TiffPage", page) for page, _ in zip(tiff.pages, range(MOST_IMAGES), strict=False)]
    first = pages[0]
    images = [page for page in pages if page is first or not _is_smaller_copy(page, first)]
    if len(images) == 1:
        return Stack(Layout(), {"": (_page(first),)})
    layout = Layout(((("page", len(images)),),), _may_be_channels(images))
    return Stack(layout, {name: (_page(page),) for name, page in zip(layout.names(), images, strict=True)})


def _page(page: TiffPage) -> Page:
    return Page(page.index, page.offset)


def _is_smaller_copy(page: TiffPage, first: TiffPage) -> bool:
    """Whether a page is a mask, a thumbnail or a level of a pyramid.

    Some programs do not mark the levels: in a tiled file, pages of half the size or less and of one shape are levels.
    """
    old = page.tags.valueof(255, 0)
    if page.subfiletype & (_SMALLER_COPY | _MASK) or old == _OLD_SMALLER_COPY:
        return True
    if not first.is_tiled or page.imagewidth < 1 or page.imagelength < 1:
        return False
    across, down = first.imagewidth / page.imagewidth, first.imagelength / page.imagelength
    return min(across, down) > 1.9 and abs(across / down - 1) < 0.05


def _may_be_channels(pages: list[TiffPage]) -> bool:
    first = pages[0]
    alike = (first.shape, first.dtype, first.photometric)
    is_grey = first.samplesperpixel == 1 and first.photometric in (0, 1) and first.bitspersample >= 8
    return is_grey and all((page.shape, page.dtype, page.photometric) == alike for page in pages)
