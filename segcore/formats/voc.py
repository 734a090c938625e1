"""Format ``voc``: the layout of PASCAL VOC 2012 segmentation, with CVAT's ``labelmap.txt``.

``SegmentationClass/<stem>.png`` (indexed, 255 = ignore), ``ImageSets/Segmentation/{train,val,trainval}.txt``,
``labelmap.txt`` (``name:r,g,b::``) and ``ImageSets/images.txt`` (stem, tab, image path). Images are copied to
``JPEGImages/`` only on request, as they are. A stem is the image path without its extension, sub-folders joined with
``_``; images that would share a stem keep their extension (``x.jpg.png``, ``x.tif.png``).

Class values stay what they are in the project; ``labelmap.txt`` keeps them in comments, because its own lines have no
place for them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.errors import ClassesError
from segcore.files.atomic import atomic_write_bytes, writing
from segcore.formats.format import Format
from segcore.formats.image_copy import copy_image
from segcore.formats.label_folder import LabelFolder, line_of, place_of, read_lines
from segcore.formats.label_names import flat, label_names
from segcore.images.indexed_png import write_indexed_png
from segcore.images.page_path import with_neighbours
from segcore.labels.classes import ClassSet

VALIDATION_SHARE = 0.2
_EXACT = "# "


class VocWriter:
    """Writes label maps one by one; `finish` writes the lists. Raises ProjectError when the disk refuses.

    Parameters
    ----------
    out : Path
        The folder.
    classes : ClassSet
        What the values stand for.
    ids : Sequence[str]
        All images of the project, so that their stems are unique.
    """

    def __init__(self, out: Path, classes: ClassSet, ids: Sequence[str]) -> None:
        self._out, self._classes = out, classes
        self._stems = label_names(ids, flat)
        self._written: list[str] = []

    def add(self, image_id: str, labels: NDArray[np.uint8], image: Path | None = None) -> None:
        """Write the uint8 [H, W] label map of an image, and a copy of the file ``image`` where one is given."""
        stem = self._stems[image_id]
        path = self._out / "SegmentationClass" / f"{stem}.png"
        with writing(path):
            write_indexed_png(path, labels, self._classes.palette())
        if image is not None:
            copy_image(image, self._out / "JPEGImages", stem)
        self._written.append(image_id)

    def finish(self) -> None:
        """Write the image sets, ``labelmap.txt`` and ``ImageSets/images.txt``."""
        validation = _validation(self._written)
        sets = {
            "train": [i for i in self._written if i not in validation],
            "val": [i for i in self._written if i in validation],
            "trainval": self._written,
        }
        texts = {f"ImageSets/Segmentation/{name}.txt": [self._stems[i] for i in ids] for name, ids in sets.items()}
        texts["labelmap.txt"] = _labelmap_lines(self._classes)
        texts["ImageSets/images.txt"] = [f"{self._stems[i]}\t{line_of(i)}" for i in self._written]
        for name, lines in texts.items():
            with writing(self._out / name):
                atomic_write_bytes(self._out / name, "".join(f"{line}\n" for line in lines).encode())


def read_voc(folder: Path, image_set: str = "trainval") -> LabelFolder:
    """Read a VOC folder, of `VocWriter` or of another program. Raises LabelError or ClassesError.

    Without the values in comments, the classes of ``labelmap.txt`` are numbered in the order of their lines.
    """
    classes = read_labelmap(folder / "labelmap.txt")
    listed = folder / "ImageSets" / "Segmentation" / f"{image_set}.txt"
    stems = [line.split()[0] for line in read_lines(listed)]
    return LabelFolder(classes, {stem: place_of(folder / "SegmentationClass", f"{stem}.png", listed) for stem in stems})


def _validation(ids: Sequence[str]) -> set[str]:
    """Choose a fifth of the images by a hash of their path, so that adding images hardly moves the others.

    Slices of a stack that follow each other are on the same side, but for one such group.
    """
    if len(ids) < 2:
        return set()
    ordered = sorted(ids, key=_place)
    return set(ordered[: max(1, round(len(ids) * VALIDATION_SHARE))])


def _place(image_id: str) -> bytes:
    return hashlib.sha256(with_neighbours(image_id).encode("utf-8", "surrogateescape")).digest()


def _labelmap_lines(classes: ClassSet) -> list[str]:
    lines = ["# label:color_rgb:parts:actions", "# 255 means ignore"]
    for c, entry, name in zip(classes, classes.to_json(), _plain_names(classes), strict=True):
        lines.append(f"{_EXACT}{json.dumps(entry)}")
        lines.append(f"{name}:{','.join(map(str, c.color))}::")
    return lines


def _plain_names(classes: ClassSet) -> list[str]:
    """Names for other programs: on one line, without a colon, not like a comment, each once."""
    taken: set[str] = set()
    names = []
    for c in classes:
        plain = "".join(letter if letter.isprintable() and letter != ":" else " " for letter in c.name).strip() or "_"
        plain = name = f"_{plain}" if plain.startswith("#") else plain
        number = 2
        while name.casefold() in taken:
            name, number = f"{plain} {number}", number + 1
        taken.add(name.casefold())
        names.append(name)
    return names


def read_labelmap(path: Path) -> ClassSet:
    """Read the classes of ``labelmap.txt``. Raises LabelError or ClassesError."""
    lines = read_lines(path)
    exact = [line.removeprefix(_EXACT) for line in lines if line.startswith(f"{_EXACT}{{")]
    plain = [line for line in lines if not line.startswith("#")]
    try:
        if exact and len(exact) == len(plain):
            return ClassSet.from_json([json.loads(entry) for entry in exact])
        found = []
        for index, line in enumerate(plain):
            name, color = line.split(":")[:2]
            r, g, b = (int(value) for value in color.split(","))
            found.append({"name": name, "color": [r, g, b], "index": index})
        return ClassSet.from_json(found)
    except (ValueError, RecursionError) as error:
        raise ClassesError(f"{path} cannot be read ({error}).", "Each line must be name:r,g,b::") from error
    except ClassesError as error:
        raise ClassesError(f"{path}: {error.message}", error.remedy) from error


VOC = Format(
    key="voc",
    title="PASCAL VOC folder (SegmentationClass, ImageSets, labelmap.txt)",
    writer=VocWriter,
    read=read_voc,
    labels_folder="SegmentationClass",
    classes_file="labelmap.txt",
    read_classes=read_labelmap,
    images_folder="JPEGImages",
)
