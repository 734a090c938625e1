"""Lists of classes that stand beside label maps: which files they are, and reading them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from segcore.formats.camvid_colors import read_color_list
from segcore.formats.classes_csv import read_classes_csv
from segcore.formats.voc_labelmap import read_labelmap
from segcore.labels.classes import ClassSet

CLASS_LISTS: dict[str, Callable[[Path], ClassSet]] = {
    "classes.json": ClassSet.from_file,
    "labelmap.txt": read_labelmap,
    "label_colors.txt": read_color_list,
    "classes.txt": ClassSet.from_file,
    "_classes.csv": read_classes_csv,
}
"""The reader of each list of classes, by the name of its file."""


def read_class_list(path: Path) -> ClassSet:
    """Read ``classes.json``, ``labelmap.txt``, or one name on each line. Raises LabelError or ClassesError."""
    return CLASS_LISTS.get(path.name, ClassSet.from_file)(path)


def classes_near(folder: Path) -> Path | None:
    """Return the list of classes in a folder or in the one above it, or None."""
    places = (place / name for place in (folder, folder.parent) for name in CLASS_LISTS)
    return next((path for path in places if path.is_file()), None)
