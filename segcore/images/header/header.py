"""ImageHeader: what is known of an image before a pixel of it is decoded."""

from __future__ import annotations

import re
from dataclasses import dataclass

METADATA = 64_000_000
"""Bytes of text, profiles and thumbnails that a file may hold; they are read into memory as a whole."""


@dataclass(frozen=True)
class ImageHeader:
    """The header of an image file.

    Attributes
    ----------
    format : str
        Pillow's name of the format.
    width, height : int
        In pixels as they are stored, before the EXIF rotation; at least 1.
    decoding : int
        Bytes that decoding takes at most, beyond the RGB image that comes out.
    orientation : int
        EXIF orientation, 1 to 8.
    deep : bool
        A PNG file of 16 bits a colour, which OpenCV decodes and Pillow does not.
    shrinks : bool
        A smaller picture of it can be decoded with little memory (a JPEG with one scan).
    pages : int
        Pages of a TIFF file.
    page : int
        Which of them this is, from 0.
    """

    format: str
    width: int
    height: int
    decoding: int
    orientation: int = 1
    deep: bool = False
    shrinks: bool = False
    pages: int = 1
    page: int = 0

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise ValueError(f"it measures {self.width} x {self.height} pixels")

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) after the EXIF rotation."""
        return (self.width, self.height) if self.orientation in (5, 6, 7, 8) else (self.height, self.width)


def xmp_orientation(xmp: bytes) -> int:
    """Return the orientation that an XMP packet names; 1 without one. EXIF goes before it."""
    found = re.search(rb'tiff:Orientation(?:="|>)([1-8])', xmp)
    return int(found[1]) if found else 1


def check_metadata(size: int) -> None:
    """Raise ValueError when a file holds more than `METADATA` bytes beside its pixels."""
    if size > METADATA:
        raise ValueError(f"it holds more than {METADATA // 1_000_000} MB beside its pixels")
