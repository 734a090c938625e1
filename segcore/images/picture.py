"""Picture: which picture an image file held when it was read, to know later whether it is still the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from segcore.files.stamp import Stamp
from segcore.images.content_key import content_key
from segcore.images.image import read_image
from segcore.images.page_path import file_of

_LONGEST = 50


class Picture(NamedTuple):
    """What a result was made of.

    Attributes
    ----------
    file : int
        `Stamp.key` of the file, taken before it was read: while it is the same, nothing needs to be read.
    pixels : str
        `content_key` of the image: it decides, because a copy of a file has other times.
    """

    file: int
    pixels: str

    @classmethod
    def of(cls, stamp: Stamp, image: NDArray[np.uint8]) -> Picture:
        """Return what was read, uint8 [H, W, 3]; ``stamp`` is of the file, from before it was read."""
        return cls(stamp.key, content_key(image))

    def to_json(self) -> list[Any]:
        """Return the inverse of `from_json`."""
        return list(self)

    @classmethod
    def from_json(cls, found: object) -> Picture | None:
        """Read what `to_json` returned; None for anything else, such as what an earlier version wrote."""
        match found:
            case [int(file), str(pixels)] if 0 < len(pixels) <= _LONGEST:
                return cls(file, pixels)
        return None

    def is_in(self, path: Path) -> bool:
        """Whether this image, a path for `read_image`, is still the same picture; it is read when its file changed.

        Raises ImageError when it cannot be read.
        """
        return self.file == Stamp.of(file_of(path)).key or self.pixels == content_key(read_image(path))
