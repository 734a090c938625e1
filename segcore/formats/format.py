"""Format: all that the program knows of one export format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from segcore.formats.label_folder import LabelFolder
from segcore.images.geo.georeference import GeoReference
from segcore.labels.classes import ClassSet


class LabelWriter(Protocol):
    """Writes label maps one by one, then the lists. Its methods raise ProjectError when the disk refuses."""

    def add(
        self, image_id: str, labels: NDArray[np.uint8], image: Path | None = None, place: GeoReference | None = None
    ) -> None:
        """Write the uint8 [H, W] label map of an image, with its ``place`` on the Earth where that is known.

        A copy of the file ``image`` is written where one is given.
        """

    def finish(self) -> None:
        """Write the lists of classes and images."""


@dataclass(frozen=True)
class Format:
    """One row of the registry.

    Attributes
    ----------
    key : str
        Its name on the command line and in the settings.
    title : str
        What the export dialog shows, in English.
    writer : Callable
        Called with the folder to write to, the classes, and all images of the project; returns a `LabelWriter`.
    read : Callable
        Reads what the writer wrote in a folder. Raises LabelError or ClassesError.
    labels_folder : str
        Sub-folder with the label maps.
    images_folder : str
        Sub-folder for copies of the images; "" when the format has no place for them.
    classes_file : str
        File that lists the classes.
    read_classes : Callable
        Reads this file. Raises ClassesError.
    """

    key: str
    title: str
    writer: Callable[[Path, ClassSet, Sequence[str]], LabelWriter]
    read: Callable[[Path], LabelFolder]
    labels_folder: str
    classes_file: str
    read_classes: Callable[[Path], ClassSet]
    images_folder: str = ""
