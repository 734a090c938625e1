"""Journal: the undo history of an image on the disk, so that it outlives the image being left and the app being killed.

``journal/<image id>.journal`` below the project holds each gesture as soon as it ends. Each record ends with a known
`fingerprint` of the label map. So when an image is loaded, `recall` finds the place in the history that its label files
show, whether they are up to date, a second old or not there at all. What the journal knows beyond this place is done
again: a stroke that was finished a moment before the app was killed is there.

Labels whose fingerprint is nowhere in the journal were changed by another program, by a prediction of many images or
by an older copy. They are shown as they are, and the history starts anew: the old one is dropped at the first edit.

A journal is never the reason to lose work: whoever cannot read or write one goes on without it.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import IO, NamedTuple

from segcore.editing import Edit, History
from segcore.editing import fingerprint as of
from segcore.editing.fingerprint import fingerprint
from segcore.errors import LabelError
from segcore.files.atomic import atomic_write_bytes, make_folder, put_aside, sync_folder, writing
from segcore.files.inside import check_stays_inside
from segcore.files.regular_file import read_regular
from segcore.hardware.memory import give_back_freed_memory
from segcore.journal.records import VERSION, Header, Kind, meaning, pack, pack_edit, version_of
from segcore.journal.track import Track
from segcore.labels.class_history import ClassHistory, unknown_values
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, values_in

IMAGE_BYTES = 32 * 1024 * 1024
"""A journal that grows beyond this is written again with its newest edits, in at most half of it."""
PROJECT_BYTES = 1024 * 1024 * 1024
"""Beyond this the journals of a project go that were not written to for longest, see `sweep`."""

FOLDER = "journal"


class Journal:
    """Writes the history of one image to its file. Used by one thread at a time, in the order of the gestures.

    `edit`, `extend`, `undo`, `redo` and `part` make records; `write` hands them to the operating system, so that from
    then on the death of this process loses nothing of them. What cannot be written is kept and written by the next
    call.

    Parameters
    ----------
    root, image_id : Path, str
        The project folder and the image; the file is made, or replaced, by the first `write`.
    header : Header
        For a file that begins now: ``header.base`` is the fingerprint of the labels as they are.
    track : Track | None
        What the file holds already, to go on from.

    Attributes
    ----------
    keep_aside : str
        Ending of the name under which the file that is there is kept by the first `write`; "" to replace it.
    """

    def __init__(self, root: Path, image_id: str, header: Header, track: Track | None = None) -> None:
        self.path = journal_path(root, image_id)
        self._root = root
        self._header = header
        self._state = header.base  # fingerprint of the labels after the last record
        self._end = self._done = self._undone = 0  # of the file: bytes that count, steps to take back and to do again
        self._unwritten = b""
        self.keep_aside = ""
        self._named = False  # whether the disk has its name for certain
        self._begin()
        if track is not None:
            self._go_on(track.state, track.end, len(track.done), len(track.undone))

    def edit(self, edit: Edit) -> None:
        """Record a gesture that was done."""
        self._state = of.after(edit, self._state)
        body = pack_edit(edit, self._state)
        if len(body) > IMAGE_BYTES // 2:
            self._begin()
        else:
            self._done, self._undone = self._done + 1, 0
            self._unwritten += pack(Kind.EDIT, body)

    def extend(self, more: Edit) -> None:
        """Record that the last gesture changed more pixels: one step takes them back with it."""
        self._state = of.after(more, self._state)
        body = pack_edit(more, self._state)
        if not self._done or len(body) > IMAGE_BYTES // 2:  # a file without the gesture cannot join them
            self._begin()
        else:
            self._undone = 0
            self._unwritten += pack(Kind.EXTEND, body)

    def undo(self, edit: Edit) -> None:
        """Record that this gesture, the last one, was taken back."""
        self._state = of.before(edit, self._state)
        if self._done:
            self._done, self._undone = self._done - 1, self._undone + 1
            self._unwritten += pack(Kind.UNDO)
        else:  # the file does not reach back so far
            self._begin()

    def redo(self, edit: Edit) -> None:
        """Record that this gesture, the one taken back last, was done again."""
        if not self._undone:
            self.edit(edit)
            return
        self._state = of.after(edit, self._state)
        self._done, self._undone = self._done + 1, self._undone - 1
        self._unwritten += pack(Kind.REDO)

    def part(self, edit: Edit) -> None:
        """Record how far a gesture has come that goes on, because labels with so much of it are being saved."""
        body = pack_edit(edit, of.after(edit, self._state))
        if edit.tiles and len(body) <= IMAGE_BYTES // 2:
            self._unwritten += pack(Kind.PART, body)

    def sync(self) -> None:
        """Let the disk have what was written, so that it survives a loss of power. Raises ProjectError."""
        if self._end and self.path.exists():
            with writing(self.path), _open(self.path) as file:
                os.fsync(file.fileno())
            if not self._named:
                sync_folder(self.path.parent)
                self._named = True

    def write(self) -> None:
        """Bring the file up to date. Raises ProjectError."""
        if not self._unwritten:
            return
        if len(self._unwritten) > IMAGE_BYTES:
            self._begin()
        check_stays_inside(self._root, self.path)
        with writing(self.path):
            make_folder(self.path.parent)
            if self.keep_aside:
                with suppress(FileNotFoundError):
                    put_aside(self.path, self.keep_aside)
                self.keep_aside = ""
            with _open(self.path) as file:
                size = os.fstat(file.fileno()).st_size
                if size < self._end:  # it was deleted meanwhile
                    self._begin()
                file.truncate(self._end)
                file.seek(self._end)
                file.write(self._unwritten)
            self._end += len(self._unwritten)
            self._unwritten = b""
            if self._end > IMAGE_BYTES:
                self._shorten()

    def _begin(self) -> None:
        """Let the file begin with the labels as they are now."""
        self._go_on(self._state, 0, 0, 0)
        self._unwritten = self._header._replace(base=self._state).pack()

    def _go_on(self, state: int, end: int, done: int, undone: int) -> None:
        self._state, self._end, self._done, self._undone = state, end, done, undone
        self._unwritten = b""

    def _shorten(self) -> None:
        data = read_regular(self.path, 2 * IMAGE_BYTES)
        header = Header.read(data)
        track = Track(header).follow(data) if header is not None else None
        if track is None or (track.state, track.end) != (self._state, self._end):
            self._begin()
            return
        data, done, undone = track.shortened(IMAGE_BYTES // 2)
        atomic_write_bytes(self.path, data)
        self._go_on(self._state, len(data), done, undone)
        del data, track
        give_back_freed_memory()  # three times the file


class Recalled(NamedTuple):
    """What `recall` found.

    Attributes
    ----------
    journal : Journal
        To write what comes next.
    history : History
        Reaches back behind the load.
    label_map : LabelMap
        With what the label files did not hold yet: the one that was given when there is nothing of this kind.
    is_newer : bool
        Whether ``label_map`` differs from the label files.
    warning : str
        For the person; empty when all is well.
    note : str
        What the person may want to know although nothing is wrong.
    """

    journal: Journal
    history: History
    label_map: LabelMap
    is_newer: bool = False
    warning: str = ""
    note: str = ""


def journal_path(root: Path, image_id: str) -> Path:
    """Return the file with the undo history of an image in the project ``root``; it need not exist."""
    return root / FOLDER / f"{image_id}.journal"


def recall(root: Path, image_id: str, label_map: LabelMap, classes: ClassSet, past: ClassHistory) -> Recalled:
    """Find the undo history of an image, and what it knows that its label files do not. Reads only; never raises.

    Parameters
    ----------
    root : Path
        The project folder.
    image_id : str
        The image.
    label_map : LabelMap
        What was loaded; blank where there are no label files or they are damaged. It is not changed.
    classes, past : ClassSet, ClassHistory
        The classes of the project. Undo must not bring back pixels of a class that was removed since.
    """
    path = journal_path(root, image_id)
    header = Header(*label_map.shape, meaning(past), fingerprint(label_map))
    anew = Recalled(Journal(root, image_id, header), History(), label_map)
    try:
        data = read_regular(path, 2 * IMAGE_BYTES)
    except FileNotFoundError:
        return anew
    except OSError as error:
        return anew._replace(warning=f"{path} cannot be read ({error.strerror or error}): undo begins here.")
    if not data.lstrip(b"\0"):  # zeros are what a power cut leaves of a file that the disk did not have yet
        return anew
    if (version := version_of(data)) > VERSION:
        anew.journal.keep_aside = f"version-{version}"
        return anew._replace(
            warning=f"{path} was written by a newer Maskwright (version {version}, this one knows {VERSION}): undo "
            "begins here. It is kept under another name once you change the image."
        )
    found = Header.read(data)
    if found is None:
        return anew._replace(warning=f"{path} is damaged: undo begins here.")
    track = Track(found).follow(data, header.base)
    if track.is_damaged:  # what stood behind may have taken back what stands before: do nothing again
        track = Track(found).follow(data[: track.found], header.base)
    if found.classes != header.classes:  # the person who removed a class was told so
        return anew
    if found[:2] != header[:2]:  # the image has another size: that is told with its labels
        return anew
    if found[:3] != header[:3] or track.since is None:
        note = f"Undo begins here: the labels of {image_id} were changed or copied without their undo history."
        return anew._replace(note=note if track.done or track.undone else "")
    done, undone = [step.edit for step in track.done], [step.edit for step in track.undone]
    journal = Journal(root, image_id, header, track)
    if track.unfinished is not None:
        journal.edit(track.unfinished)
        return Recalled(journal, History(done=[*done, track.unfinished]), label_map)
    if not track.since:
        return Recalled(journal, History(done=done, undone=undone), label_map)
    newer, state = LabelMap(label_map.labels.copy(), label_map.provenance.copy()), header.base
    try:
        for edit, forward in track.since:
            (edit.redo if forward else edit.undo)(newer)
            state = (of.after if forward else of.before)(edit, state)
    except LabelError:
        return anew._replace(warning=f"{path} is damaged: undo begins here.")
    if fingerprint(newer) != track.state or state != track.state:  # the second: an edit began from other pixels
        return anew._replace(warning=f"{path} is damaged: undo begins here.")
    if unknown_values(values_in(newer.labels), classes):
        return anew
    return Recalled(
        journal,
        History(done=done, undone=undone),
        newer,
        True,
        f"The last changes of {image_id} were not in its label files yet; its undo history brought them back.",
    )


def sweep(root: Path, most: int = PROJECT_BYTES) -> None:
    """Delete the journals of a project that were not written to for longest, until all hold at most ``most`` bytes."""
    found, folders = [], [root / FOLDER]
    while folders:
        with suppress(OSError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(Path(entry.path))
                elif entry.is_file(follow_symlinks=False):
                    facts = entry.stat(follow_symlinks=False)
                    found.append((facts.st_mtime_ns, facts.st_size, entry.path))
    held = sum(size for _, size, _ in found)
    for _, size, path in sorted(found):
        if held <= most:
            return
        with suppress(OSError):
            os.unlink(path)
            held -= size


def _open(path: Path) -> IO[bytes]:
    """Open an ordinary file and nothing else to be changed; it is made where there is none. Raises OSError."""
    flags = os.O_RDWR | os.O_CREAT
    for name in ("O_BINARY", "O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK"):
        flags |= getattr(os, name, 0)
    descriptor = os.open(path, flags, 0o644)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not an ordinary file")
    return os.fdopen(descriptor, "r+b")
