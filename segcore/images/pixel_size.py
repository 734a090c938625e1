"""PixelSize: how large a pixel of an image is, in a unit of length."""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from segcore.files.regular_file import open_regular
from segcore.images.page_path import file_of

FORMATS = ("TIFF", "PNG", "JPEG", "BMP")
X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT, DESCRIPTION = 282, 283, 296, 270
"""TIFF 6.0 tags; resolution is in pixels for each unit."""
TIFF_UNITS = {2: ("mm", 25.4), 3: ("mm", 10.0)}
"""ResolutionUnit: inch and centimetre, both in millimetres."""
IMAGEJ_UNIT = re.compile(r"^unit=(.*)$", re.MULTILINE)
MICRO = {"micron": "µm", "microns": "µm", "um": "µm", "\\u00B5m": "µm", "\u03bcm": "µm"}
LONGEST_UNIT = 8


@dataclass(frozen=True)
class PixelSize:
    """Size of a pixel.

    Attributes
    ----------
    x, y : float
        Width and height of a pixel in ``unit``; more than 0.
    unit : str
        Such as ``µm``; ``px`` for pixels.
    """

    x: float
    y: float
    unit: str

    def __post_init__(self) -> None:
        for value in (self.x, self.y):
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"a pixel cannot measure {value}")
        if not 0 < len(self.unit) <= LONGEST_UNIT or not self.unit.isprintable():
            raise ValueError(f"{self.unit!a} is not a unit")

    def to_json(self) -> dict[str, float | str]:
        """Return what `from_json` reads."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Any) -> PixelSize | None:
        """Read what `to_json` wrote; None when it is something else."""
        try:
            x, y, unit = values["x"], values["y"], values["unit"]
            if not isinstance(unit, str) or any(type(each) not in (int, float) for each in (x, y)):
                return None
            return cls(float(x), float(y), unit)
        except (TypeError, KeyError, ValueError, OverflowError):
            return None


PIXELS = PixelSize(1.0, 1.0, "px")


def read_pixel_size(path: Path) -> PixelSize | None:
    """Return what a file says of its resolution; None when it says nothing that can be used. Reads no pixel.

    What GeoTIFF tags or a world file with its coordinates say goes first, in metres. Of others,
    TIFF: XResolution and YResolution in ResolutionUnit or, from ImageJ, in the unit of its description. PNG, JPEG and
    BMP: their dots per inch.
    """
    from PIL import Image  # only now: the window must be seen soon

    from segcore.images.geo.reading import read_georeference

    place = read_georeference(path)
    metres = None if place is None else place.pixel_metres()
    if metres is not None:
        return PixelSize(*metres, "m")
    try:
        with open_regular(file_of(path)) as file, Image.open(file, formats=FORMATS) as image:
            if image.format == "TIFF":
                return _of_tiff(dict(image.tag_v2))  # type: ignore[attr-defined]
            dots = image.info.get("dpi")
            return None if dots is None else PixelSize(25.4 / float(dots[0]), 25.4 / float(dots[1]), "mm")
    except Exception:  # decoders raise what they like
        return None


def _of_tiff(tags: dict[int, Any]) -> PixelSize | None:
    x, y = float(tags[X_RESOLUTION]), float(tags[Y_RESOLUTION])
    description = str(tags.get(DESCRIPTION, ""))
    found = IMAGEJ_UNIT.search(description) if description.startswith("ImageJ=") else None
    if found is not None:
        unit = found.group(1).strip()
        return PixelSize(1.0 / x, 1.0 / y, MICRO.get(unit, unit))
    unit, length = TIFF_UNITS[int(tags.get(RESOLUTION_UNIT, 2))]
    return PixelSize(length / x, length / y, unit)
