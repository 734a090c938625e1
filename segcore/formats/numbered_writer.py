"""NumberedWriter: what the formats share that store a label map a file and number their classes without gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.formats.export_options import ExportOptions
from segcore.formats.file_writer import FileWriter
from segcore.formats.format import Difference
from segcore.formats.label_names import copy_suffix, stacks_in
from segcore.formats.written_files import write_json, write_labels
from segcore.labels.classes import ClassSet


class NumberedWriter(FileWriter):
    """Writes an indexed PNG file for each image, ``classes.json`` with the values in these files, and ``images.txt``.

    Parameters
    ----------
    out : Path
        The folder.
    classes : ClassSet
        What the values in the project stand for.
    names : dict[str, str]
        What each image is called in the lists.
    options : ExportOptions
        Which images are copied.
    values : dict[int, int]
        The value of each class in the files.
    ignored : int
        The value of ignore in the files.
    """

    def __init__(
        self,
        out: Path,
        classes: ClassSet,
        names: dict[str, str],
        options: ExportOptions,
        values: dict[int, int],
        ignored: int,
    ) -> None:
        super().__init__(out, list(names), options)
        self._names = names
        self._table, self._classes = renumbered(classes, values, ignored)

    def _write(self, image_id: str, labels: NDArray[np.uint8]) -> Sequence[Difference]:
        self._write_values(self._path(image_id), self._table[labels])
        return ()

    def finish(self) -> None:
        """Write ``classes.json`` and ``images.txt``."""
        write_json(self._out / "classes.json", self._classes.to_json())
        self._write_names(self._names)

    def _write_values(self, path: Path, values: NDArray[np.uint8]) -> None:
        write_labels(path, values, self._classes.palette())


def in_order(classes: ClassSet, first: int) -> dict[int, int]:
    """Return the value of each class when they are numbered in their order, from ``first`` on."""
    return {each.index: place for place, each in enumerate(classes, first)}


def renumbered(classes: ClassSet, values: dict[int, int], ignored: int) -> tuple[NDArray[np.uint8], ClassSet]:
    """Return uint8 [256], the new value of each old one, and the classes in the order of their new values."""
    table = np.full(256, ignored, np.uint8)
    for own, value in values.items():
        table[own] = value
    found = sorted((replace(each, index=values[each.index]) for each in classes), key=lambda each: each.index)
    return table, ClassSet(tuple(found))


def common_suffix(ids: Sequence[str]) -> str:
    """Return the suffix of all images, in small letters; ``.png`` when they differ, or one is a page of a stack."""
    stacks = stacks_in(ids)
    found = {copy_suffix(each, stacks).lower() for each in ids}
    return found.pop() if len(found) == 1 else ".png"
