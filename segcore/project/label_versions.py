"""LabelVersions: earlier labels of an image, in ``versions/<image id>/``, within a budget of disk space.

A version is a copy of the two files of the label store and a small JSON file beside them: when, and by which edits.
The folder may be deleted.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from segcore.errors import LabelError
from segcore.files.atomic import atomic_write_bytes, writing
from segcore.files.regular_file import read_regular
from segcore.images.indexed_png import decode_indexed_png, read_notes
from segcore.labels.class_history import ClassHistory, unknown_values, without
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance, values_in
from segcore.project.image_id import check_image_id
from segcore.project.label_files import MAX_BYTES, crc_of, read_file
from segcore.project.label_store import LabelStore

FOLDER = "versions"
MOST = 30
"""Versions of one image."""
ROOM = 0.9
"""What is left of the budget when old versions were deleted, so that this is not done each time."""
SCHEMA = 1
FACTS, LABELS, PROVENANCE = ".json", ".labels.png", ".provenance.png"
STEM = "%Y%m%dT%H%M%S.%f"
LARGEST_FACTS = 100_000
_CRC, _SAVED = "maskwright-labels-crc32", "maskwright-saved"


@dataclass(frozen=True, order=True)
class LabelVersion:
    """One version.

    Attributes
    ----------
    time : str
        When these labels were saved, ISO 8601 UTC.
    what : str
        The edits that led to it, for a person.
    stem : str
        Of its files.
    nbytes : int
        Of its files, together.
    crc : str
        CRC-32 of its label file.
    """

    time: str
    what: str
    stem: str
    nbytes: int
    crc: str


class LabelVersions:
    """Of the project in ``root``. Usable from several threads.

    Parameters
    ----------
    root : Path
        The project folder.
    store : LabelStore
        Where the labels of now are.
    held : Callable
        Held while files are written.
    """

    def __init__(self, root: Path, store: LabelStore, held: Callable[[], AbstractContextManager[None]]) -> None:
        self._folder = root / FOLDER
        self._store = store
        self._held = held
        self._nbytes: int | None = None
        self._lock = threading.Lock()

    def keep(self, image_id: str, what: str, budget: int) -> LabelVersion | None:
        """Keep the labels that are on the disk now, unless the newest version is the same or there are none.

        ``budget``: bytes of all versions of the project; the oldest are deleted beyond it. Raises ProjectError when
        the disk is full or nothing may be written; what was kept stays.
        """
        with self._lock:
            return self._keep(image_id, what, budget)

    def _keep(self, image_id: str, what: str, budget: int) -> LabelVersion | None:
        with self._store.lock:
            labels = read_file(self._store.labels_path(check_image_id(image_id)))
            provenance = read_file(self._store.provenance_path(image_id))
        if labels is None or provenance is None or len(labels) + len(provenance) > budget:
            return None
        notes, crc = read_notes(provenance), crc_of(labels)
        before = self.of(image_id)
        if notes.get(_CRC) != crc or (before and self._is_same(image_id, before[0], crc, provenance)):
            return None
        moment = datetime.now(UTC)
        stem = _stem(moment, before[0].stem if before else "")
        time = notes.get(_SAVED, "") or moment.isoformat(timespec="microseconds")
        facts = json.dumps({"schema": SCHEMA, "time": time, "what": what, "crc": crc}, ensure_ascii=False).encode()
        place = self._place(image_id)
        with self._held(), writing(place):
            for ending, data in ((LABELS, labels), (PROVENANCE, provenance), (FACTS, facts)):
                atomic_write_bytes(place / f"{stem}{ending}", data, durable=False, parts=self._folder)
            version = LabelVersion(time, what, stem, len(labels) + len(provenance) + len(facts), crc)
            self._count(version.nbytes)
            for old in before[MOST - 1 :]:
                self._delete(place, old.stem)
            if (self._nbytes or 0) > budget:
                self._make_room(round(budget * ROOM))
        return version

    def of(self, image_id: str) -> list[LabelVersion]:
        """Return the versions of an image, the newest first; without damaged and newer ones."""
        found = []
        place = self._place(check_image_id(image_id))
        with suppress(OSError):
            for name in sorted((name for name in os.listdir(place) if name.endswith(FACTS)), reverse=True):
                version = _read_facts(place, name.removesuffix(FACTS))
                if version is not None:
                    found.append(version)
        return found

    def load(self, image_id: str, version: LabelVersion, classes: ClassSet, history: ClassHistory) -> LabelMap:
        """Read the labels of a version; pixels of classes that are gone are unlabelled.

        Raises LabelError when its files are missing or damaged.
        """
        place = self._place(check_image_id(image_id))
        try:
            labels, provenance = (
                decode_indexed_png(read_regular(path, MAX_BYTES), path)
                for path in (place / f"{version.stem}{ending}" for ending in (LABELS, PROVENANCE))
            )
            if provenance.max(initial=0) > max(Provenance):
                raise LabelError("Its provenance is damaged.")
            label_map = LabelMap(labels, provenance)
        except (OSError, LabelError) as error:
            raise LabelError(
                f"The version of {version.time} cannot be read ({error}).", "Choose another one; nothing was changed."
            ) from error
        values = values_in(label_map.labels)
        stale = set(history.stale(values, version.time))
        gone = stale | set(unknown_values(set(values) - stale, classes))
        return without(label_map, gone) if gone else label_map

    def _is_same(self, image_id: str, version: LabelVersion, crc: str, provenance: bytes) -> bool:
        """Whether a version is the same; its provenance file differs even then, for it holds the time of the save."""
        if version.crc != crc:
            return False
        path = self._place(image_id) / f"{version.stem}{PROVENANCE}"
        try:
            kept = decode_indexed_png(read_regular(path, MAX_BYTES), path)
            return np.array_equal(kept, decode_indexed_png(provenance, path))
        except (OSError, LabelError):
            return False

    def _place(self, image_id: str) -> Path:
        return self._folder / image_id

    def _count(self, more: int) -> None:
        """Add to the bytes of all versions; they are counted once."""
        self._nbytes = sum(size for _, _, size in self._files()) if self._nbytes is None else self._nbytes + more

    def _files(self) -> list[tuple[str, Path, int]]:
        """Return (stem, folder, bytes) of all files of all versions."""
        found = []
        for folder, _, names in os.walk(self._folder):
            for name in names:
                with suppress(OSError):
                    size = (Path(folder) / name).stat().st_size
                    found.append((".".join(name.split(".")[:2]), Path(folder), size))
        return found

    def _make_room(self, budget: int) -> None:
        """Delete the oldest versions of the project until all together have no more bytes than this."""
        files = sorted(self._files())
        left = sum(size for _, _, size in files)
        for stem, folder, size in files:
            if left <= budget:
                break
            self._delete(folder, stem)
            left -= size
        self._nbytes = None

    def _delete(self, place: Path, stem: str) -> None:
        """Delete a version; the facts first, so that it is not listed when that is interrupted."""
        for ending in (FACTS, LABELS, PROVENANCE):
            with suppress(OSError):
                (place / f"{stem}{ending}").unlink()


def _stem(moment: datetime, newest: str) -> str:
    """Return the stem of a version of this moment, which comes after the newest although the clock was set back."""
    with suppress(ValueError, OverflowError):
        moment = max(moment, datetime.strptime(newest, STEM).replace(tzinfo=UTC) + timedelta(microseconds=1))
    return moment.strftime(STEM)


def _read_facts(place: Path, stem: str) -> LabelVersion | None:
    try:
        facts = json.loads(read_regular(place / f"{stem}{FACTS}", LARGEST_FACTS))
        nbytes = sum((place / f"{stem}{ending}").stat().st_size for ending in (LABELS, PROVENANCE, FACTS))
        time, what, crc = (facts[key] for key in ("time", "what", "crc"))
        if facts["schema"] > SCHEMA or not all(isinstance(text, str) for text in (time, what, crc)):
            return None
        return LabelVersion(time, what, stem, nbytes, crc)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
