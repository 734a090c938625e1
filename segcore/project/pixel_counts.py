"""PixelCounts: how many pixels of each class every image has; known ones are kept in ``statistics.sqlite``."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from segcore.errors import MaskwrightError
from segcore.files.stamp import Stamp
from segcore.images.pixel_size import PixelSize, read_pixel_size
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.labels.label_map import LabelMap
from segcore.progress import Progress, Task
from segcore.project.project_file import is_project

if TYPE_CHECKING:
    from segcore.project.project import Project

NAME = "statistics.sqlite"
SIZE_KEY = "view.pixel_size"
"""Setting of the project: where the size of a pixel comes from ("pixels", "file" or "own"), and the person's own."""
VALUES = 256
_SCHEMA = "CREATE TABLE counts (id TEXT PRIMARY KEY, stamp TEXT NOT NULL, counts BLOB NOT NULL) WITHOUT ROWID"


@dataclass(frozen=True)
class ClassTotal:
    """One class in all images.

    Attributes
    ----------
    share : float
        Of the pixels with a class, 0-1.
    images : int
        Those that have it.
    area : float or None
        In ``unit`` squared; None where the size of a pixel is unknown or images differ in the unit.
    """

    name: str
    value: int
    color: tuple[int, int, int]
    pixels: int
    share: float
    images: int
    area: float | None = None
    unit: str = ""


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
    sizes : dict of str to PixelSize
        Image id: size of its pixels, where it is known.
    """

    labelled: dict[str, NDArray[np.int64]]
    truth: dict[str, NDArray[np.int64]]
    failed: tuple[str, ...] = ()
    sizes: Mapping[str, PixelSize] = field(default_factory=dict)

    def area(self, image_id: str, pixels: int) -> float | None:
        """Return the area of so many pixels of an image in its unit squared; None when the size is unknown."""
        size = self.sizes.get(image_id)
        return None if size is None else pixels * size.x * size.y

    def totals(self, classes: ClassSet, only_truth: bool) -> list[ClassTotal]:
        """Return the numbers of each class, in the order of the classes."""
        images = self.truth if only_truth else self.labelled
        table = np.array(list(images.values()), np.int64).reshape(-1, VALUES)
        pixels, found = table.sum(0), (table > 0).sum(0)
        known = int(sum(pixels[c.index] for c in classes))
        units = {self.sizes[image_id].unit if image_id in self.sizes else "" for image_id in images}
        unit = units.pop() if len(units) == 1 else ""
        totals = []
        for c in classes:
            area = sum(self.area(image_id, int(counts[c.index])) or 0.0 for image_id, counts in images.items())
            own = int(pixels[c.index])
            rest = (int(found[c.index]), area if unit else None, unit)
            totals.append(ClassTotal(c.name, c.index, c.color, own, own / max(1, known), *rest))
        return totals

    def csv(self, classes: ClassSet, only_truth: bool) -> str:
        """Return one line for each image and class: pixels, share of the image's classed pixels, area and its unit.

        The last two are empty for an image whose size of a pixel is unknown.
        """
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\r\n")  # as RFC 4180 wants it
        writer.writerow(["image", "class", "value", "pixels", "share", "area", "unit"])
        for image_id, counts in sorted((self.truth if only_truth else self.labelled).items()):
            known = int(sum(counts[c.index] for c in classes))
            unit = f"{self.sizes[image_id].unit}²" if image_id in self.sizes else ""
            for c in classes:
                pixels = int(counts[c.index])
                area = self.area(image_id, pixels)
                share = f"{pixels / max(1, known):.6f}"
                writer.writerow([image_id, c.name, c.index, pixels, share, "" if area is None else f"{area:.9g}", unit])
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
    labelled, truth, failed, sizes = {}, {}, [], {}
    size_of = _sizes(project)
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
            if (size := size_of(image_id)) is not None:
                sizes[image_id] = size
            if counts[0].sum() > counts[0][IGNORE_INDEX]:
                labelled[image_id] = counts[0]
            if counts[1].sum() > counts[1][IGNORE_INDEX]:
                truth[image_id] = counts[1]
    return PixelCounts(labelled, truth, tuple(failed), sizes)


def _sizes(project: Project) -> Callable[[str], PixelSize | None]:
    """Return what knows the size of an image's pixels: from its file, the person's own, or not at all."""
    kept = project.settings.get(SIZE_KEY)
    source = kept.get("source") if isinstance(kept, dict) else None
    own = PixelSize.from_json(kept) if source == "own" else None
    if source == "file":
        return lambda image_id: read_pixel_size(project.image_path(image_id))
    return lambda _: own


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
        if read_only or not is_project(path.parent):
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
