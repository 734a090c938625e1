"""A label map in a file: an indexed or grey PNG, or a TIFF file with one value for each pixel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError
from segcore.images.indexed_png import read_indexed_png
from segcore.images.label_tiff import read_label_tiff
from segcore.images.page_path import file_of, is_stack_name


def read_label_file(path: Path, shape: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """Return uint8 [H, W] of ``shape`` (height, width); a page of a TIFF file has a path of its own, see `page_path`.

    Raises LabelError, and LabelSizeError when it is of another size.
    """
    if not is_stack_name(file_of(path).name):
        return read_indexed_png(path, shape)
    found = read_label_tiff(path, shape)
    if found is None:
        raise LabelError(f"{path} has several channels.", "Save it with one class value for each pixel.")
    return found[0]
