"""Directories of tags: those of a TIFF file, and of EXIF, which is a small TIFF file within another."""

from __future__ import annotations

import io
import os
import struct
from dataclasses import dataclass
from typing import IO

from segcore.images.header.header import check_metadata, xmp_orientation

SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

_ORIENTATION, _XMP = 274, 700
_FOLDERS = (0x8769, 0x8825, 0xA005)  # EXIF, GPS and interoperability: Pillow reads them with the pixels
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_INTEGERS = {1: "B", 3: "H", 4: "L", 13: "L", 16: "Q", 18: "Q"}


@dataclass(frozen=True)
class _Tag:
    type: int
    count: int
    offset: int

    @property
    def size(self) -> int:
        return self.count * _SIZES[self.type]


class Directory:
    """A directory of tags of a TIFF file, the first or that at ``place``; values are read when they are asked for.

    Attributes
    ----------
    place, size : int
        Where the table lies in the file, and its bytes.
    order : str
        ``<`` or ``>``: of the bytes in numbers, as `struct` names it.

    Raises
    ------
    ValueError, struct.error
        No TIFF file.
    """

    def __init__(self, file: IO[bytes], place: int | None = None) -> None:
        self._file = file
        file.seek(0, os.SEEK_END)
        self._end = file.tell()
        head = self._bytes(0, 16)
        if head[:4] not in SIGNATURES:
            raise ValueError("it is no TIFF file")
        self.order = "<" if head[:2] == b"II" else ">"
        self._big = head[:4] in SIGNATURES[2:]
        if place is None:
            place = self._unpack("Q", head[8:16]) if self._big else self._unpack("L", head[4:8])
        self.place = place
        self._tags = self._read(place)

    def _read(self, place: int) -> dict[int, _Tag]:
        count_size, entry, inline = (8, 20, 8) if self._big else (2, 12, 4)
        count = self._unpack("Q" if self._big else "H", self._bytes(place, count_size))
        if count > 0xFFFF:
            raise ValueError("it has too many tags")
        self.size = count_size + count * entry
        table = self._bytes(place + count_size, count * entry)
        found: dict[int, _Tag] = {}
        for start in range(0, len(table) - entry + 1, entry):
            tag, kind, number = struct.unpack_from(self.order + ("HHQ" if self._big else "HHL"), table, start)
            if kind not in _SIZES or tag in found:
                continue
            value = start + entry - inline
            offset = place + count_size + value
            if number * _SIZES[kind] > inline:
                offset = self._unpack("Q" if self._big else "L", table[value : value + inline])
            if offset + number * _SIZES[kind] <= self._end:
                found[tag] = _Tag(kind, number, offset)
        return found

    def bytes_of(self, tag: int, limit: int) -> bytes:
        """Return at most ``limit`` bytes of a tag; empty when it is not there."""
        found = self._tags.get(tag)
        return b"" if found is None else self._bytes(found.offset, min(found.size, limit))

    def stored(self, tag: int, limit: int) -> tuple[int, bytes]:
        """Return TIFF type and bytes of a tag; (0, b"") when it is not there or has more than ``limit`` bytes."""
        found = self._tags.get(tag)
        return (0, b"") if found is None or found.size > limit else (found.type, self._bytes(found.offset, found.size))

    def numbers(self, tag: int, limit: int = 16) -> list[int]:
        """Return the first integers of a tag, at most ``limit``; empty when it is not there."""
        found = self._tags.get(tag)
        if found is None or found.type not in _INTEGERS:
            return []
        data = self.bytes_of(tag, limit * _SIZES[found.type])
        code = f"{len(data) // _SIZES[found.type]}{_INTEGERS[found.type]}"
        return [int(number) for number in struct.unpack_from(self.order + code, data)]

    def number(self, tag: int, default: int) -> int:
        """Return the first integer of a tag."""
        return next(iter(self.numbers(tag, 1)), default)

    def count(self, tag: int) -> int:
        """Return how many values a tag has; 0 when it is not there."""
        found = self._tags.get(tag)
        return 0 if found is None else found.count

    def following(self) -> int:
        """Return the place of the directory that follows; 0 when none does. Raises struct.error."""
        pointer = "Q" if self._big else "L"
        found = self._unpack(pointer, self._bytes(self.place + self.size, struct.calcsize("=" + pointer)))
        return found if 0 < found < self._end else 0

    def total(self) -> int:
        """Return the bytes that reading all tags takes, with those of the directories within."""
        here = sum(tag.size for tag in self._tags.values())
        for tag in _FOLDERS:
            place = self.number(tag, 0)
            if 0 < place < self._end:
                within = Directory(self._file, place)
                here += sum(tag.size for tag in within._tags.values())
        return here

    def orientation(self) -> int:
        """Return the EXIF orientation, 1 to 8; that of the XMP packet when no tag says it."""
        if _ORIENTATION not in self._tags:
            return xmp_orientation(self.bytes_of(_XMP, 1 << 20))
        found = self.number(_ORIENTATION, 1)
        return found if 1 <= found <= 8 else 1

    def has_orientation(self) -> bool:
        """Whether a tag says the orientation."""
        return _ORIENTATION in self._tags

    def _bytes(self, place: int, size: int) -> bytes:
        if place > self._end:
            return b""
        self._file.seek(place)
        return self._file.read(size)

    def _unpack(self, code: str, data: bytes) -> int:
        return int(struct.unpack(self.order + code, data)[0])


def exif_orientation(exif: bytes, xmp: bytes = b"") -> int:
    """Return the orientation (1 to 8) of EXIF data, else of an XMP packet, else 1; damaged EXIF says nothing.

    Raises ValueError when its tags would take more than `METADATA` bytes.
    """
    try:
        tags = Directory(io.BytesIO(exif.removeprefix(b"Exif\0\0")))
        total = tags.total()
    except (ValueError, struct.error):
        return xmp_orientation(xmp)
    check_metadata(total)
    return tags.orientation() if tags.has_orientation() else xmp_orientation(xmp)
