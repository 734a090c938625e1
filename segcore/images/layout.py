"""Layout: which images a file holds, and what they are called."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from segcore.images.page_path import NOUNS, page_name

Counts = tuple[tuple[str, int], ...]
"""What is counted along each axis, the slowest first: (("frame", 2), ("slice", 30))."""

MAX_LAYOUT = 100
"""Letters of `Layout.to_text`."""
MOST_AXES = 6
MOST_IMAGES = 9_999
"""Images of one file, at most."""
_AXIS = rf"({'|'.join(NOUNS)}) [1-9]\d{{0,5}}"
_TEXT = re.compile(rf"(grey )?{_AXIS}(, {_AXIS}){{0,{MOST_AXES - 1}}}", re.ASCII)


@dataclass(frozen=True)
class Layout:
    """The images of a file.

    Attributes
    ----------
    counts : Counts
        () for a single image.
    are_grey : bool
        Whether the images are grey pages of one size, and nothing says that they are not channels of one image.
    """

    counts: Counts = ()
    are_grey: bool = False

    def __len__(self) -> int:
        """Return the number of images, at least 1."""
        return min(MOST_IMAGES, math.prod(count for _, count in self.counts))

    def names(self, pages_are_channels: bool = False) -> list[str]:
        """Return the names of the images within the file; the first is "", because it has the path of the file."""
        one = not self.counts or (pages_are_channels and self.are_grey)
        return [""] if one else ["", *map(page_name, islice(self._places(), 1, MOST_IMAGES))]

    def name(self, number: int) -> str:
        """Return what the image with a number, from 0, counts; "" when there is none, or only one."""
        return page_name(next(islice(self._places(), number, None), ()))

    def number(self, name: str) -> int:
        """Return the inverse of `name`. Raises ValueError when there is no such image."""
        found = next((n for n, place in enumerate(self._places()) if page_name(place) == name), None)
        if found is None:
            raise ValueError(f"it has no {name}")
        return found

    def to_text(self) -> str:
        """Return what `from_text` reads, such as ``frame 2, slice 30``; "" for a single image."""
        return "grey " * self.are_grey + ", ".join(f"{noun} {count}" for noun, count in self.counts)

    @classmethod
    @lru_cache(maxsize=256)
    def from_text(cls, text: str) -> Layout:
        """Read what `to_text` wrote; a single image when it is something else."""
        if _TEXT.fullmatch(text) is None:
            return cls()
        plain = text.removeprefix("grey ")
        pairs = (part.split(" ") for part in plain.split(", "))
        return cls(tuple((noun, int(count)) for noun, count in pairs), plain != text)

    def _places(self) -> Iterator[Counts]:
        """Yield noun and number along each axis for every image, in their order."""
        if self.counts:
            yield from product(*([(noun, n) for n in range(1, count + 1)] for noun, count in self.counts))
