"""Reading where an image lies, from its own tags or from the files beside it."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

from segcore.files.regular_file import open_regular
from segcore.images.geo.geo_tags import read_geo_tags
from segcore.images.geo.georeference import GeoReference
from segcore.images.geo.world_file import read_world_files
from segcore.images.header import read_header
from segcore.images.header.tiff import SIGNATURES


def read_georeference(path: Path, page: int = 0) -> GeoReference | None:
    """Return where an image lies: from GeoTIFF tags, else from files beside it; None when nothing says it.

    Reads no pixel. What is damaged counts as missing; so does what is said of an image that EXIF turns.
    """
    found = None
    try:
        with open_regular(path) as file:
            if file.read(4) in SIGNATURES:
                found = read_geo_tags(file, page)
            if read_header(file, page).orientation != 1:
                return None
    except (OSError, ValueError, struct.error, IndexError, OverflowError):
        return None
    if found is None:
        return read_world_files(path)
    if not found.crs and (beside := read_world_files(path)) is not None:
        return replace(found, crs=beside.crs, metres=found.metres or beside.metres)
    return found
