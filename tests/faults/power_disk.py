"""Disk: what a disk may hold after a power cut, from the record of what a process did to its files.

The model is POSIX's, without the favours of any file system: the content of a file is safe once the file was synced,
its name once its folder was. What was not synced may be there, be missing, or be there in part:

- of the changes of names in a folder since it was synced, those up to some point are there; each rename is there as a
  whole or not at all, but folders do not wait for each other;
- of the writes to a file since it was synced, those up to some point are there, the last one perhaps in part; a file
  that was made longer may hold zeros instead.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import NamedTuple

_HEAD = struct.Struct("<cQQI")


class Record(NamedTuple):
    """One thing that a process did; see ``power_shim.c``."""

    kind: str
    number: int
    offset: int
    data: bytes

    @property
    def path(self) -> str:
        """Of a file or folder."""
        return self.data.decode()


def records(data: bytes) -> Iterator[Record]:
    """Read the log of the shim."""
    at = 0
    while at + _HEAD.size <= len(data):
        kind, number, offset, length = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        yield Record(kind.decode(), number, offset, data[at : at + length])
        at += length


@dataclass(eq=False)
class File:
    """A file: what processes read in it, what is safe, and the writes since: (offset, bytes), or (length, None)."""

    now: bytearray = field(default_factory=bytearray)
    safe: bytes = b""
    since: list[tuple[int, bytes | None]] = field(default_factory=list)

    def write(self, offset: int, data: bytes | None) -> None:
        """Write, or cut to the length ``offset``."""
        _write(self.now, offset, data)
        self.since.append((offset, data))

    def sync(self) -> None:
        """Let the disk have everything."""
        self.safe, self.since = bytes(self.now), []

    def after(self, cut: Cut) -> bytes:
        """Return what may be left of it."""
        if not self.since:
            return self.safe
        found = bytearray(self.safe)
        for offset, data in self.since[: cut.of(len(self.since))]:
            _write(found, offset, data)
        if len(self.now) > len(found) and cut.zeros():
            found.extend(bytes(len(self.now) - len(found)))
        return bytes(found)


@dataclass(eq=False)
class Folder:
    """A folder: its entries as processes see them, those that are safe, and the changes since."""

    now: dict[str, File | Folder] = field(default_factory=dict)
    safe: dict[str, File | Folder] = field(default_factory=dict)
    since: list[dict[str, File | Folder | None]] = field(default_factory=list)

    def change(self, names: dict[str, File | Folder | None]) -> None:
        """Give these names to files, or take them away (None), in one step."""
        _change(self.now, names)
        self.since.append(names)

    def sync(self) -> None:
        """Let the disk have all names."""
        self.safe, self.since = dict(self.now), []

    def after(self, cut: Cut) -> dict[str, File | Folder]:
        """Return the names that may be left."""
        found = dict(self.safe)
        for names in self.since[: cut.of(len(self.since))]:
            _change(found, names)
        return found


@dataclass
class Cut:
    """What a power cut takes of the things that were not synced.

    ``how``: "all" of them; "data": the content of files, but no name; "some", by chance.
    """

    how: str
    random: Random
    names: bool = False

    def of(self, count: int) -> int:
        """How many of so many changes are left."""
        if self.how == "all":
            return 0
        if self.how == "data":
            return count if self.names else 0
        return self.random.choice((0, count, self.random.randint(0, count)))

    def zeros(self) -> bool:
        """Whether a file that was made longer has zeros there."""
        return self.how != "all" and self.random.random() < 0.4


def _write(content: bytearray, offset: int, data: bytes | None) -> None:
    end = offset + len(data or b"")
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    if data is None:
        del content[offset:]
    else:
        content[offset:end] = data


def _change(entries: dict[str, File | Folder], names: dict[str, File | Folder | None]) -> None:
    for name, node in names.items():
        if node is None:
            entries.pop(name, None)
        else:
            entries[name] = node


class Disk:
    """The files below a folder, as the records tell."""

    def __init__(self, root: Path) -> None:
        self.root = str(root)
        self.top = Folder()
        self._numbers: dict[int, File | Folder] = {root.stat().st_ino: self.top}

    def apply(self, record: Record) -> None:
        """Do what was recorded."""
        match record.kind:
            case "C" | "M":
                node = File() if record.kind == "C" else Folder()
                self._numbers[record.number] = node
                folder, name = self._place(record.path)
                folder.change({name: node})
            case "W" | "T":
                file = self._numbers.get(record.number)
                if isinstance(file, File):
                    file.write(record.offset, record.data if record.kind == "W" else None)
            case "S":
                if record.number in self._numbers:
                    self._numbers[record.number].sync()
            case "A":
                for node in self._numbers.values():
                    node.sync()
            case "R":
                self._rename(*record.path.split("\0"))
            case "U" | "D":
                folder, name = self._place(record.path)
                folder.change({name: None})

    def file(self, path: str) -> File | None:
        """Return an ordinary file as processes see it."""
        folder, name = self._place(path)
        found = folder.now.get(name)
        return found if isinstance(found, File) else None

    def write_to(self, place: Path, cut: Cut) -> None:
        """Write what may be left after a power cut now."""
        _write_folder(self.top, place, cut)

    def _rename(self, old: str, new: str) -> None:
        (source, name), (target, other) = self._place(old), self._place(new)
        node = source.now[name]
        if source is target:
            source.change({name: None, other: node})
        else:
            target.change({other: node})
            source.change({name: None})

    def _place(self, path: str) -> tuple[Folder, str]:
        *folders, name = path.removeprefix(self.root).strip("/").split("/")
        folder = self.top
        for each in folders:
            found = folder.now[each]
            assert isinstance(found, Folder)
            folder = found
        return folder, name


def _write_folder(folder: Folder, place: Path, cut: Cut) -> None:
    place.mkdir(parents=True, exist_ok=True)
    cut.names = True
    entries = folder.after(cut)
    cut.names = False
    for name, node in entries.items():
        if isinstance(node, Folder):
            _write_folder(node, place / name, cut)
        elif not name.endswith("-shm"):  # of SQLite: memory that processes share, which is made anew
            (place / name).write_bytes(node.after(cut))
