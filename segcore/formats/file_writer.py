"""FileWriter: what the formats share that store the labels of each image in files of its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.formats.export_options import ExportOptions
from segcore.formats.format import Difference
from segcore.formats.image_copy import copy_image
from segcore.formats.label_folder import line_of
from segcore.formats.label_names import copy_suffix, stacks_in
from segcore.formats.written_files import is_complete, write_lines


class FileWriter(ABC):
    """A `LabelWriter` that notes which images were written, copies images, and takes over what is complete.

    Parameters
    ----------
    out : Path
        The folder.
    ids : Sequence[str]
        All images of the project.
    options : ExportOptions
        Which images are copied, and to which part they belong.
    """

    def __init__(self, out: Path, ids: Sequence[str], options: ExportOptions) -> None:
        self._out, self._options, self._stacks = out, options, stacks_in(ids)
        self._written: list[str] = []

    @abstractmethod
    def _write(self, image_id: str, labels: NDArray[np.uint8]) -> Sequence[Difference]:
        """Write the uint8 [H, W] label map of an image to `_files`; see `LabelWriter.add`."""

    @abstractmethod
    def _path(self, image_id: str) -> Path:
        """Return the file with the labels of an image."""

    def _files(self, image_id: str) -> list[Path]:
        """Return all files with the labels of an image."""
        return [self._path(image_id)]

    @abstractmethod
    def _copy(self, image_id: str) -> Path | None:
        """Return the file to which an image is copied; None where the format has no place for it."""

    def _copy_image(self, image: Path, target: Path) -> Sequence[Difference]:
        return copy_image(image, target)

    def add(self, image_id: str, labels: NDArray[np.uint8], image: Path | None = None) -> Sequence[Difference]:
        """See `LabelWriter`."""
        different = self._write(image_id, labels)
        target = self._copy(image_id)
        if image is not None and target is not None:
            different = [*different, *self._copy_image(image, target)]
        self._written.append(image_id)
        return different

    def keep(self, image_id: str) -> bool:
        """See `LabelWriter`."""
        target = self._copy(image_id) if self._options.copy_images else None
        if not is_complete(*self._files(image_id), *([] if target is None else [target])):
            return False
        self._written.append(image_id)
        return True

    def _suffix(self, image_id: str) -> str:
        return copy_suffix(image_id, self._stacks).lower()

    def _write_names(self, names: Mapping[str, str]) -> None:
        """Write ``images.txt``: what each written image is called, a tab, and its path."""
        lines = [f"{line_of(names[each])}\t{line_of(each)}" for each in self._written]
        write_lines(self._out / "images.txt", lines)
