"""LabelFolder: label maps in a folder with the classes they mean; what every format reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.classes import IGNORE_INDEX, ClassSet
from segcore.errors import LabelError
from segcore.formats.indexed_png import read_indexed_png


@dataclass(frozen=True)
class LabelFolder:
    """Label maps on disk, read one at a time.

    Attributes
    ----------
    classes : ClassSet
        What the values mean.
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


def find_labels(folder: Path, image_id: str) -> Path | None:
    """Return the label map of an image in a folder of label maps, ``a.jpg.png`` or ``a.png`` for ``a.jpg``, or None."""
    names = (f"{image_id}.png", f"{image_id.rpartition('.')[0]}.png")
    return next((folder / name for name in names if (folder / name).is_file()), None)


def read_lines(path: Path) -> list[str]:
    """Non-empty lines of a UTF-8 text file, stripped. Raises LabelError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LabelError(f"{path} cannot be read ({error}).", "Export the data set again.") from error
    return [line.strip() for line in text.splitlines() if line.strip()]
