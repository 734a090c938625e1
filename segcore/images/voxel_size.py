"""VoxelSize: how large a voxel of a stack is, as its file says."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

from segcore.files.regular_file import open_regular
from segcore.images.header.tiff_directory import Directory
from segcore.images.page_path import file_of
from segcore.images.pixel_size import DESCRIPTION, IMAGEJ_UNIT, MICRO, read_pixel_size

_LONGEST = 1 << 20
_MILLIMETRES = {"nm": 1e-6, "µm": 1e-3, "mm": 1.0, "cm": 10.0, "m": 1000.0, "inch": 25.4, "in": 25.4}


@dataclass(frozen=True)
class VoxelSize:
    """Width, height and depth of a voxel in millimetres, each more than 0."""

    x: float
    y: float
    z: float


def read_voxel_size(path: Path) -> VoxelSize | None:
    """Return what a TIFF file says of its voxels; None when it says nothing that can be used. Reads no pixel.

    OME-TIFF: PhysicalSizeX, Y and Z. ImageJ: resolution and spacing. Others: the resolution. A depth that is not said
    is the width.
    """
    try:
        with open_regular(file_of(path)) as file:
            text = Directory(file).bytes_of(DESCRIPTION, _LONGEST).decode("utf-8", "replace")
        found = _of_ome(text) if "<OME" in text[:4000] else _of_resolution(path, text)
    except Exception:  # a damaged header says nothing
        return None
    return found if found is not None and all(0 < n < 1e9 for n in (found.x, found.y, found.z)) else None


def _of_ome(text: str) -> VoxelSize | None:
    pixels = re.search(r"<(?:\w+:)?Pixels\s([^>]{1,4000})>", text)
    said = dict(re.findall(r'(\w+)\s*=\s*"([^"]*)"', pixels[1])) if pixels else {}
    if "PhysicalSizeX" not in said or "PhysicalSizeY" not in said:
        return None
    x, y = (_side(said, axis) for axis in "XY")
    return VoxelSize(x, y, _side(said, "Z") if "PhysicalSizeZ" in said else x)


def _side(said: dict[str, str], axis: str) -> float:
    """Return a side in millimetres; OME's unit is the micrometre where none is said. Raises KeyError, ValueError."""
    unit = said.get(f"PhysicalSize{axis}Unit", "µm").replace("\u03bc", "µ").replace("&#181;", "µ")
    return float(said[f"PhysicalSize{axis}"]) * _MILLIMETRES[unit]


def _of_resolution(path: Path, text: str) -> VoxelSize | None:
    size = read_pixel_size(path)
    if size is None or size.unit not in _MILLIMETRES:
        return None
    unit = _MILLIMETRES[size.unit]
    found = IMAGEJ_UNIT.search(text)
    spacing = re.search(r"^spacing=(\S{1,30})\s*$", text, re.MULTILINE)
    depth = abs(float(spacing[1])) if spacing and found and MICRO.get(found[1].strip(), found[1].strip()) else size.x
    return VoxelSize(size.x * unit, size.y * unit, (depth if math.isfinite(depth) else size.x) * unit)
