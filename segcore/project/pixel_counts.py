"""PixelCounts: how many pixels of each class every image has; known ones are kept in ``statistics.sqlite``."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from segcore.errors import MaskwrightError
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.labels.label_map import LabelMap
from segcore.progress import Progress, Task
from segcore.project.label_files import Stamp
from segcore.project.pixel_size import PixelSize

if TYPE_CHECKING:
    from segcore.project.project import Project

NAME = "statistics.sqlite"
VALUES = 256
_SCHEMA = "CREATE TABLE counts (id TEXT PRIMARY KEY, stamp TEXT NOT NULL, counts BLOB NOT NULL) WITHOUT ROWID"


@dataclass(frozen=True)
class ClassTotal:
    """One class in all images: ``pixels``, their ``share`` of those with a class (0-1), and ``images`` that have it."""

    name: str
    value: int
    color: tuple[int, int, int]
    pixels: int
    share: float
    images: int


@dataclass(frozen=True)
class PixelCounts:
    """Pixels by image and class value.

    Attributes
    ----------
    labelled, truth : dict of str to NDArray[np.int64]
        Image id: pixels of each value, [256]; of all labels, and of those that a person painted or confirmed. Value 255
        counts pixels without a class; images without any label are left out.
    failed : tuple of str
        Images whose labels could not be read.
    """

    labelled: dict[str, NDArray[np.int64]]
    truth: dict[str, NDArray[np.int64]]
    failed: tuple[str, ...] = ()

    def totals(self, classes: ClassSet, only_truth: bool) -> list[ClassTotal]:
        """Return the numbers of each class, in the order of the classes."""
        images = self.truth if only_truth else self.labelled
        table = np.array(list(images.values()), np.int64).reshape(-1, VALUES)
        pixels, found = table.sum(0), (table > 0).sum(0)
        known = int(sum(pixels[c.index] for c in classes))
        return [
            ClassTotal(
                c.name,
                c.index,
                c.color,
                int(pixels[c.index]),
                int(pixels[c.index]) / max(1, known),
                int(found[c.index]),
            )
            for c in classes
        ]

    def csv(self, classes: ClassSet, only_truth: bool, size: PixelSize | None) -> str:
        """Return one line for each image and class: pixels, share of the image's classed pixels, and area.

        The last column is there when the size of a pixel is known; its title names the unit squared.
        """
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\r\n")  # as RFC 4180 wants it
        area = [f"area_{size.unit}2"] if size is not None else []
        writer.writerow(["image", "class", "value", "pixels", "share", *area])
        for image_id, counts in sorted((self.truth if only_truth else self.labelled).items()):
            known = int(sum(counts[c.index] for c in classes))
            for c in classes:
                pixels = int(counts[c.index])
                share = f"{pixels / max(1, known):.6f}"
                more = [f"{size.area(pixels):.9g}"] if size is not None else []
                writer.writerow([image_id, c.name, c.index, pixels, share, *more])
        return file.getvalue()


def counts_of(label_map: LabelMap) -> NDArray[np.int64]:
    """Return pixels of each value, int64 [2, 256]: of all labels, and of the painted or confirmed ones."""
    labels = label_map.labels.ravel()
    human = label_map.human().ravel()
    both = np.bincount(labels.astype(np.uint16) + VALUES * human.astype(np.uint16), minlength=2 * VALUES)
    split = both.reshape(2, VALUES).astype(np.int64)
    return np.stack([split.sum(0), split[1]])


def count_pixels(project: Project) -> Task[PixelCounts]:
    """Count the pixels of all images with labels; those that did not change since the last time are not read."""
    ids = [record.id for record in project.records() if record.labelled_at is not None]
    labelled, truth, failed = {}, {}, []
    with closing(_Cache(project.root / NAME, bool(project.read_only))) as cache:
        for done, image_id in enumerate(ids):
            yield Progress(done, len(ids), image_id)
            stamp = _stamp(project, image_id)
            counts = cache.get(image_id, stamp)
            if counts is None:
                try:
                    counts = counts_of(project.load_labels(image_id).label_map)
                except MaskwrightError:
                    failed.append(image_id)
                    continue
                cache.put(image_id, stamp, counts)
            if counts[0].sum() > counts[0][IGNORE_INDEX]:
                labelled[image_id] = counts[0]
            if counts[1].sum() > counts[1][IGNORE_INDEX]:
                truth[image_id] = counts[1]
    return PixelCounts(labelled, truth, tuple(failed))


def _stamp(project: Project, image_id: str) -> str:
    """Return what differs when labels, provenance or classes are others."""
    files = (Stamp.of(path) for path in (project.labels_path(image_id), project.provenance_path(image_id)))
    classes = ",".join(str(c.index) for c in project.classes)
    return f"{[tuple(stamp) for stamp in files]} {classes} {sorted(project.class_history.removed)}"


class _Cache:
    """The SQLite file; one that cannot be used is made again, or done without."""

    def __init__(self, path: Path, read_only: bool) -> None:
        self._connection: sqlite3.Connection | None = None
        for attempt in self._attempts(path, read_only):
            with suppress(sqlite3.Error, OSError):
                self._connection = attempt
                found = attempt.execute("SELECT sql FROM sqlite_master").fetchall()
                if not found:
                    attempt.execute(_SCHEMA)
                elif found != [(_SCHEMA,)]:
                    raise sqlite3.DatabaseError("it holds other tables")
                return
            attempt.close()
        self._connection = None

    def _attempts(self, path: Path, read_only: bool) -> Iterator[sqlite3.Connection]:
        if read_only:
            return
        with suppress(sqlite3.Error):
            yield sqlite3.connect(path, isolation_level=None)
        with suppress(sqlite3.Error, OSError):
            path.unlink()
            yield sqlite3.connect(path, isolation_level=None)

    def get(self, image_id: str, stamp: str) -> NDArray[np.int64] | None:
        """Return what is known of an image with these files, int64 [2, 256]."""
        if self._connection is None:
            return None
        with suppress(sqlite3.Error):
            query = "SELECT counts FROM counts WHERE id = ? AND stamp = ?"
            row = self._connection.execute(query, (image_id, stamp)).fetchone()
            if row is not None and isinstance(row[0], bytes) and len(row[0]) == 2 * VALUES * 8:
                return np.frombuffer(row[0], np.int64).reshape(2, VALUES)
        return None

    def put(self, image_id: str, stamp: str, counts: NDArray[np.int64]) -> None:
        """Keep what was counted."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                row = (image_id, stamp, counts.tobytes())
                self._connection.execute("INSERT OR REPLACE INTO counts VALUES (?, ?, ?)", row)

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
