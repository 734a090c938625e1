"""ImageList: the images of a project, in the order of their folder, and what the index knows of each."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from segcore.errors import ImageError
from segcore.images.image import image_header
from segcore.labels.label_map import State
from segcore.progress import Task
from segcore.project.image_id import check_image_id
from segcore.project.index import MAX_REASON, ImageRecord, Index, IndexRow
from segcore.project.label_files import Stamp
from segcore.project.label_store import LabelStore
from segcore.project.rescan import Rescan, find_images, in_folder_order, update_index

LOOK_AGAIN = -1
"""Stamp of a file that could not be read for a reason outside of it (permissions, memory, a network disk)."""


@dataclass(frozen=True)
class Inspection:
    """What `ImageList.inspect` found: records that are new, and ids that there was no time for."""

    changed: list[ImageRecord]
    left: list[str]


class ImageList:
    """The images of one project.

    Parameters
    ----------
    root : Path
        The project folder, absolute.
    labels : LabelStore
        Its labels, from which the states come.
    folder : callable () -> Path
        Returns the image folder.
    warn : callable (str) -> None
        Told what is odd, for a person.
    copied : bool
        Work on a copy of the index and leave its file alone: for those who only read the project.
    """

    def __init__(
        self,
        root: Path,
        labels: LabelStore,
        folder: Callable[[], Path],
        warn: Callable[[str], None],
        copied: bool = False,
    ) -> None:
        self._root = root
        self._labels = labels
        self._folder = folder
        self._warn = warn
        self._ids: list[str] = []
        self.index = Index(root / "index.sqlite", copied=copied)

    def replace_index(self) -> None:
        """Use the file itself from now on, no longer a copy of it."""
        index = Index(self._root / "index.sqlite")
        self.index, before = index, self.index
        before.close()

    def ids(self) -> list[str]:
        """All images, in the order of the folder."""
        return list(self._ids)

    def path(self, image_id: str) -> Path:
        """Return the image file. Raises ProjectError when the id leads out of the image folder."""
        return self._folder() / check_image_id(image_id)

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
        path = self.path(image_id)
        try:
            stamp = path.stat().st_mtime_ns
        except OSError as error:
            raise ImageError(f"{path} is no longer there.", "Put it back, or rescan the folder.") from error
        row = self.index.row(image_id)
        if row is not None and row.image_stamp == stamp and row.width is not None and row.height is not None:
            return row.height, row.width
        return self.measure(image_id)

    def measure(self, image_id: str) -> tuple[int, int]:
        """Read (height, width) from the header of the file and keep it in the index. Raises ImageError.

        A file whose header is sound stays unreadable until it changes, because its pixels may be damaged.
        """
        path = self.path(image_id)
        stamp, row = Stamp.of(path).time, self.index.row(image_id)
        header = image_header(path)
        height, width = header.shape
        reason = row.unreadable if row is not None and row.image_stamp == stamp else None
        self.note(image_id, width=width, height=height, pages=header.pages, image_stamp=stamp, unreadable=reason)
        return height, width

    def look_at(self, image_id: str, readable: bool = False) -> ImageRecord:
        """Return what is known of an image after a look at the header of its file, if that was changed.

        An image whose header cannot be read is unreadable from then on. ``readable`` tells that its pixels were read.
        """
        row = self.index.row(image_id)
        if row is None or row.image_stamp != Stamp.of(self.path(image_id)).time:
            try:
                self.measure(image_id)
            except ImageError as error:
                self.note_unreadable(image_id, error)
        elif readable and row.unreadable is not None:
            self.note(image_id, unreadable=None)
        return (self.index.row(image_id) or IndexRow(image_id)).record()

    def note_unreadable(self, image_id: str, error: ImageError) -> None:
        """Keep that an image cannot be read, and why, until its file changes."""
        stamp = LOOK_AGAIN if _is_passing(error) else Stamp.of(self.path(image_id)).time
        self.note(image_id, unreadable=str(error.message)[:MAX_REASON] or "?", image_stamp=stamp)

    def inspect(self, image_ids: Iterable[str], seconds: float) -> Inspection:
        """`look_at` these images, one after the other, until the time is over; at least one.

        Nothing is found while the whole folder is missing, for example because its disk is not plugged in.
        """
        if not self._folder().is_dir():
            return Inspection([], [])
        end, waiting = time.monotonic() + seconds, iter(image_ids)
        changed: list[ImageRecord] = []
        for image_id in waiting:
            row = self.index.row(image_id)
            record = self.look_at(image_id)
            if row is None or row.record() != record:
                changed.append(record)
            if time.monotonic() >= end:
                break
        return Inspection(changed, list(waiting))

    def rescan(self) -> Task[Rescan]:
        """Bring the index up to date with the folder and the files. Labels of images that are gone stay."""
        ids, problems = find_images(self._folder(), self._root, self.index)
        for text in problems:
            self._warn(text)
        self._ids = ids
        with self._indexing():
            predictions = self._root / "predictions"
            return (yield from update_index(self.index, ids, self._folder(), self._labels, predictions))
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


def _is_passing(error: ImageError) -> bool:
    """Whether the file itself may be sound: the disk or the memory refused."""
    cause = error.__cause__
    if isinstance(cause, FileNotFoundError | NotADirectoryError):
        return False
    return isinstance(cause, MemoryError) or (isinstance(cause, OSError) and cause.errno is not None)
