"""DividedSet: label maps in a folder for each part of a data set: ``annotations/training/x.png``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from segcore.errors import LabelError, MaskwrightError
from segcore.formats.image_names import image_names
from segcore.formats.label_matching import label_files
from segcore.formats.label_picture import LabelPicture, read_label_picture
from segcore.formats.label_set import LabelSet
from segcore.labels.classes import ClassSet


class DividedSet(LabelSet):
    """The label maps below the folders of parts, each known by its image where ``images.txt`` of our export names it.

    Raises LabelError when there are none.

    Parameters
    ----------
    path : Path
        The data set.
    folders : sequence of Path
        With the label maps of each part.
    """

    def __init__(self, path: Path, folders: Sequence[Path]) -> None:
        super().__init__(path)
        known = image_names(path)
        self._files: dict[str, Path] = {}
        for folder in folders:
            try:
                found = label_files(folder) if folder.is_dir() else []
            except OSError as error:
                raise LabelError(
                    f"{folder} cannot be listed ({error.strerror or error}).", "Check the folder."
                ) from error
            for file in found:
                stem = file.rpartition(".")[0]
                name = known.get(stem, stem)
                self._files[name if name not in self._files else f"{folder.name}/{name}"] = folder / file
        if not self._files:
            raise LabelError(f"{path} holds no label maps.", "Choose the folder of the data set.")
        own = path / "classes.json"
        if own.is_file():
            try:
                self.classes, self.classes_file = ClassSet.from_file(own), own
            except MaskwrightError as error:
                self.warning = str(error)

    def names(self) -> Sequence[str]:
        """See `LabelSet`."""
        return list(self._files)

    def picture(self, name: str, shape: tuple[int, int]) -> LabelPicture:
        """See `LabelSet`."""
        return read_label_picture(self._files[name], shape)

    def place(self, name: str) -> str:
        """See `LabelSet`."""
        return str(self._files[name])
