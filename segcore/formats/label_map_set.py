"""LabelMapSet: a folder of PNG or TIFF label maps, in values or in colours, named like their images."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from segcore.errors import LabelError, MaskwrightError
from segcore.formats.class_lists import classes_near, read_class_list
from segcore.formats.label_matching import Matches, label_files, match_labels
from segcore.formats.label_picture import LabelPicture, read_label_picture
from segcore.formats.label_set import LabelSet
from segcore.formats.label_source import labels_inside


class LabelMapSet(LabelSet):
    """The label maps below a folder, or below the label folder of a whole data set.

    Attributes
    ----------
    folder : Path
        With the label maps.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.folder = labels_inside(path.absolute())
        found = classes_near(self.folder)
        try:
            self.classes = None if found is None else read_class_list(found)
        except MaskwrightError as error:
            self.warning = str(error)
        else:
            self.classes_file = found

    def names(self) -> Sequence[str]:
        """See `LabelSet`; here with their suffix."""
        with _listing(self.folder):
            return label_files(self.folder)

    def picture(self, name: str, shape: tuple[int, int]) -> LabelPicture:
        """See `LabelSet`."""
        return read_label_picture(self.folder / name, shape)

    def place(self, name: str) -> str:
        """See `LabelSet`."""
        place = self.folder / name
        return str(place if self.unpacked is None else self.path / place.relative_to(self.unpacked))

    def match(self, images: Path, image_ids: Sequence[str]) -> Matches:
        """See `LabelSet`: an image is never a label map, also when it lies in the folder."""
        with _listing(self.folder):
            return match_labels(self.folder, images, image_ids, loose=True)


@contextmanager
def _listing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LabelError(f"{folder} cannot be listed ({error.strerror or error}).", "Check the folder.") from error
