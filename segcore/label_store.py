"""LabelStore: the two PNGs of an image, labels and provenance, which change together or not at all.

Two files cannot be replaced in one step, so the provenance names the labels it belongs to: its text chunks hold the
CRC-32 of the label file. A save writes ``provenance/x.png.next``, replaces ``labels/x.png``, and renames ``.next`` to
``provenance/x.png``. Whenever the process dies, a load finds either the old pair or the new one:

- before the labels are replaced: the old provenance matches the old labels; ``.next`` is ignored;
- after it: the old provenance no longer matches, ``.next`` does and is put in its place.

Labels that match neither were changed by another program, or lost their provenance: nothing is thrown away, but
every labelled pixel counts as PREDICTED, which is never ground truth, until a person confirms it.
"""

from __future__ import annotations

import os
import threading
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.atomic import atomic_write_bytes, writing
from segcore.classes import IGNORE_INDEX
from segcore.errors import LabelError
from segcore.formats.indexed_png import decode_indexed_png, encode_indexed_png, read_notes
from segcore.labelmap import LabelMap, Provenance, State

_CRC, _STATE, _SAVED = "maskwright-labels-crc32", "maskwright-progress", "maskwright-saved"
_OLD_STATE = "maskwright-state"
"""Where earlier versions noted the state. Their DONE may mean that every pixel is painted, so the pixels decide."""

PROVENANCE_PALETTE = np.zeros((256, 3), np.uint8)
PROVENANCE_PALETTE[:5] = ((64, 64, 64), (80, 140, 220), (240, 180, 40), (60, 180, 90), (150, 200, 60))


@dataclass(frozen=True)
class StoredLabels:
    """What `LabelStore.load` found: the label map, when it was saved (ISO 8601 UTC or ""), and what was odd."""

    label_map: LabelMap
    saved_at: str
    warning: str


