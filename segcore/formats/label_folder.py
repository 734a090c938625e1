"""LabelFolder: label maps in a folder with their classes; what every format reads."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError
from segcore.files.inside import inside
from segcore.files.regular_file import read_regular
from segcore.images.indexed_png import read_indexed_png
from segcore.labels.classes import IGNORE_INDEX, ClassSet

_MAX_BYTES = 100_000_000


@dataclass(frozen=True)
class LabelFolder:
    """Label maps on disk, read one at a time.

    Attributes
    ----------
    classes : ClassSet
        What the values stand for.
    files : dict[str, Path]
        Label file by image: its path below the image folder (png) or its stem (voc), in the order of the data set.
    """

    classes: ClassSet
    files: dict[str, Path]

    def read(self, key: str) -> NDArray[np.uint8]:
        """Uint8 [H, W], class values and 255. Raises LabelError when damaged or holding values of no class."""
        labels = read_indexed_png(self.files[key])
        unknown = sorted(set(np.unique(labels).tolist()) - {*self.classes.indices.tolist(), IGNORE_INDEX})
        if unknown:
            raise LabelError(
                f"{self.files[key]} holds the values {unknown}, which no class has.",
                "Add these classes to the class list, or change the values to 255 (ignore).",
            )
        return labels


def read_lines(path: Path) -> list[str]:
    """Non-empty lines of a UTF-8 text file, stripped; only a line feed ends one. Raises LabelError."""
    try:
        text = read_regular(path, _MAX_BYTES).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LabelError(f"{path} cannot be read ({error}).", "Export the data set again.") from error
    return [line.strip() for line in text.split("\n") if line.strip()]


def line_of(image_id: str) -> str:
    """Return an image path as one line of a list: as it is, or as JSON text when a line could not hold it."""
    plain = image_id == image_id.strip() and not re.search(r'^"|[\t\r\n]', image_id)
    return image_id if plain else json.dumps(image_id)


def image_of(line: str) -> str:
    """Return the inverse of `line_of`. Raises ValueError."""
    found = json.loads(line) if line.startswith('"') else line
    return str(found)


def place_of(folder: Path, name: str, listed_in: Path) -> Path:
    """Return the file of a listed image below ``folder``. Raises LabelError when its name leads elsewhere."""
    try:
        return inside(folder, name)
    except ValueError as error:
        raise LabelError(f"{listed_in}: {error}.", "Remove this line, or export the data set again.") from error
