"""NIfTI-1 files (``.nii``, ``.nii.gz``) of label maps and channels: written as uint8, read from any plain number.

The header is 348 bytes; what is needed of it stands at the places of the NIfTI-1 standard (``nifti1.h``).
Decision 25 says why no library reads it.
"""

from __future__ import annotations

import gzip
import io
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError
from segcore.files.atomic import atomic_write, writing
from segcore.files.regular_file import MAX_BYTES, read_regular
from segcore.images.image import MAX_PIXELS
from segcore.images.voxel_size import VoxelSize

SUFFIXES = (".nii.gz", ".nii")
_HEADER, _VOXELS = 348, 352
_TYPES = {2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8", 256: "i1", 512: "u2", 768: "u4", 1024: "i8", 1280: "u8"}
_MILLIMETRES, _SCANNER = 2, 1
_CUBE = VoxelSize(1.0, 1.0, 1.0)


def nifti_bytes(volume: NDArray[np.uint8]) -> bytes:
    """Return the bytes of a ``.nii.gz`` file with uint8 [Z, Y, X]; a voxel is a cube of 1 mm."""
    return gzip.compress(_header(volume.shape, _CUBE) + np.ascontiguousarray(volume).tobytes(), 1, mtime=0)


def write_nifti(
    path: Path, slices: Iterable[NDArray[np.uint8]], shape: tuple[int, int, int], size: VoxelSize | None
) -> None:
    """Write a ``.nii.gz`` file of the (Z, Y, X) ``shape``, whole or not at all, slice by slice.

    Parameters
    ----------
    path : Path
        The file.
    slices : iterable of NDArray
        Uint8 [Y, X], Z of them.
    shape : (int, int, int)
        Z, Y, X.
    size : VoxelSize or None
        Of a voxel; None: a cube of 1 mm.

    Raises
    ------
    ProjectError
        The disk refuses.
    """
    with (
        writing(path),
        atomic_write(path, durable=False) as file,
        gzip.GzipFile("", "wb", 1, file, mtime=0) as packed,
    ):
        packed.write(_header(shape, size or _CUBE))
        for each in slices:
            packed.write(np.ascontiguousarray(each).tobytes())


def _header(shape: tuple[int, ...], size: VoxelSize) -> bytes:
    depth, height, width = shape
    header = bytearray(_VOXELS)
    struct.pack_into("<i", header, 0, _HEADER)
    struct.pack_into("<8h", header, 40, 3, width, height, depth, 1, 1, 1, 1)
    struct.pack_into("<2h", header, 70, 2, 8)  # uint8, bits
    struct.pack_into("<8f", header, 76, 1.0, size.x, size.y, size.z, *[1.0] * 4)
    struct.pack_into("<3f", header, 108, _VOXELS, 1.0, 0.0)  # where the voxels begin, slope, intercept
    struct.pack_into("<b", header, 123, _MILLIMETRES)
    struct.pack_into("<2h", header, 252, _SCANNER, _SCANNER)
    struct.pack_into("<12f", header, 280, size.x, 0, 0, 0, 0, size.y, 0, 0, 0, 0, size.z, 0)  # voxels to millimetres
    header[344:348] = b"n+1\0"
    return bytes(header)


def nifti_shape(path: Path) -> tuple[int, int, int]:
    """Return (Z, Y, X) of a file from its header. Raises LabelError."""
    return _Header(path, _start(path)).shape


def read_nifti(path: Path) -> NDArray[np.uint8]:
    """Read a label map, uint8 [Z, Y, X].

    Raises LabelError when the file is missing, damaged, too large, or holds other values than whole numbers of 0-255.
    """
    data = _unpacked(path, None)
    header = _Header(path, data)
    voxels = np.frombuffer(data, header.type, int(np.prod(header.shape)), header.offset).reshape(header.shape)
    values = voxels if header.plain else voxels * header.slope + header.intercept
    labels: NDArray[np.uint8] = np.clip(np.nan_to_num(values, nan=-1.0), 0, 255).astype(np.uint8)
    if not np.array_equal(labels, values):
        raise LabelError(f"{path} holds values that are no whole numbers of 0 to 255.", "Choose the label map.")
    return labels


class _Header:
    """What is needed of a header; raises LabelError where it is of no label map."""

    def __init__(self, path: Path, data: bytes) -> None:
        order = next((each for each in "<>" if data[:4] == struct.pack(f"{each}i", _HEADER)), "")
        if len(data) < _HEADER or not order or data[344:347] not in (b"n+1", b"ni1"):
            raise LabelError(f"{path} is damaged (it has no NIfTI-1 header).", "Restore it from a copy.")
        count, *sides = struct.unpack_from(f"{order}8h", data, 40)
        (kind,) = struct.unpack_from(f"{order}h", data, 70)
        place, slope, intercept = struct.unpack_from(f"{order}3f", data, 108)
        sides = [side if place < count else 1 for place, side in enumerate(sides)]
        if not 1 <= count <= 7 or min(sides) < 1 or max(sides[3:]) > 1 or kind not in _TYPES:
            raise LabelError(f"{path} is no label map (it has more than three axes, or colours).", "Choose the labels.")
        self.shape = sides[2], sides[1], sides[0]
        size = np.dtype(_TYPES[kind]).itemsize
        if sides[0] * sides[1] * sides[2] > min(MAX_PIXELS, MAX_BYTES // size):
            raise LabelError(
                f"{path} holds too many voxels ({sides[0]} x {sides[1]} x {sides[2]}).", "Cut it into smaller files."
            )
        self.type, self.slope, self.intercept = np.dtype(order + _TYPES[kind]), slope, intercept
        self.plain = slope == 0 or not np.isfinite(slope) or (slope, intercept) == (1, 0)
        self.offset = int(place) if np.isfinite(place) and _VOXELS <= place < 1 << 30 else _VOXELS
        self.size = self.offset + int(np.prod(self.shape)) * size
        if data[344:347] != b"n+1":
            raise LabelError(f"{path} has its voxels in a file of its own.", "Convert it to a single .nii.gz file.")


def _start(path: Path) -> bytes:
    return _unpacked(path, _VOXELS)


def _unpacked(path: Path, size: int | None) -> bytes:
    """Return the first ``size`` bytes of a file, unpacked; None: as many as its header says, and no more."""
    try:
        data = read_regular(path)
        packed = gzip.GzipFile(fileobj=io.BytesIO(data)) if data[:2] == b"\x1f\x8b" else io.BytesIO(data)
        start = packed.read(_VOXELS)
        if size is not None:
            return start
        wanted = _Header(path, start).size
        whole = start + packed.read(wanted - len(start))
        packed.read(1)  # the end is looked at, too: there is the checksum
    except (OSError, EOFError, zlib.error) as error:
        raise LabelError(f"{path} cannot be read ({error}).", "Restore it from a copy.") from error
    if len(whole) < wanted:
        raise LabelError(f"{path} is damaged (it is cut off).", "Restore it from a copy.")
    return whole
