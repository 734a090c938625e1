"""Reading where an image lies, from its own tags or from the files beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from segcore.errors import ImageError
from segcore.images.geo.geo_tags import read_geo_tags
from segcore.images.geo.georeference import GeoReference
from segcore.images.geo.world_file import read_world_files
from segcore.images.image import opened
from segcore.images.page_path import file_of


def read_georeference(path: Path) -> GeoReference | None:
    """Return where an image lies: from GeoTIFF tags, else from files beside it; None when nothing says it.

    Reads no pixel. What is damaged counts as missing; so does what is said of an image that EXIF turns.
    """
    try:
        with opened(path) as (file, header):
            if header.orientation != 1:
                return None
            found = read_geo_tags(file, header.page) if header.format == "TIFF" else None
    except ImageError:
        return None
    beside = read_world_files(file_of(path)) if found is None or not found.crs else None
    if found is None or beside is None:
        return found or beside
    return replace(found, crs=beside.crs, metres=found.metres or beside.metres)
