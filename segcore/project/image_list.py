"""ImageList: the images of a project, in the order of their folder, and what the index knows of each."""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from segcore.errors import ImageError
from segcore.files.stamp import Stamp
from segcore.images.page_path import split_id
from segcore.labels.label_map import State
from segcore.progress import Task
from segcore.project.configuration import Configuration
from segcore.project.image_id import check_image_id
from segcore.project.index import ImageRecord, Index, IndexRow
from segcore.project.label_store import LabelStore
from segcore.project.project_file import check_is_there
from segcore.project.rescan import Rescan, find_files, in_folder_order, labelled_and_gone, update_index
from segcore.project.stacks import images_of, look_into, looked_at, measured, unreadable

FOR_EVER = math.inf


@dataclass(frozen=True)
class Inspection:
    """What `ImageList.inspect` found: records that are new, and ids that there was no time for.

    ``more``: a file holds other images than before; `ImageList.rescan` finds them. ``replaced``: ids of images whose
    files were found changed since the last `inspect`, by whoever looked at them.
    """

    changed: list[ImageRecord]
    left: list[str]
    more: bool = False
    replaced: tuple[str, ...] = ()


class ImageList:
    """The images of one project.

    Parameters
    ----------
    root : Path
        The project folder, absolute.
    labels : LabelStore
        Its labels, from which the states come.
    configuration : Configuration
        Which image folder, and what pages are.
    warn : callable (str) -> None
        Told what is odd, for a person.
    copied : bool
        Work on a copy of the index and leave its file alone: for those who only read the project.
    """

    def __init__(
        self,
        root: Path,
        labels: LabelStore,
        configuration: Configuration,
        warn: Callable[[str], None],
        copied: bool = False,
    ) -> None:
        self._root = root
        self._labels = labels
        self._configuration = configuration
        self._warn = warn
        self._ids: list[str] = []
        self._replaced: set[str] = set()
        self.index = Index(root / "index.sqlite", copied=copied)

    def replace_index(self) -> None:
        """Use the file itself from now on, no longer a copy of it."""
        index = Index(self._root / "index.sqlite")
        self.index, before = index, self.index
        before.close()

    @property
    def _folder(self) -> Path:
        return self._configuration.file.images

    def ids(self) -> list[str]:
        """All images, in the order of the folder."""
        return list(self._ids)

    def path(self, image_id: str) -> Path:
        """Return the image file, or a path below it, see `segcore.images.page_path`.

        Raises ProjectError when the id leads out of the image folder.
        """
        return self._folder / check_image_id(image_id)

    def file(self, image_id: str) -> Path:
        """Return the file that holds an image. Raises ProjectError when the id leads out of the image folder."""
        return self._folder / split_id(check_image_id(image_id))[0]

    def recall(self, at_least: int) -> bool:
        """Take over the images of the index, if it has ``at_least`` so many; `rescan` takes longer, and must follow."""
        kept = self.index.ids()
        if len(kept) >= max(1, at_least):
            self._ids = in_folder_order(kept)
        return bool(self._ids)

    # What the index knows

    def record(self, image_id: str) -> ImageRecord:
        """Return what is known of one image. Raises KeyError for an image that the project does not have."""
        row = self.index.row(image_id)
        if row is None:
            raise KeyError(image_id)
        return row.record()

    def records(self) -> list[ImageRecord]:
        """Return what is known of every image, in the order of `ids`."""
        found = self.index.records()
        return [found[image_id] for image_id in self._ids if image_id in found]

    def state(self, image_id: str) -> State:
        """How far an image has come; NEW for one that the project does not have."""
        row = self.index.row(image_id)
        return State.NEW if row is None else State(row.state)

    def corrected_ids(self) -> list[str]:
        """Images with at least one painted or confirmed pixel."""
        rows = self.index.rows()
        return [key for key in self._ids if key in rows and rows[key].state >= State.IN_PROGRESS]

    def note(self, image_id: str, **columns: object) -> None:
        """Keep in the index what is known of an image now."""
        with self._indexing():
            self.index.update(image_id, **columns)

    # The image files

    def size(self, image_id: str) -> tuple[int, int]:
        """(height, width), read once from the header of the file. Raises ImageError."""
        path = self.file(image_id)
        stamp = Stamp.of(path).key
        if not stamp:
            raise ImageError(f"{path} is no longer there.", "Put it back, or rescan the folder.")
        row = self.index.row(image_id)
        if row is not None and row.image_stamp == stamp and row.width is not None and row.height is not None:
            return row.height, row.width
        return self.measure(image_id)

    def measure(self, image_id: str) -> tuple[int, int]:
        """Read (height, width) from the header of the file and keep it in the index. Raises ImageError.

        A file whose header is sound stays unreadable until it changes, because its pixels may be damaged.
        """
        row = self._note_file(measured(self._row(image_id), self._folder))
        return row.height or 0, row.width or 0

    def look_at(self, image_id: str, readable: bool = False) -> ImageRecord:
        """Return what is known of an image after a look at the header of its file, if that was changed.

        An image whose header cannot be read is unreadable from then on. ``readable`` tells that its pixels were read.
        """
        return self._looked_at(image_id, Stamp.of(self.file(image_id)).key, readable)

    def _looked_at(self, image_id: str, stamp: int, readable: bool = False) -> ImageRecord:
        row = self.index.row(image_id)
        if row is None or row.image_stamp != stamp:
            row = self._note_file(looked_at(row or IndexRow(image_id), self._folder))
        elif readable and row.unreadable is not None:
            row = self._note_file(row._replace(unreadable=None))
        return row.record()

    def note_unreadable(self, image_id: str, error: ImageError) -> None:
        """Keep that an image cannot be read, and why, until its file changes."""
        self._note_file(unreadable(self._row(image_id), self._folder, error))

    def _row(self, image_id: str) -> IndexRow:
        return self.index.row(image_id) or IndexRow(image_id)

    def _note_file(self, row: IndexRow) -> IndexRow:
        """Keep what is known of the file of an image; return its row, also when the disk is full."""
        before = self.index.row(row.id)
        if before is not None and before.image_stamp not in (None, row.image_stamp):
            self._replaced.add(row.id)
        facts = {name: getattr(row, name) for name in ("width", "height", "layout", "image_stamp", "unreadable")}
        self.note(row.id, **facts)
        return (self.index.row(row.id) or row)._replace(**facts)

    def inspect(self, image_ids: Iterable[str], seconds: float) -> Inspection:
        """`look_at` these images, one after the other, until the time is over; at least one.

        Nothing is found while the whole folder is missing, for example because its disk is not plugged in.
        """
        end, waiting = time.monotonic() + seconds, iter(image_ids)
        changed: list[ImageRecord] = []
        more = False
        for image_id in waiting:
            row = self.index.row(image_id)
            stamp = Stamp.of(self.file(image_id)).key
            if not stamp and not self._folder.is_dir():
                return Inspection(changed, [], more)
            record = self._looked_at(image_id, stamp)
            if row is None or row.record() != record:
                changed.append(record)
            more |= record.layout != ("" if row is None else row.layout or "")
            if time.monotonic() >= end:
                break
        replaced, self._replaced = self._replaced, set()
        return Inspection(changed, list(waiting), more, tuple(replaced))

    def rescan(self, seconds: float = FOR_EVER) -> Task[Rescan]:
        """Bring the index up to date with the folder and the files. Labels of images that are gone stay.

        ``seconds``: how long files are looked into that may hold several images; `inspect` does the rest.

        Raises ProjectMissingError, and nothing is forgotten, while the project folder is gone.
        """
        check_is_there(self._root)
        folder, rows = self._folder, self.index.rows()
        files, problems = find_files(folder, self._root, rows)
        for text in problems:
            self._warn(text)
        looked = {} if problems and not folder.is_dir() else (yield from look_into(files, folder, rows, seconds))
        ids = images_of(files, {**rows, **looked}, self._configuration.pages_are_channels)
        self._ids = ids
        with self._indexing():
            places = folder, self._labels, self._root / "predictions"
            found = yield from update_index(self.index, rows, looked, ids, *places, whole=seconds == FOR_EVER)
            labelled = [image_id for image_id in found.removed if rows[image_id].labelled_at]
            if self._configuration.pages_are_channels:  # pages that are not listed any more are still there
                labelled = [image_id for image_id in labelled if split_id(image_id)[0] not in set(files)]
            self._warn(labelled_and_gone(labelled))
            return found
        return Rescan((), ())

    @contextmanager
    def _indexing(self) -> Iterator[None]:
        """Survive a failing index: it costs speed, never work, since stamps tell the next rescan what it missed."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            self._warn(
                f"The index of {self._root} cannot be written ({error}); it is rebuilt when the project is opened."
            )
