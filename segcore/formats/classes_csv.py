"""``_classes.csv``: Roboflow's list of classes beside its masks, ``Pixel Value, Class`` and a line for each."""

from __future__ import annotations

import csv
from pathlib import Path

from segcore.errors import LabelError
from segcore.formats.foreign_classes import foreign_classes
from segcore.formats.label_folder import read_lines
from segcore.labels.classes import ClassSet


def read_classes_csv(path: Path) -> ClassSet:
    """Read the classes of ``_classes.csv``. Raises LabelError or ClassesError."""
    try:
        rows = [(int(row[0]), row[1].strip()) for row in csv.reader(read_lines(path)[1:], skipinitialspace=True)]
    except (ValueError, IndexError, csv.Error) as error:
        raise LabelError(f"{path} is damaged ({error}).", "Its lines must be: pixel value, class.") from error
    return foreign_classes((value, name, None) for value, name in rows)
