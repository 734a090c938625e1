"""NIfTI-1 files (``.nii``, ``.nii.gz``) of label maps and channels: written as uint8, read from any plain number.

Decision 25 says why no library reads them.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError
from segcore.files.atomic import atomic_write, writing
from segcore.files.regular_file import MAX_BYTES, read_regular
from segcore.formats.nifti_header import CUBE, START, NiftiHeader, header_bytes
from segcore.images.image import MAX_PIXELS
from segcore.images.voxel_size import VoxelSize


def nifti_bytes(volume: NDArray[np.uint8]) -> bytes:
    """Return the bytes of a ``.nii.gz`` file with uint8 [Z, Y, X]; a voxel is a cube of 1 mm."""
    return gzip.compress(header_bytes(volume.shape, CUBE) + np.ascontiguousarray(volume).tobytes(), 1, mtime=0)


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
        packed.write(header_bytes(shape, size or CUBE))
        for each in slices:
            packed.write(np.ascontiguousarray(each).tobytes())


def nifti_shape(path: Path) -> tuple[int, int, int]:
    """Return (Z, Y, X) of a file from its header. Raises LabelError."""
    return _header(path, _unpacked(path, START)).shape


def read_nifti(path: Path) -> NDArray[np.uint8]:
    """Read a label map, uint8 [Z, Y, X].

    Raises LabelError when the file is missing, damaged, too large, or holds other values than whole numbers of 0-255.
    """
    data = _unpacked(path, None)
    header = _header(path, data)
    voxels = np.frombuffer(data, header.type, header.voxels, header.offset).reshape(header.shape)
    values = voxels if header.plain else voxels * header.slope + header.intercept
    labels: NDArray[np.uint8] = np.clip(np.nan_to_num(values, nan=-1.0), 0, 255).astype(np.uint8)
    if not np.array_equal(labels, values):
        raise LabelError(f"{path} holds values that are no whole numbers of 0 to 255.", "Choose the label map.")
    return labels


def _header(path: Path, data: bytes) -> NiftiHeader:
    found = NiftiHeader(path, data)
    if found.voxels > min(MAX_PIXELS, MAX_BYTES // found.type.itemsize):
        sides = " x ".join(map(str, found.shape[::-1]))
        raise LabelError(f"{path} holds too many voxels ({sides}).", "Cut it into smaller files.")
    return found


def _unpacked(path: Path, size: int | None) -> bytes:
    """Return the first ``size`` bytes of a file, unpacked; None: as many as its header says, and no more."""
    try:
        data = read_regular(path)
        packed = gzip.GzipFile(fileobj=io.BytesIO(data)) if data[:2] == b"\x1f\x8b" else io.BytesIO(data)
        start = packed.read(START)
        if size is not None:
            return start
        wanted = _header(path, start).bytes
        whole = start + packed.read(wanted - len(start))
        packed.read(1)  # the end is looked at, too: there is the checksum
    except (OSError, EOFError, zlib.error) as error:
        raise LabelError(f"{path} cannot be read ({error}).", "Restore it from a copy.") from error
    if len(whole) < wanted:
        raise LabelError(f"{path} is damaged (it is cut off).", "Restore it from a copy.")
    return whole
