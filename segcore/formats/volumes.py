"""Volumes: the label maps of a stack's slices on their way into one file."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.errors import ImageError
from segcore.formats.label_names import stem_of
from segcore.images.image import read_image
from segcore.images.page_path import counted_in, page_name, split_id
from segcore.images.voxel_size import VoxelSize


@dataclass(frozen=True)
class Volume:
    """Slices of a file that are written into one.

    Attributes
    ----------
    name : str
        The image path of the file; of a file with several frames, that of the frame.
    images : tuple[str, ...]
        The slices, in their order.
    counts : tuple[tuple[str, int], ...]
        What is counted along each axis, as in `Layout`.
    """

    name: str
    images: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]


@dataclass
class Slices:
    """The label maps of a volume, as far as they are there.

    Attributes
    ----------
    shape : (int, int)
        Height and width.
    file : Path or None
        Holds the images, where they are copied.
    size : VoxelSize or None
        As the file says.
    """

    volume: Volume
    shape: tuple[int, int]
    file: Path | None = None
    size: VoxelSize | None = None
    _packed: dict[str, bytes] = field(default_factory=dict)

    def add(self, image_id: str, labels: NDArray[np.uint8]) -> None:
        """Keep uint8 [H, W], compressed. Raises ImageError for another size than that of the slices before."""
        if labels.shape != self.shape:
            (height, width), (rows, columns) = labels.shape, self.shape
            raise ImageError(
                f"{image_id} measures {width} x {height}, the slices before it {columns} x {rows}.",
                "Export it without volumes.",
            )
        self._packed[image_id] = zlib.compress(labels.tobytes(), 1)

    def labels(self, ignored: int) -> Iterator[NDArray[np.uint8]]:
        """Yield uint8 [H, W] of each slice, ``ignored`` everywhere where it has no labels."""
        for image_id in self.volume.images:
            packed = self._packed.get(image_id)
            if packed is None:
                yield np.full(self.shape, ignored, np.uint8)
            else:
                yield np.frombuffer(zlib.decompress(packed), np.uint8).reshape(self.shape)

    def pictures(self) -> Iterator[NDArray[np.uint8]]:
        """Yield uint8 [H, W, 3] of each slice; black for one without labels that cannot be read."""
        for image_id in self.volume.images:
            assert self.file is not None
            pixels = np.zeros((*self.shape, 3), np.uint8)
            with suppress(ImageError):
                found = read_image(self.file / split_id(image_id)[1])
                pixels = found if found.shape == pixels.shape else pixels
            yield pixels


class Volumes:
    """Gathers label maps, and writes each volume once as soon as another one follows.

    Parameters
    ----------
    volumes : sequence of Volume
        All of the project; none where slices are written one by one.
    write : Callable
        Writes the slices of a volume.
    """

    def __init__(self, volumes: Sequence[Volume], write: Callable[[Slices], None]) -> None:
        self._of = {image_id: volume for volume in volumes for image_id in volume.images}
        self._sizes: dict[str, VoxelSize] = {}
        self._write, self._open = write, list[Slices]()
        self.written: list[Volume] = []

    def __contains__(self, image_id: str) -> bool:
        """Whether an image is a slice of a volume."""
        return image_id in self._of

    def of(self, image_id: str) -> Volume:
        """Return the volume of a slice. Raises KeyError."""
        return self._of[image_id]

    def measure(self, image_id: str, size: VoxelSize) -> None:
        """Say how large the voxels are in the file of an image."""
        self._sizes[split_id(image_id)[0]] = size

    def add(self, image_id: str, labels: NDArray[np.uint8], image: Path | None = None) -> None:
        """Take the uint8 [H, W] label map of a slice, and the path of its image where images are copied.

        Raises ImageError for a slice of another size, or an image that is to be copied and cannot be read.
        """
        volume = self._of[image_id]
        file, page = split_id(image_id)
        if image is not None:
            read_image(image)
        if not self._open or self._open[0].volume is not volume:
            self.finish()
            height, width = labels.shape
            whole = image.parent if image is not None and page else image
            self._open = [Slices(volume, (height, width), whole, self._sizes.get(file))]
        self._open[0].add(image_id, labels)

    def finish(self) -> None:
        """Write what was gathered. Raises ProjectError when the disk refuses."""
        for each in self._open:
            self._write(each)
            self.written.append(each.volume)
        self._open = []


def volumes_in(ids: Sequence[str], each_frame: bool) -> list[Volume]:
    """Return the volumes of the files that hold several of the images; with ``each_frame`` one for each frame.

    Frames without slices are no volumes then.
    """
    files: dict[str, list[str]] = defaultdict(list)
    for image_id in ids:
        files[split_id(image_id)[0]].append(image_id)
    return [
        volume for file, images in files.items() if len(images) > 1 for volume in _volumes(file, images, each_frame)
    ]


def _volumes(file: str, images: Sequence[str], each_frame: bool) -> list[Volume]:
    last = counted_in(split_id(images[-1])[1])
    lengths = [number for _, number in last]
    counts = last if np.prod(lengths) == len(images) else ((last[-1][0], len(images)),)
    if not each_frame:
        return [Volume(file, tuple(images), counts)]
    depth = counts[-1][1]
    if counts[-1][0] == "frame":
        return []
    parts = [tuple(images[start : start + depth]) for start in range(0, len(images), depth)]
    if len(parts) == 1:
        return [Volume(file, parts[0], counts)]
    return [Volume(f"{file}/{page_name(_outer(part[-1]))}", part, counts[-1:]) for part in parts]


def _outer(image_id: str) -> tuple[tuple[str, int], ...]:
    return counted_in(split_id(image_id)[1])[:-1]


def volume_names(volumes: Sequence[Volume], taken: Collection[str], shape: Callable[[str], str]) -> Mapping[str, str]:
    """Return what each volume is called, by `Volume.name`: its path without extension, or with a number.

    Neither it nor its slices (``<name>_0001``) have a name in ``taken``.
    """
    used = {name.casefold() for name in taken}
    names: dict[str, str] = {}
    for volume in volumes:
        plain = name = shape(stem_of(volume.name).removesuffix(".ome"))
        number = 2
        while used & {name.casefold(), *(slice_name(name, n).casefold() for n in range(len(volume.images)))}:
            name, number = f"{plain}_{number}", number + 1
        used.add(name.casefold())
        names[volume.name] = name
    return names


def slice_name(name: str, number: int) -> str:
    """Return what the slice with a number, from 0, of a volume is called in lists."""
    return f"{name}_{number + 1:04d}"
