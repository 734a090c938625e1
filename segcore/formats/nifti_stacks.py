"""NIfTI images as TIFF stacks beside them, which can be opened: ``imagesTr/<case>.tif`` in data sets of nnU-Net.

A stack has the name that the slices of ``labelsTr/<case>.nii.gz`` look for, the channels ``<case>_0000.nii.gz``,
``<case>_0001.nii.gz`` and so on, and the size of a voxel; its values are those of the files, not compressed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np

from segcore.errors import ImageError
from segcore.files.atomic import atomic_write, writing
from segcore.files.zip_limits import free_bytes
from segcore.formats.nifti_header import CUBE, SUFFIXES
from segcore.formats.nifti_image import NiftiImage
from segcore.progress import Progress, Task

FOLDERS = ("imagesTr", "imagesTs")
_CHANNEL = re.compile(r"(.+)_(\d{4})")
_CLASSIC_BYTES = 4_000_000_000
"""What is larger becomes a BigTIFF file."""


@dataclass(frozen=True)
class Stacks:
    """What `write_stacks` did.

    Attributes
    ----------
    written, kept : int
        How many stacks were written, and how many were there already.
    problems : tuple[str, ...]
        Why others were not, a sentence each with the name of a file.
    """

    written: int
    kept: int
    problems: tuple[str, ...]


def nifti_cases(path: Path) -> dict[Path, tuple[Path, ...]]:
    """Return for each stack that can be written the files of its channels; empty where there are none.

    They are looked for in `FOLDERS`, or in the folder itself where it has none of these. Raises OSError.
    """
    found: dict[Path, tuple[Path, ...]] = {}
    inside = [path / name for name in FOLDERS if (path / name).is_dir()]
    for folder in inside or [path]:
        files = sorted(each for each in folder.iterdir() if _is_nifti(each.name))
        for case, channels in _cases(files, with_channels=bool(inside)).items():
            found[folder / f"{case}.tif"] = tuple(channels)
    return found


def write_stacks(path: Path) -> Task[Stacks]:
    """Write a stack for each case of a data set, or for each file of a folder; those that exist stay as they are.

    Raises
    ------
    ImageError
        There are no NIfTI images, or none could be read.
    ProjectError
        The disk refuses. Stacks that were written by then stay, and the next call goes on after them.
    """
    try:
        cases = nifti_cases(path)
    except OSError as error:
        raise ImageError(f"{path} cannot be listed ({error.strerror or error}).", "Check the folder.") from error
    if not cases:
        raise ImageError(f"{path} holds no NIfTI images.", "Choose the folder of the data set.")
    written, kept, problems = 0, 0, list[str]()
    for number, (stack, files) in enumerate(cases.items()):
        if stack.exists():
            kept += 1
            continue
        try:
            for step in _write(stack, files):
                yield step.part(number, len(cases), stack.name)
            written += 1
        except ImageError as error:
            problems.append(error.message)
    if not written and not kept:
        raise ImageError(problems[0], "Restore it from a copy.")
    return Stacks(written, kept, tuple(problems))


def _is_nifti(name: str) -> bool:
    return name.lower().endswith(SUFFIXES) and not name.startswith(".")


def _cases(files: Sequence[Path], with_channels: bool) -> dict[str, list[Path]]:
    """Group files by case; those whose numbers do not begin with 0 and follow each other are cases of their own."""
    channels: dict[str, dict[int, Path]] = {}
    for file in files:
        found = _CHANNEL.fullmatch(_stem(file)) if with_channels else None
        if found is not None:
            channels.setdefault(found[1], {})[int(found[2])] = file
    whole = {case: numbers for case, numbers in channels.items() if sorted(numbers) == list(range(len(numbers)))}
    of_a_case = {file for numbers in whole.values() for file in numbers.values()}
    cases = {case: [numbers[each] for each in sorted(numbers)] for case, numbers in whole.items()}
    return {_stem(file): [file] for file in files if file not in of_a_case} | cases


def _stem(file: Path) -> str:
    return re.sub(r"\.nii(\.gz)?$", "", file.name, flags=re.IGNORECASE)


def _write(stack: Path, files: Sequence[Path]) -> Iterator[Progress]:
    import tifffile  # only now: 150 ms

    images = [NiftiImage(file) for file in files]
    depth, height, width = images[0].header.shape
    for other, path in zip(images, files, strict=True):
        if other.header.shape != images[0].header.shape:
            raise ImageError(f"{path} and {files[0].name} have different sizes.", "Restore it from a copy.")
    types = {image.dtype for image in images}
    dtype = types.pop() if len(types) == 1 else np.dtype(np.float32)
    axes = [("Z", depth), ("C", len(images))]
    shape = (*(length for _, length in axes if length > 1), height, width)
    metadata: dict[str, object] = {"axes": "".join([*(axis for axis, length in axes if length > 1), "YX"])}
    size = images[0].header.size
    for axis in "XYZ" if size != CUBE else "":
        metadata |= {f"PhysicalSize{axis}": getattr(size, axis.lower()), f"PhysicalSize{axis}Unit": "mm"}
    total = math.prod(shape) * dtype.itemsize
    if total > free_bytes(stack.parent):
        raise ImageError(f"{stack} needs {total / 1e9:.1f} GB, and its disk has less.", "Free some space.")
    with writing(stack), atomic_write(stack) as file, ExitStack() as opened:
        handle = tifffile.FileHandle(file, name=stack.name)
        with tifffile.TiffWriter(handle, ome=True, bigtiff=total > _CLASSIC_BYTES) as out:
            placed = out.write(
                None, shape=shape, dtype=dtype, photometric="minisblack", metadata=metadata, returnoffset=True
            )
        file.seek(cast("tuple[int, int]", placed)[0])
        slices = [opened.enter_context(closing(image.slices())) for image in images]
        for number in range(depth):
            for each in slices:
                file.write(np.ascontiguousarray(next(each), dtype).tobytes())
            yield Progress(number + 1, depth)
        for each in slices:
            next(each, None)  # reads the checksum
