"""LabelStore: the two PNGs of an image, labels and provenance, which change together or not at all.

Two files cannot be replaced in one step, so the provenance names the labels it belongs to: its text chunks hold the
CRC-32 of the label file. A save writes ``provenance/x.png.next``, replaces ``labels/x.png``, and renames ``.next`` to
``provenance/x.png``. Whenever the process dies, a load finds either the old pair or the new one:

- before the labels are replaced: the old provenance matches the old labels; ``.next`` is ignored;
- after it: the old provenance no longer matches, ``.next`` does and is read in its place; the next save renames it.

Loading only reads: it never renames or writes. A reader that meets a save half-way reads again.

Labels that match neither were changed by another program, or lost their provenance: nothing is thrown away, but
every labelled pixel counts as PREDICTED, which is never ground truth, until a person confirms it.

A save replaces only labels that this process has loaded or saved itself. What else it finds is kept under another name:

- ``x.png.damaged``: labels that cannot be read;
- ``x.png.640x480``: labels of another size than the image; they come back when the image has this size again;
- ``x.png.changed``: labels that another program wrote after they were loaded here.

A name that is taken gets a number (``x.png.damaged-2``), so nothing that was kept is ever replaced.

The provenance also names the picture that the labels were made on, so that a person learns when the image file was
replaced by another picture of the same size.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError, LabelSizeError
from segcore.files.atomic import atomic_write_bytes, put_aside, writing
from segcore.files.inside import check_stays_inside
from segcore.files.stamp import Stamp
from segcore.images.indexed_png import decode_indexed_png, encode_indexed_png, has_our_header, read_notes
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap, Provenance, State
from segcore.progress import Task, drive
from segcore.project.label_files import (
    CHANGED,
    DAMAGED,
    crc_of,
    kept_aside,
    next_to,
    read_file,
    reading_times,
    size_ending,
)

_CRC, _STATE, _SAVED = "maskwright-labels-crc32", "maskwright-progress", "maskwright-saved"
_PICTURE = "maskwright-picture"
_OLD_STATE = "maskwright-state"
"""Where earlier versions noted the state. Their DONE may mean that every pixel is painted, so the pixels decide."""

READ_AGAIN = 20
"""How often a load that meets a save half-way reads again ..."""
READ_AGAIN_SECONDS = 0.01
"""... and how long it waits before."""

PROVENANCE_PALETTE = np.zeros((256, 3), np.uint8)
PROVENANCE_PALETTE[:5] = ((64, 64, 64), (80, 140, 220), (240, 180, 40), (60, 180, 90), (150, 200, 60))


@dataclass(frozen=True)
class StoredLabels:
    """What `LabelStore.load` found.

    Attributes
    ----------
    label_map : LabelMap
        Blank when nothing is stored.
    saved_at : str
        When it was saved, ISO 8601 UTC, or "".
    warning : str
        What was odd, for a person, or "".
    crc : str
        CRC-32 of the label file, eight hexadecimal digits; "" without a file.
    as_stored : bool
        Whether ``label_map`` is exactly what the two files hold.
    picture : str
        `segcore.images.content_key` of the image that the labels were made on; "" when unknown.
    """

    label_map: LabelMap
    saved_at: str = ""
    warning: str = ""
    crc: str = ""
    as_stored: bool = True
    picture: str = ""


@dataclass(frozen=True)
class SavedLabels:
    """What `LabelStore.save` wrote: state, time (ISO 8601 UTC), CRC-32 of the label file, and what was odd or ""."""

    state: State
    saved_at: str
    crc: str
    warning: str = ""


class _Pair(NamedTuple):
    """A label file (None: missing), and the provenance file that belongs to it, with its notes."""

    labels: bytes | None
    provenance: tuple[Path, bytes, dict[str, str]] | None


class _Known(NamedTuple):
    """A label file as this process left or loaded it.

    ``shape``: (height, width) of the labels, None when they could not be loaded; ``paired``: their provenance was found
    and is sound; ``picture``: see `StoredLabels`.
    """

    crc: str
    shape: tuple[int, int] | None
    paired: bool = True
    picture: str = ""


class LabelStore:
    """Label files below ``root``: ``labels/<image id>.png`` and ``provenance/<image id>.png``. Thread-safe.

    Parameters
    ----------
    root : Path
        The project folder, absolute.
    held : Callable
        Returns the context in which files may be changed, such as `WriterLock.held`; it raises when they may not. By
        default nobody else knows of the folder.
    """

    def __init__(self, root: Path, held: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        self.root = root
        self.lock = threading.RLock()
        self._held = held
        self._known: dict[str, _Known] = {}

    def labels_path(self, image_id: str) -> Path:
        """Where the labels of an image are kept."""
        return self.root / "labels" / f"{image_id}.png"

    def provenance_path(self, image_id: str) -> Path:
        """Where the provenance of an image is kept."""
        return self.root / "provenance" / f"{image_id}.png"

    # Saving

    def save(
        self,
        image_id: str,
        label_map: LabelMap,
        palette: NDArray[np.uint8],
        durable: bool = True,
        not_before: str = "",
        picture: str | None = None,
    ) -> SavedLabels:
        """Write both files. Raises ProjectError, also when this process may not write; the old pair stays then.

        Without ``durable`` nothing waits for the disk where an image had no labels; see `atomic_write`. The time of the
        save is at least ``not_before``, as `now` writes it: the clock may have been set back. ``picture``: see
        `StoredLabels`; None is the one of the labels that were loaded or saved here last.
        """
        labels = encode_indexed_png(label_map.labels, palette)
        state, saved_at, crc = label_map.state(), max(now(), not_before), crc_of(labels)
        if picture is None:
            picture = known.picture if (known := self._known.get(image_id)) is not None else ""
        notes = {_CRC: crc, _STATE: state.name, _SAVED: saved_at, **({_PICTURE: picture} if picture else {})}
        provenance = encode_indexed_png(label_map.provenance, PROVENANCE_PALETTE, notes)
        path, final = self.labels_path(image_id), self.provenance_path(image_id)
        for each in (path, final):
            check_stays_inside(self.root, each)
        with self.lock, self._held(), writing(path):
            warning = self._make_room(image_id, label_map.shape)
            durable = durable or path.exists()
            atomic_write_bytes(next_to(final), provenance, durable)
            try:
                atomic_write_bytes(path, labels, durable)
            except BaseException:
                with suppress(OSError):
                    next_to(final).unlink()
                raise
            os.replace(next_to(final), final)
            self._known[image_id] = _Known(crc, label_map.shape, picture=picture)
        return SavedLabels(state, saved_at, crc, warning)

    def keep_aside(self, image_id: str, ending: str) -> Path | None:
        """Rename both files to ``<name>.<ending>``; return the new path of the labels, None when there are none."""
        path = self.labels_path(image_id)
        aside = None
        with self.lock, self._held(), writing(path):
            with suppress(FileNotFoundError):
                aside = put_aside(path, ending)
            with suppress(FileNotFoundError):
                put_aside(self.provenance_path(image_id), ending)
            self._known.pop(image_id, None)
        return aside

    def finish(self, image_id: str) -> None:
        """Finish a save during which the process died, or remove what it left. Raises ProjectError."""
        final = self.provenance_path(image_id)
        with self.lock, self._held(), writing(final):
            if not next_to(final).exists():
                return
            with suppress(LabelError):
                labels = read_file(self.labels_path(image_id))
                found = None if labels is None else self._matching(image_id, crc_of(labels))
                if found is not None and found[0] == next_to(final):
                    os.replace(next_to(final), final)
                    return
            next_to(final).unlink()

    def _make_room(self, image_id: str, shape: tuple[int, int]) -> str:
        """Keep aside what a save must not replace; return what a person should know of it."""
        self.finish(image_id)
        path, known = self.labels_path(image_id), self._known.get(image_id)
        if known is not None and not known.paired:
            with suppress(FileNotFoundError):
                put_aside(self.provenance_path(image_id), DAMAGED)
        if Stamp.of(path) == Stamp():
            return ""
        try:
            data = read_file(path)
            if data is None:  # nothing is in it that could be kept
                return ""
            if known is not None and (known.shape, known.crc) == (shape, crc_of(data)):
                return ""
            decode_indexed_png(data, path, shape)
        except LabelSizeError as error:
            self.keep_aside(image_id, size_ending(error.size))
            return ""
        except LabelError:
            self.keep_aside(image_id, DAMAGED)
            return ""
        if known is None or known.crc == crc_of(data):
            return ""
        aside = self.keep_aside(image_id, CHANGED)
        return (
            f"{path} was changed by another program while it was open here. Your labels are saved; "
            f"the other version is kept as {aside}."
        )

    # Loading

    def load(self, image_id: str, shape: tuple[int, int]) -> StoredLabels:
        """Read both files; a blank label map when there is none. Changes nothing on the disk.

        Raises LabelError when the labels are damaged, LabelSizeError when they are not of ``shape`` (height, width)
        and none of this size were kept. The next save keeps them under another name.
        """
        path = self.labels_path(image_id)
        with self.lock:
            pair = self._pair(image_id)
            crc = "" if pair.labels is None else crc_of(pair.labels)
            self._known[image_id] = _Known(crc, None)
            if pair.labels is None:
                return self._kept_of_size(image_id, shape) or StoredLabels(LabelMap.blank(*shape), warning=_void(path))
            try:
                labels = decode_indexed_png(pair.labels, path, shape)
            except LabelError:
                kept = self._kept_of_size(image_id, shape)
                if kept is None:
                    raise
                return kept
            stored = _stored(path, labels, crc, pair.provenance)
            self._known[image_id] = _Known(crc, shape, not stored.warning, stored.picture)
        return stored

    def contents(self, image_id: str) -> tuple[bytes | None, bytes | None]:
        """Return what the label file and the provenance file of one save hold; None for what is missing.

        Raises LabelError when the label file cannot be read.
        """
        pair = self._pair(image_id)
        return pair.labels, None if pair.provenance is None else pair.provenance[1]

    def state(self, image_id: str) -> tuple[State, str]:
        """State and time of saving from the files, without decoding them where Maskwright wrote them."""
        path = self.labels_path(image_id)
        with suppress(LabelError):
            pair = self._pair(image_id)
            notes = pair.provenance[2] if pair.provenance is not None else {}
            noted = notes.get(_STATE) or notes.get(_OLD_STATE, "").replace(State.DONE.name, "")
            if noted in State.__members__:
                return State[noted], notes.get(_SAVED, "")
            if pair.labels is not None:
                stored = _stored(path, decode_indexed_png(pair.labels, path), "", pair.provenance)
                return stored.label_map.state(), stored.saved_at
        return State.NEW, ""

    def _pair(self, image_id: str) -> _Pair:
        """Read the labels and the provenance that belongs to them, again while another process saves them."""
        path, final = self.labels_path(image_id), self.provenance_path(image_id)
        for _ in range(READ_AGAIN):
            stamps = Stamp.of(path), Stamp.of(final)
            labels = read_file(path)
            found = None if labels is None else self._matching(image_id, crc_of(labels))
            if labels is None or found is not None:
                break
            if not next_to(final).exists() and (Stamp.of(path), Stamp.of(final)) == stamps:
                break  # nobody is saving
            time.sleep(READ_AGAIN_SECONDS)
        return _Pair(labels, found)

    def _matching(self, image_id: str, crc: str, ending: str = "") -> tuple[Path, bytes, dict[str, str]] | None:
        """Return path, content and notes of the provenance whose notes name the label file with this CRC."""
        final = self.provenance_path(image_id)
        for path in (final, next_to(final), *(kept_aside(final, ending) if ending else ())):
            with suppress(LabelError):
                data = read_file(path)
                if data is not None and (notes := read_notes(data)).get(_CRC) == crc:
                    return path, data, notes
        return None

    def _kept_of_size(self, image_id: str, shape: tuple[int, int]) -> StoredLabels | None:
        """Return the newest labels that were kept aside because the image had another size, and now has theirs."""
        ending = size_ending(shape)
        kept = kept_aside(self.labels_path(image_id), ending)
        if not kept:
            return None
        try:
            data = read_file(kept[-1]) or b""
            labels = decode_indexed_png(data, kept[-1], shape)
        except LabelError:
            return None
        crc = crc_of(data)
        stored = _stored(kept[-1], labels, crc, self._matching(image_id, crc, ending))
        text = f"The labels of {image_id} that were kept as {kept[-1].name} fit the image again and are shown."
        return replace(stored, warning=stored.warning or text, as_stored=False)

    # For the index

    def stamp(self, image_id: str) -> str:
        """Return a text that changes when one of the two files does; "" without labels."""
        labels, provenance = (Stamp.of(p).time for p in (self.labels_path(image_id), self.provenance_path(image_id)))
        return f"{labels}:{provenance}" if labels else ""

    def stamps(self) -> dict[str, str]:
        """`stamp` of every image that has labels."""
        return drive(self.reading_stamps())

    def reading_stamps(self) -> Task[dict[str, str]]:
        """Do what `stamps` does in steps."""
        provenance = yield from reading_times(self.root / "provenance", ".png")
        labels = yield from reading_times(self.root / "labels", ".png")
        return {key: f"{time}:{provenance.get(key, 0)}" for key, time in labels.items()}


def made_on(provenance: Path) -> str:
    """Return `StoredLabels.picture` of a provenance file; "" when unknown or unreadable."""
    with suppress(LabelError):
        return read_notes(read_file(provenance) or b"").get(_PICTURE, "")
    return ""


def _void(path: Path) -> str:
    """Return what to say when a label file was not read: "" when there is none."""
    if not path.exists():
        return ""
    return (
        f"{path} is empty, perhaps because the power failed while labels were imported: the image has no labels. "
        "Import them again."
    )


def _stored(
    path: Path, labels: NDArray[np.uint8], crc: str, found: tuple[Path, bytes, dict[str, str]] | None
) -> StoredLabels:
    """Join labels with the provenance that was found; all PREDICTED where it is missing or damaged."""
    if found is not None:
        with suppress(LabelError):
            provenance = decode_indexed_png(found[1], found[0], (labels.shape[0], labels.shape[1]))
            if has_our_header(found[1]) and provenance.max(initial=0) <= max(Provenance):
                notes, label_map = found[2], LabelMap(labels, provenance)
                return StoredLabels(label_map, notes.get(_SAVED, ""), "", crc, picture=notes.get(_PICTURE, ""))
    predicted = np.where(labels == IGNORE_INDEX, 0, Provenance.PREDICTED).astype(np.uint8)
    warning = (
        f"{path} was changed outside Maskwright or lost its provenance: its labels count as predicted. "
        "Confirm them to use them for training."
    )
    return StoredLabels(LabelMap(labels, predicted), "", warning, crc, as_stored=False)


def now() -> str:
    """Return this moment, ISO 8601 UTC, to the microsecond; later moments sort later."""
    return datetime.now(UTC).isoformat(timespec="microseconds")
