"""Label maps as TIFF files: class values with a colour map and, as GeoTIFF, where they lie on the Earth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.errors import ImageError, LabelError, LabelSizeError
from segcore.files.atomic import atomic_write
from segcore.images.geo.geo_tags import NODATA, geo_tags
from segcore.images.geo.georeference import GeoReference
from segcore.images.header.tiff import left_to_pillow, tiff_pages
from segcore.images.image import check_size, opened
from segcore.images.tiff.decode import decode_values
from segcore.images.tiff.source import TiffSource
from segcore.labels.class_values import class_values
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.palette import Color

_TILE = 512
_SOFTWARE = "Maskwright"
_ASCII = 2


def write_label_tiff(
    path: Path, labels: NDArray[np.uint8], palette: NDArray[np.uint8], place: GeoReference | None
) -> None:
    """Write a label map whole or not at all: uint8 [H, W], its colours uint8 RGB [256, 3], 255 as "no data".

    The tags of a GeoTIFF come back as they were, bit for bit. Nobody waits for the disk. Raises OSError (no space left,
    no permission).
    """
    import tifffile  # only now: 150 ms, and most projects have no TIFF file

    tags: list[Any] = [
        (tag.number, tag.type, len(tag.values), tag.values, True) for tag in (geo_tags(place) if place else ())
    ]
    tags.append((NODATA, _ASCII, None, str(IGNORE_INDEX), True))
    with (
        atomic_write(path, durable=False) as file,
        tifffile.TiffWriter(tifffile.FileHandle(file, name=path.name)) as out,
    ):
        out.write(
            labels,
            photometric="palette",
            colormap=np.ascontiguousarray(palette.T.astype(np.uint16) * 257),
            compression="adobe_deflate",
            compressionargs={"level": 1},
            tile=(_TILE, _TILE) if max(labels.shape) > _TILE else None,
            metadata=None,
            software=_SOFTWARE,
            extratags=tags,
        )


def read_label_tiff(
    path: Path, shape: tuple[int, int] | None = None
) -> tuple[NDArray[np.uint8], dict[int, Color]] | None:
    """Read the values (not the colours) of a label map, and the colour of each value where the file has a colour map.

    What the file calls "no data" becomes 255.

    Parameters
    ----------
    path : Path
        A TIFF file, or an image within it, see `page_path`.
    shape : (height, width), optional
        What it must measure.

    Returns
    -------
    (NDArray[np.uint8], dict) or None
        [H, W], 0-255; None for a file with several channels.

    Raises
    ------
    LabelSizeError
        Of another size.
    LabelError
        Missing, damaged, or with values that are no whole numbers from 0 to 255 (a float's NaN is "no data").
    """
    try:
        with opened(path) as (file, header):
            check_size(path, header)
            if shape is not None and header.shape != shape:
                raise LabelSizeError(
                    f"{path} measures {header.width} x {header.height}, its image {shape[1]} x {shape[0]}.",
                    "Use the label map that belongs to this image.",
                    header.shape,
                )
            page = tiff_pages(file)[header.page]
            if left_to_pillow(file, page) or len(page.planes) > 1:
                return None
            source = TiffSource(file, page.planes[0])
            if len(source.colours.channels) > 1 and source.dtype == np.uint8:
                return None
            if len(source.colours.channels) > 1:
                raise LabelError(f"{path} has more than 8 bits for each colour.", "Save it with 8-bit values.")
            values = decode_values(source)
    except ImageError as error:
        raise LabelError(error.message, error.remedy) from error
    return class_values(path, values, source.nodata), source.palette()
