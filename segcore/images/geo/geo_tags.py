"""Tags of GeoTIFF (OGC 19-008r4): reading them, and making them for an image that has none."""

from __future__ import annotations

import struct
from typing import IO

from segcore.images.geo.georeference import GeoReference, GeoTag, Transform
from segcore.images.header.tiff import tiff_pages
from segcore.images.header.tiff_directory import Directory

SCALE, TIEPOINT, TRANSFORMATION, KEYS, DOUBLES, TEXTS = 33550, 33922, 34264, 34735, 34736, 34737
COPIED = (SCALE, TIEPOINT, TRANSFORMATION, KEYS, DOUBLES, TEXTS)
NODATA = 42113
_SHORT, _ASCII, _DOUBLE = 3, 2, 12
_MODEL, _RASTER, _GEOGRAPHIC, _PROJECTED, _UNITS = 1024, 1025, 2048, 3072, 3076
_IS_PROJECTED, _IS_GEOGRAPHIC, _IS_AREA, _IS_POINT, _OWN = 1, 2, 1, 2, 32767
_METRES = {9001: 1.0, 9002: 0.3048, 9003: 1200 / 3937, 9036: 1000.0}
"""EPSG units of length: metre, international foot, US survey foot, kilometre."""
_MOST = 1 << 20


def read_geo_tags(file: IO[bytes], page: int = 0) -> GeoReference | None:
    """Return what the tags of a page say; None when there are none. Raises ValueError or struct.error."""
    directory = Directory(file, tiff_pages(file)[page].planes[0].place)
    tags = tuple(tag for number in COPIED if (tag := _tag(directory, number)) is not None)
    values = {tag.number: tag.values for tag in tags}
    if not values.keys() & {SCALE, TIEPOINT, TRANSFORMATION}:
        return None
    keys = _keys(values.get(KEYS, ()))
    is_point = keys.get(_RASTER) == _IS_POINT
    projected, geographic = keys.get(_PROJECTED, _OWN), keys.get(_GEOGRAPHIC, _OWN)
    is_projected = keys.get(_MODEL, _IS_PROJECTED if _PROJECTED in keys else 0) == _IS_PROJECTED
    code = projected if is_projected else geographic
    crs = f"EPSG:{code}" if 1024 <= code < _OWN else ""
    metres = _METRES.get(keys.get(_UNITS, 0)) if is_projected else None
    if metres is None and is_projected and _UNITS not in keys and _is_in_metres(code):
        metres = 1.0
    return GeoReference(_transform(values, is_point), crs, metres, tags)


def geo_tags(place: GeoReference) -> tuple[GeoTag, ...]:
    """Return the tags of an image: its own, or those that say what a world file says."""
    if place.tags or place.transform is None:
        return place.tags
    a, b, c, d, e, f = place.transform
    if b == d == 0 and a > 0 > e:
        found = [GeoTag(SCALE, _DOUBLE, (a, -e, 0.0)), GeoTag(TIEPOINT, _DOUBLE, (0.0, 0.0, 0.0, c, f, 0.0))]
    else:
        found = [GeoTag(TRANSFORMATION, _DOUBLE, (a, b, 0.0, c, d, e, 0.0, f, *(0.0,) * 7, 1.0))]
    keys = [(_RASTER, _IS_AREA)]
    if (code := place.epsg()) is not None:
        is_projected = place.is_projected()
        keys = [(_MODEL, _IS_PROJECTED if is_projected else _IS_GEOGRAPHIC), *keys]
        keys.append((_PROJECTED if is_projected else _GEOGRAPHIC, code))
    directory = (1, 1, 0, len(keys), *(number for key, value in keys for number in (key, 0, 1, value)))
    return (*found, GeoTag(KEYS, _SHORT, directory))


def _tag(directory: Directory, number: int) -> GeoTag | None:
    kind, data = directory.stored(number, _MOST)
    if not data:
        return None
    if kind == _ASCII:
        return GeoTag(number, kind, data)
    form = {_SHORT: "H", _DOUBLE: "d"}.get(kind)
    if form is None or (number in (KEYS,) and kind != _SHORT):
        return None
    count = len(data) // struct.calcsize("=" + form)
    return GeoTag(
        number, kind, struct.unpack(f"{directory.order}{count}{form}", data[: count * struct.calcsize("=" + form)])
    )


def _keys(values: tuple[int | float, ...] | bytes) -> dict[int, int]:
    """Return the keys whose values stand in the directory itself."""
    numbers = [int(each) for each in values]
    entries = [numbers[at : at + 4] for at in range(4, len(numbers) - 3, 4)]
    return {key: value for key, place, _, value in entries[: numbers[3] if len(numbers) > 3 else 0] if place == 0}


def _transform(values: dict[int, tuple[int | float, ...] | bytes], is_point: bool) -> Transform | None:
    matrix, scale, tie = (tuple(float(v) for v in values.get(n, ())) for n in (TRANSFORMATION, SCALE, TIEPOINT))
    if len(matrix) == 16:
        a, b, _, c, d, e, _, f = matrix[:8]
    elif (len(scale) >= 2 and len(tie) == 6) or (len(scale) >= 2 and len(tie) > 6 and scale[0] > 0):
        a, b, d, e = scale[0], 0.0, 0.0, -scale[1]
        c, f = tie[3] - tie[0] * a, tie[4] - tie[1] * e
    else:
        return None
    if is_point:  # the coordinates are those of the middle of the pixel
        c, f = c - (a + b) / 2, f - (d + e) / 2
    return (a, b, c, d, e, f)


def _is_in_metres(code: int) -> bool:
    """Whether this is UTM (WGS 84, ETRS89, NAD83) or web Mercator, of which the unit need not be written."""
    return code == 3857 or any(low <= code <= high for low, high in _UTM)


_UTM = ((32601, 32660), (32701, 32760), (25828, 25838), (26901, 26923))
