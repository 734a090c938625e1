"""Format ``numpy``: ``numpy/<image path>.npy``, uint8 [H, W] for each image, ``classes.json`` and ``images.txt``.

Names and lists are those of the format ``png``; 255 is ignore. ``.npz`` files can be read, too, when they hold one
array, or one called ``labels``, ``mask`` or ``arr_0``. Arrays may be of any integer type or bool, [H, W], [1, H, W] or
[H, W, 1]; -1 is ignore. Nothing is unpickled.
"""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError, LabelSizeError, MaskwrightError
from segcore.files.npz import damage_as_value_error
from segcore.files.regular_file import read_regular
from segcore.formats.class_lists import classes_near, read_class_list
from segcore.formats.format import Difference, Format
from segcore.formats.image_names import image_names
from segcore.formats.label_folder import place_of
from segcore.formats.label_picture import LabelPicture
from segcore.formats.label_set import LabelSet
from segcore.formats.png import PngWriter
from segcore.formats.written_files import write_bytes
from segcore.images.geo.georeference import GeoReference
from segcore.labels.classes import IGNORE_INDEX

_FOLDER = "numpy"
_SUFFIXES = (".npy", ".npz")
_NAMES = ("labels", "mask", "arr_0")
_LOOKED_AT = 50


class NumpyWriter(PngWriter):
    """Writes arrays, and the lists of `PngWriter`."""

    def locate(self, image_id: str, place: GeoReference) -> None:
        """Say nothing: an array has no place for it."""

    def _write(self, image_id: str, labels: NDArray[np.uint8]) -> Sequence[Difference]:
        buffer = io.BytesIO()
        np.save(buffer, np.ascontiguousarray(labels), allow_pickle=False)
        write_bytes(self._path(image_id), buffer.getvalue())
        return ()

    def _path(self, image_id: str) -> Path:
        return place_of(self._out / _FOLDER, f"{self._names[image_id]}.npy", self._out / "images.txt")


class NumpySet(LabelSet):
    """The arrays below a folder, each for the image of its name. Raises LabelError when there are none."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        folder = path / _FOLDER if (path / _FOLDER).is_dir() else path
        known = image_names(path)
        self._files: dict[str, Path] = {}
        for file in sorted(Path(place, name) for place, _, names in os.walk(folder) for name in names):
            if file.suffix.lower() in _SUFFIXES and not file.name.startswith("."):
                stem = file.relative_to(folder).with_suffix("").as_posix()
                self._files[known.get(stem, stem)] = file
        if not self._files:
            raise LabelError(f"{path} holds no .npy or .npz files.", "Choose the folder with the arrays.")
        found = classes_near(folder)
        try:
            self.classes = None if found is None else read_class_list(found)
        except MaskwrightError as error:
            self.warning = str(error)
        else:
            self.classes_file = found

    def names(self) -> Sequence[str]:
        """See `LabelSet`."""
        return list(self._files)

    def picture(self, name: str, shape: tuple[int, int]) -> LabelPicture:
        """See `LabelSet`."""
        return LabelPicture(_read(self._files[name], shape))

    def place(self, name: str) -> str:
        """See `LabelSet`."""
        return str(self._files[name])


def _read(path: Path, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Uint8 [H, W]. Raises LabelSizeError or LabelError, which name the file."""
    try:
        found = _array(io.BytesIO(read_regular(path)))
    except (OSError, ValueError, KeyError, EOFError, MemoryError, zipfile.BadZipFile, zlib.error) as error:
        raise LabelError(f"{path} cannot be read ({error}).", "Save it as an array of whole numbers.") from error
    if found.ndim == 3 and 1 in (found.shape[0], found.shape[2]):
        found = found[..., 0] if found.shape[0] != 1 or found.shape == (*shape, 1) else found[0]
    if found.ndim != 2 or found.dtype.kind not in "biu":
        raise LabelError(
            f"{path} holds an array of {found.dtype} with {found.ndim} axes.", "Save whole numbers, height by width."
        )
    if found.shape != shape:
        height, width = found.shape
        raise LabelSizeError(
            f"{path} measures {width} x {height}, its image {shape[1]} x {shape[0]}.",
            "Use the array that belongs to this image.",
            (height, width),
        )
    if found.dtype.kind == "i":
        found = np.where(found == -1, IGNORE_INDEX, found)
    if found.size and (found.min() < 0 or found.max() > IGNORE_INDEX):
        raise LabelError(f"{path} holds values below 0 or above 255.", "Number the classes from 0 to 254.")
    return found.astype(np.uint8)


@damage_as_value_error()
def _array(file: io.BytesIO) -> NDArray[np.generic]:
    found = np.load(file, allow_pickle=False)
    if not isinstance(found, np.lib.npyio.NpzFile):
        return np.asarray(found)
    with found:
        names = [name for name in _NAMES if name in found.files] or found.files
        if len(found.files) != 1 and names == found.files:
            raise ValueError(f"it holds {len(found.files)} arrays, none of them is called labels")
        return np.asarray(found[names[0]])


def _recognise(path: Path) -> bool:
    if not path.is_dir():
        return False
    files = (name for _, _, names in os.walk(path) for name in names)
    return any(name.lower().endswith(_SUFFIXES) for name in islice(files, _LOOKED_AT))


NUMPY = Format(
    key="numpy",
    title="NumPy arrays (.npy), one file for each image, with classes.json",
    writer=NumpyWriter,
    reader=NumpySet,
    recognise=_recognise,
    labels_folder=_FOLDER,
)
