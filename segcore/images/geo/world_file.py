"""World files: six lines beside an image that say where it lies, and files that say in which coordinates."""

from __future__ import annotations

import math
import re
from pathlib import Path
from xml.sax.saxutils import escape, unescape

from segcore.files.atomic import atomic_write_bytes, writing
from segcore.files.regular_file import read_regular
from segcore.images.geo.georeference import GeoReference, Transform, metres_of_wkt

_LONGEST = 1 << 20
_NUMBERS = re.compile(r"<GeoTransform>([^<]{1,400})</GeoTransform>")
_SRS = re.compile(r"<SRS[^>]{0,200}>([^<]{1,100000})</SRS>")


def world_file_name(name: str) -> str:
    """Return what the world file of an image is called: first and last letter of its suffix and ``w``."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem}.{suffix[:1]}{suffix[-1:]}w"


def world_file_names(name: str) -> tuple[str, ...]:
    """Return what the files may be called that say where an image lies, besides the image itself."""
    stem = name.rpartition(".")[0]
    return world_file_name(name), f"{name}w", f"{stem}.wld", f"{stem}.prj", f"{name}.aux.xml"


def read_world_files(path: Path) -> GeoReference | None:
    """Return what the files beside an image say: world file, ``.prj``, GDAL's ``.aux.xml``; None: they say nothing."""
    beside = _text(path.with_name(path.name + ".aux.xml"))
    numbers = None
    for name in (world_file_name(path.name), path.name + "w", f"{path.stem}.wld"):
        numbers = numbers or _of_world_file(_text(path.with_name(name)))
    numbers = numbers or _of_gdal(beside)
    if numbers is None:
        return None
    found = _SRS.search(beside)
    crs = _text(path.with_suffix(".prj")).strip() or (unescape(found[1], {"&quot;": '"'}).strip() if found else "")
    return GeoReference(numbers, crs, metres_of_wkt(crs))


def write_world_files(path: Path, place: GeoReference | None) -> None:
    """Write where a label map lies beside it: a world file, and what is known of its coordinates.

    WKT goes into ``.prj``. WKT and an EPSG number go into ``.aux.xml``, which GDAL and QGIS read: without a database of
    coordinate reference systems, no WKT can be made of a number. Nobody waits for the disk. Raises ProjectError when it
    refuses.
    """
    if place is None or place.transform is None:
        return
    a, b, c, d, e, f = place.transform
    lines = (a, d, b, e, c + (a + b) / 2, f + (d + e) / 2)  # of the middle of the first pixel
    texts = {world_file_name(path.name): "".join(f"{value!r}\n" for value in lines)}
    if place.crs:
        crs = escape(place.crs, {'"': "&quot;"})
        texts[f"{path.name}.aux.xml"] = f"<PAMDataset>\n  <SRS>{crs}</SRS>\n</PAMDataset>\n"
        if not place.crs.startswith("EPSG:"):
            texts[f"{path.stem}.prj"] = place.crs + "\n"
    for name, text in texts.items():
        with writing(path.with_name(name)):
            atomic_write_bytes(path.with_name(name), text.encode(), durable=False)


def _text(path: Path) -> str:
    try:
        return read_regular(path, _LONGEST).decode("utf-8-sig", "replace")
    except OSError:
        return ""


def _of_world_file(text: str) -> Transform | None:
    numbers = _floats(text.split())
    if len(numbers) < 6:
        return None
    a, d, b, e, x, y = numbers[:6]
    return _sound((a, b, x - (a + b) / 2, d, e, y - (d + e) / 2))


def _of_gdal(text: str) -> Transform | None:
    found = _NUMBERS.search(text)
    numbers = _floats(found[1].split(",")) if found else []
    if len(numbers) != 6:
        return None
    c, a, b, f, d, e = numbers
    return _sound((a, b, c, d, e, f))


def _sound(transform: Transform) -> Transform | None:
    a, b, _, d, e, _ = transform
    return transform if all(map(math.isfinite, transform)) and a * e != b * d else None


def _floats(words: list[str]) -> list[float]:
    try:
        return [float(word) for word in words[:100]]
    except ValueError:
        return []
