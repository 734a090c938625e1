"""LabelPicture: a label map as another program wrote it, in values or in colours."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.errors import ImageError, LabelError, LabelSizeError
from segcore.files.regular_file import read_regular
from segcore.images.header.png import read_png_header
from segcore.images.image import read_image
from segcore.images.indexed_png import decode_indexed_png, read_palette
from segcore.images.label_tiff import read_label_tiff
from segcore.images.page_path import file_of
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import looked_up, values_in
from segcore.labels.palette import Color

Value = int | Color
"""What stands for a class in a label map: a value, 0-255, or a colour (RGB)."""

TIFF_SUFFIXES = (".tif", ".tiff")
MAX_COLORS = 256
"""A picture with more colours is a photo."""


@dataclass(frozen=True)
class Problem:
    """What is wrong or only approximated at a place: a file, an annotation, a line.

    ``reason`` does not name the place, so that problems of the same kind can be counted together. ``is_file``: a whole
    file could not be read.
    """

    place: str
    reason: str
    is_file: bool = False


@dataclass(frozen=True)
class LabelPicture:
    """The pixels of a label map before its values or colours become classes.

    Attributes
    ----------
    pixels : NDArray
        [H, W]: uint8 values, or int32 colours (0xRRGGBB).
    palette : dict[int, Color]
        The colour of each value of an indexed PNG; empty for others.
    problems : tuple[Problem, ...]
        What of the labels could not be read, or only approximately.
    """

    pixels: NDArray[np.uint8] | NDArray[np.int32]
    palette: dict[int, Color] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def in_colors(self) -> bool:
        """Whether the pixels are colours."""
        return self.pixels.dtype != np.uint8

    def values(self) -> list[Value]:
        """Return the values or colours that occur, sorted."""
        return list(self._values)

    def labels(self, mapping: Mapping[Value, int | None]) -> NDArray[np.uint8]:
        """Return uint8 [H, W]: the class value of each pixel; 255 for what is mapped to None.

        Raises KeyError when a value is not in ``mapping``.
        """
        table = np.full(1 << 24 if self.in_colors else 256, IGNORE_INDEX, np.uint8)
        for value in self._values:
            found = mapping[value]
            if found is not None:
                table[value if isinstance(value, int) else _number(value)] = found
        return table[self.pixels] if self.in_colors else looked_up(self.pixels.astype(np.uint8, copy=False), table)

    @cached_property
    def _values(self) -> tuple[Value, ...]:
        if not self.in_colors:
            return tuple(values_in(self.pixels.astype(np.uint8, copy=False)))
        seen = np.zeros(1 << 24, np.bool_)
        seen[self.pixels] = True
        return tuple(_color(int(number)) for number in np.flatnonzero(seen))


def read_label_picture(path: Path, shape: tuple[int, int]) -> LabelPicture:
    """Read an indexed, grey (also of 16 bits) or RGB PNG, or a TIFF file of one or three channels.

    Parameters
    ----------
    path : Path
        The file.
    shape : (height, width)
        Of its image.

    Raises
    ------
    LabelSizeError
        Of another size.
    LabelError
        Missing, damaged, or a photo.
    """
    if file_of(path).suffix.lower() in TIFF_SUFFIXES:
        found = read_label_tiff(path, shape)
        return _of_colors(path) if found is None else LabelPicture(*found)
    try:
        data = read_regular(path)
    except OSError as error:
        raise LabelError(f"{path} cannot be read ({error.strerror or error}).", "Check its permissions.") from error
    try:
        header = read_png_header(io.BytesIO(data))
    except ValueError as error:
        raise LabelError(f"{path} is damaged ({error}).", "Restore it from a copy.") from error
    if header.mode in ("L", "P", "I;16"):
        labels = decode_indexed_png(data, path, shape, deep=True)
        return LabelPicture(labels, read_palette(data) if header.mode == "P" else {})
    if (header.height, header.width) != shape:
        raise LabelSizeError(
            f"{path} measures {header.width} x {header.height}, its image {shape[1]} x {shape[0]}.",
            "Use the label map that belongs to this image.",
            (header.height, header.width),
        )
    if header.depth != 8:
        raise LabelError(f"{path} has {header.depth} bits for each colour.", "Save it as indexed or 8-bit PNG.")
    return _of_colors(path)


def _of_colors(path: Path) -> LabelPicture:
    try:
        pixels = read_image(path).astype(np.int32)
    except ImageError as error:
        raise LabelError(error.message, error.remedy) from error
    picture = LabelPicture(pixels[..., 0] << 16 | pixels[..., 1] << 8 | pixels[..., 2])
    count = len(picture.values())
    if count > MAX_COLORS:
        raise LabelError(f"{path} has {count} colours: it is a photo, not a label map.", "Choose the label map.")
    return picture


def value_text(value: Value) -> str:
    """Return a value for a person: ``7`` or ``#804080``."""
    return str(value) if isinstance(value, int) else f"#{bytes(value).hex()}"


def _color(number: int) -> Color:
    return number >> 16, number >> 8 & 255, number & 255


def _number(color: Color) -> int:
    return color[0] << 16 | color[1] << 8 | color[2]