@dataclass(frozen=True)
class LabelStore:
    """Label files below ``root``: ``labels/<image id>.png`` and ``provenance/<image id>.png``. Thread-safe."""

    root: Path
    lock: threading.RLock

    def labels_path(self, image_id: str) -> Path:
        """Where the labels of an image are kept."""
        return self.root / "labels" / f"{image_id}.png"

    def provenance_path(self, image_id: str) -> Path:
        """Where the provenance of an image is kept."""
        return self.root / "provenance" / f"{image_id}.png"

    def save(self, image_id: str, label_map: LabelMap, palette: NDArray[np.uint8]) -> tuple[State, str]:
        """Write both files; return the state and the time of saving. Raises ProjectError; the old pair stays."""
        labels = encode_indexed_png(label_map.labels, palette)
        state, saved_at = label_map.state(), now()
        notes = {_CRC: _crc(labels), _STATE: state.name, _SAVED: saved_at}
        provenance = encode_indexed_png(label_map.provenance, PROVENANCE_PALETTE, notes)
        path, final = self.labels_path(image_id), self.provenance_path(image_id)
        following = _following(final)
        with self.lock, writing(path):
            atomic_write_bytes(following, provenance)
            try:
                atomic_write_bytes(path, labels)
            except BaseException:
                with suppress(OSError):
                    following.unlink()
                raise
            os.replace(following, final)
        return state, saved_at

    def load(self, image_id: str, shape: tuple[int, int]) -> StoredLabels:
        """Read both files; a blank label map when there is none.

        Raises LabelError when the labels are damaged or not of ``shape`` (height, width); the files are then kept
        aside as ``.damaged`` and the next load is blank.
        """
        path = self.labels_path(image_id)
        with self.lock:
            try:
                data = path.read_bytes()
            except FileNotFoundError:
                return StoredLabels(LabelMap.blank(*shape), "", "")
            except OSError as error:
                raise LabelError(f"{path} cannot be read ({error.strerror}).", "Check its disk and rights.") from error
            try:
                labels = decode_indexed_png(data, path, shape)
            except LabelError as error:
                aside = _put_aside(path)
                _put_aside(self.provenance_path(image_id))
                raise LabelError(error.message, f"It is kept as {aside}; the image goes on as new.") from error
            provenance, saved_at = self._provenance(image_id, data, shape)
        if provenance is not None:
            return StoredLabels(LabelMap(labels, provenance), saved_at, "")
        label_map = LabelMap(labels, np.where(labels == IGNORE_INDEX, 0, Provenance.PREDICTED).astype(np.uint8))
        return StoredLabels(
            label_map,
            "",
            f"{path} was changed outside Maskwright or lost its provenance: its labels count as predicted. "
            "Confirm them to use them for training.",
        )

    def put_aside(self, image_id: str) -> None:
        """Rename both files to ``.damaged``, so that a save does not replace what could not be read."""
        with self.lock:
            _put_aside(self.labels_path(image_id))
            _put_aside(self.provenance_path(image_id))

    def _provenance(self, image_id: str, labels: bytes, shape: tuple[int, int]) -> tuple[NDArray[np.uint8] | None, str]:
        found = self._match(image_id, labels)
        if found is None:
            return None, ""
        path = self.provenance_path(image_id)
        data, notes = found
        try:
            provenance = decode_indexed_png(data, path, shape)
        except LabelError:
            _put_aside(path)
            return None, ""
        if provenance.max(initial=0) > max(Provenance):
            _put_aside(path)
            return None, ""
        return provenance, notes.get(_SAVED, "")

    def _match(self, image_id: str, labels: bytes) -> tuple[bytes, dict[str, str]] | None:
        """Return the provenance file that belongs to ``labels``, finishing a save that was cut short."""
        crc, final = _crc(labels), self.provenance_path(image_id)
        for path in (final, _following(final)):
            try:
                data = path.read_bytes()
            except OSError:
                continue
            notes = read_notes(data)
            if notes.get(_CRC) == crc:
                if path != final:
                    with suppress(OSError):  # a project that cannot be written can still be read
                        os.replace(path, final)
                return data, notes
        return None

    def state(self, image_id: str) -> tuple[State, str]:
        """State and time of saving from the files, without decoding them where Maskwright wrote them."""
        try:
            labels = self.labels_path(image_id).read_bytes()
        except OSError:
            return State.NEW, ""
        found = self._match(image_id, labels)
        notes = found[1] if found is not None else {}
        noted = notes.get(_STATE) or notes.get(_OLD_STATE, "").replace(State.DONE.name, "")
        if noted in State.__members__:
            return State[noted], notes.get(_SAVED, "")
        try:
            shape = decode_indexed_png(labels, self.labels_path(image_id)).shape
            stored = self.load(image_id, (shape[0], shape[1]))
        except LabelError:
            return State.NEW, ""
        return stored.label_map.state(), stored.saved_at

    def stamp(self, image_id: str) -> str:
        """Return a text that changes when one of the two files does; "" without labels."""
        labels, provenance = _mtime(self.labels_path(image_id)), _mtime(self.provenance_path(image_id))
        return f"{labels}:{provenance}" if labels else ""

    def stamps(self) -> dict[str, str]:
        """`stamp` of every image that has labels."""
        provenance = dict(file_times(self.root / "provenance", ".png"))
        return {key: f"{time}:{provenance.get(key, 0)}" for key, time in file_times(self.root / "labels", ".png")}


def file_times(folder: Path, suffix: str) -> Iterator[tuple[str, int]]:
    """Yield (relative path without ``suffix``, time of change in ns) for files below ``folder``, which may be gone."""
    stack = [("", folder)]
    while stack:
        prefix, current = stack.pop()
        try:
            with os.scandir(current) as entries:
                for entry in entries:
                    if entry.is_dir():
                        stack.append((f"{prefix}{entry.name}/", current / entry.name))
                    elif entry.name.endswith(suffix) and not entry.name.startswith("."):
                        yield prefix + entry.name[: -len(suffix)], entry.stat().st_mtime_ns
        except OSError:
            continue


def now() -> str:
    """Return this moment, ISO 8601 UTC, to the microsecond; later moments sort later."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _crc(data: bytes) -> str:
    return f"{zlib.crc32(data):08x}"


def _following(path: Path) -> Path:
    return path.with_name(f"{path.name}.next")


def _put_aside(path: Path) -> Path:
    aside = path.with_name(f"{path.name}.damaged")
    with suppress(OSError):
        os.replace(path, aside)
    return aside


def _mtime(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
