"""GeoReference: where on the Earth the pixels of an image lie."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

Transform = tuple[float, float, float, float, float, float]
"""(a, b, c, d, e, f): x = a * column + b * row + c and y = d * column + e * row + f; (0, 0) is the corner of the first
pixel, as in GDAL (but in the order of a matrix)."""

_UNIT = re.compile(r'\b(?:LENGTH)?UNIT\s*\[\s*"[^"]*"\s*,\s*([0-9.eE+-]+)')
_AUTHORITY = re.compile(r'(?:AUTHORITY\s*\[\s*"EPSG"\s*,\s*"?|ID\s*\[\s*"EPSG"\s*,\s*)(\d{4,6})"?\s*\]\s*\]\s*$')
_PROJECTED = re.compile(r"^\s*(?:PROJCS|PROJCRS|PROJECTEDCRS)\s*\[", re.IGNORECASE)


@dataclass(frozen=True)
class GeoTag:
    """A tag of a TIFF file that is copied as it is: number, TIFF type, and its values or (for text) bytes."""

    number: int
    type: int
    values: tuple[int | float, ...] | bytes


@dataclass(frozen=True)
class GeoReference:
    """Where the pixels lie.

    Attributes
    ----------
    transform : Transform | None
        From columns and rows to coordinates; None when the file says it in another way (ground control points).
    crs : str
        Coordinate reference system: WKT, ``EPSG:32633``, or empty when unknown.
    metres : float | None
        Of one unit of the coordinates; None when unknown or where they are angles.
    tags : tuple[GeoTag, ...]
        The tags of a GeoTIFF file; none when it was read from another file.
    """

    transform: Transform | None = None
    crs: str = ""
    metres: float | None = None
    tags: tuple[GeoTag, ...] = ()

    def pixel_metres(self) -> tuple[float, float] | None:
        """Return width and height of a pixel in metres; None when unknown."""
        if self.transform is None or self.metres is None:
            return None
        a, b, _, d, e, _ = self.transform
        size = math.hypot(a, d) * self.metres, math.hypot(b, e) * self.metres
        return size if all(math.isfinite(each) and each > 0 for each in size) else None

    def epsg(self) -> int | None:
        """Return the EPSG number of the coordinate reference system; None when it has none."""
        found = re.fullmatch(r"EPSG:(\d{4,6})", self.crs) or _AUTHORITY.search(self.crs)
        return int(found[1]) if found else None

    def is_projected(self) -> bool:
        """Whether the coordinates are lengths, not angles."""
        return self.metres is not None or _PROJECTED.match(self.crs) is not None


def metres_of_wkt(wkt: str) -> float | None:
    """Return the metres of one unit of a projected coordinate reference system; None for another one."""
    if _PROJECTED.match(wkt) is None:
        return None
    found = _UNIT.findall(wkt)
    try:
        metres = float(found[-1]) if found else math.nan
    except ValueError:
        return None
    return metres if math.isfinite(metres) and metres > 0 else None
