"""Header of NIfTI-1 files: 348 bytes; what is needed stands at the places of the standard (``nifti1.h``)."""

from __future__ import annotations

import math
import struct
from pathlib import Path

import numpy as np

from segcore.errors import LabelError
from segcore.images.voxel_size import VoxelSize

SUFFIXES = (".nii.gz", ".nii")
START = 352
"""Bytes before the first voxel, at least."""
_HEADER, _MOST_BEFORE = 348, 1 << 26
_TYPES = {2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8", 256: "i1", 512: "u2", 768: "u4", 1024: "i8", 1280: "u8"}
_MILLIMETRES, _SCANNER = 2, 1
_UNITS = {1: 1000.0, 3: 0.001}
"""Metres and micrometres; everything else counts as millimetres."""
CUBE = VoxelSize(1.0, 1.0, 1.0)


class NiftiHeader:
    """What is needed of a header.

    Attributes
    ----------
    shape : (int, int, int)
        Z, Y, X.
    type : numpy.dtype
        Of a voxel in the file.
    slope, intercept : float
        ``voxel * slope + intercept`` is meant, unless it is ``plain``.
    plain : bool
        Whether the voxels are meant as they are.
    offset : int
        Bytes before the first voxel.
    size : VoxelSize
        Of a voxel; a side that is not said, or makes no sense, is 1 mm.
    """

    def __init__(self, path: Path, data: bytes) -> None:
        """Read the first `START` bytes of a file, unpacked. Raises LabelError where it is of no volume."""
        order = next((each for each in "<>" if data[:4] == struct.pack(f"{each}i", _HEADER)), "")
        if len(data) < _HEADER or not order or data[344:347] not in (b"n+1", b"ni1"):
            raise LabelError(f"{path} is damaged (it has no NIfTI-1 header).", "Restore it from a copy.")
        count, *sides = struct.unpack_from(f"{order}8h", data, 40)
        (kind,) = struct.unpack_from(f"{order}h", data, 70)
        place, slope, intercept = struct.unpack_from(f"{order}3f", data, 108)
        sides = [side if place < count else 1 for place, side in enumerate(sides)]
        if not 1 <= count <= 7 or min(sides) < 1 or max(sides[3:]) > 1 or kind not in _TYPES:
            raise LabelError(f"{path} has more than three axes, or colours.", "Choose a file of one volume.")
        if data[344:347] != b"n+1":
            raise LabelError(f"{path} has its voxels in a file of its own.", "Convert it to a single .nii.gz file.")
        self.shape = sides[2], sides[1], sides[0]
        self.type, self.slope, self.intercept = np.dtype(order + _TYPES[kind]), slope, intercept
        self.plain = slope == 0 or not np.isfinite(slope) or (slope, intercept) == (1, 0)
        self.offset = int(place) if np.isfinite(place) and START <= place < _MOST_BEFORE else START
        steps = (abs(step) for step in struct.unpack_from(f"{order}3f", data, 80))
        unit = _UNITS.get(data[123] & 7, 1.0)
        self.size = VoxelSize(*(step * unit if math.isfinite(step) and step > 0 else 1.0 for step in steps))

    @property
    def voxels(self) -> int:
        """How many there are."""
        return math.prod(self.shape)

    @property
    def bytes(self) -> int:
        """Of the file up to its last voxel, unpacked."""
        return self.offset + self.voxels * self.type.itemsize


def header_bytes(shape: tuple[int, ...], size: VoxelSize) -> bytes:
    """Return the first `START` bytes of a file with uint8 voxels, for a (Z, Y, X) ``shape``."""
    depth, height, width = shape
    header = bytearray(START)
    struct.pack_into("<i", header, 0, _HEADER)
    struct.pack_into("<8h", header, 40, 3, width, height, depth, 1, 1, 1, 1)
    struct.pack_into("<2h", header, 70, 2, 8)  # uint8, bits
    struct.pack_into("<8f", header, 76, 1.0, size.x, size.y, size.z, *[1.0] * 4)
    struct.pack_into("<3f", header, 108, START, 1.0, 0.0)  # where the voxels begin, slope, intercept
    struct.pack_into("<b", header, 123, _MILLIMETRES)
    struct.pack_into("<2h", header, 252, _SCANNER, _SCANNER)
    struct.pack_into("<12f", header, 280, size.x, 0, 0, 0, 0, size.y, 0, 0, 0, 0, size.z, 0)  # voxels to millimetres
    header[344:348] = b"n+1\0"
    return bytes(header)
