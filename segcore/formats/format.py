"""Format: all that the program knows of one format in which label maps are exported and imported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from segcore.formats.export_options import ExportOptions
from segcore.formats.label_set import LabelSet
from segcore.images.geo.georeference import GeoReference
from segcore.images.voxel_size import VoxelSize
from segcore.labels.classes import ClassSet
from segcore.progress import Task


@dataclass(frozen=True)
class Difference:
    """So many ``pixels`` of a label map are not in the exported file as they are in the project, and why.

    ``reason`` continues "12 pixels ...": "differ, because polygons approximate their borders". Where ``pixels`` is
    None, the copy of the image is not the same, and ``reason`` continues its name: "x.png: copied as a JPEG ...".
    """

    reason: str
    pixels: int | None


class LabelWriter(Protocol):
    """Writes label maps one by one, then the lists. Its methods raise ProjectError when the disk refuses.

    Each file is written whole or not at all (`segcore.files.atomic`).
    """

    def add(self, image_id: str, labels: NDArray[np.uint8], image: Path | None = None) -> Sequence[Difference]:
        """Write the uint8 [H, W] label map of an image, and a copy of the file ``image`` where one is given.

        Returns what is different in the written file; nothing for a format that holds every pixel.
        """

    def keep(self, image_id: str) -> bool:
        """Take over what an interrupted export wrote for an image; False when that is not there: `add` it again.

        So it is here: a format that has the labels of all images in one file begins anew.
        """
        return False

    def finish(self) -> None:
        """Write the lists of classes and images."""


@runtime_checkable
class LocatedWriter(LabelWriter, Protocol):
    """A writer of a format that can say where on the Earth an image lies."""

    def locate(self, image_id: str, place: GeoReference) -> None:
        """Say where an image lies; called before its labels are added. Raises ProjectError when the disk refuses."""


Writer = Callable[[Path, ClassSet, Sequence[str], ExportOptions], LabelWriter]
"""Called with the folder to write to, the classes, all images of the project, and the options."""


@runtime_checkable
class MeasuredWriter(LabelWriter, Protocol):
    """A writer of a format that can say how large the voxels of a volume are."""

    def measure(self, image_id: str, size: VoxelSize) -> None:
        """Say how large the voxels are in the file of an image; called before its labels are added."""


@dataclass(frozen=True)
class Format:
    """One row of the registry.

    Attributes
    ----------
    key : str
        Its name on the command line and in the settings.
    title : str
        What the dialogs show, in English.
    writer : Writer or None
        Makes the `LabelWriter` of an export; None when the format can only be read.
    reader : Callable
        Opens a folder or file, as a task where it has to read many files for it; zip files are unpacked before. Raises
        LabelError or ClassesError, which name the file.
    recognise : Callable
        Whether a folder or file is of this format, by names and the first bytes: called for all that is dropped.
    labels_folder : str
        Sub-folder in which the writer puts one file for each image; "" when that is the folder itself.
    images_folder : str or None
        Sub-folder for copies of the images; None when the format has no place for them.
    shares_folder : bool
        Several such formats can be exported into one folder; the others get a sub-folder with their key.
    objects : bool
        It stores objects: the options for them apply.
    volumes : bool
        It can have the slices of a stack in one file.
    package : str
        What reading and writing need beside Maskwright's own packages; "" when that is nothing.
    extra : str
        The extra of Maskwright that has ``package``.
    """

    key: str
    title: str
    writer: Writer | None
    reader: Callable[[Path], LabelSet | Task[LabelSet]]
    recognise: Callable[[Path], bool]
    labels_folder: str = ""
    images_folder: str | None = None
    shares_folder: bool = False
    objects: bool = False
    volumes: bool = False
    package: str = ""
    extra: str = ""

    @property
    def lacks_package(self) -> bool:
        """Whether its package is not installed."""
        return bool(self.package) and find_spec(self.package) is None
