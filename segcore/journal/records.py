"""Records: how the undo history of an image is written to a file, and how it is read when the file is cut or damaged.

The file is a header and then records, each with its length, its kind and two CRC-32. It is only ever written at its
end. Reading stops at the first record that is not whole and sound. A last record that is cut off was being written when
the process died; anything else is damage, and then nobody knows what came after it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from segcore.editing.box import Box
from segcore.editing.edit import TILE, Edit, Tile
from segcore.errors import LabelError
from segcore.labels.class_history import ClassHistory

VERSION = 1
"""Goes up when the records change their meaning."""
_NAME = b"MWHIST\x00"
MAGIC = _NAME + bytes([VERSION])
_HEADER = struct.Struct("<8sIIH16s16s")
_CRC = struct.Struct("<I")
HEADER_BYTES = _HEADER.size + _CRC.size
_RECORD = struct.Struct("<IB")
_CRCS = struct.Struct("<II")
_HEAD_BYTES = _RECORD.size + _CRCS.size
_EDIT = struct.Struct("<16sHI")
_TILE = struct.Struct("<IIII")
_MAX_NAME = 200
_MAX_PACKED = 2 * TILE * TILE + 1024
"""Bytes of one side of a tile that zlib could not make smaller."""


class Kind(IntEnum):
    """What a record says."""

    EDIT = 1
    """A gesture was done."""
    UNDO = 2
    """The last gesture was taken back."""
    REDO = 3
    """The gesture that was taken back last was done again."""
    PART = 4
    """A gesture that still goes on, as far as it has come: what is saved now holds it."""
    EXTEND = 5
    """More pixels changed that belong to the last gesture: they are taken back with it."""


_KINDS = frozenset(Kind)


class Header(NamedTuple):
    """The image that a journal belongs to, and where its history begins.

    Attributes
    ----------
    height, width : int
        Size of the image in pixels.
    classes : bytes
        16 bytes that change when label values get another meaning, see `meaning`.
    base : int
        Fingerprint of the label map before the first edit.
    """

    height: int
    width: int
    classes: bytes
    base: int

    def pack(self) -> bytes:
        """Return `HEADER_BYTES` bytes."""
        base = self.base.to_bytes(16, "little")
        data = _HEADER.pack(MAGIC, self.height, self.width, TILE, self.classes, base)
        return data + _CRC.pack(zlib.crc32(data))

    @classmethod
    def read(cls, data: bytes) -> Header | None:
        """Return the header that ``data`` begins with; None when it is damaged or of another version."""
        if len(data) < HEADER_BYTES or _CRC.unpack_from(data, _HEADER.size)[0] != zlib.crc32(data[: _HEADER.size]):
            return None
        magic, height, width, tile, classes, base = _HEADER.unpack_from(data)
        if magic != MAGIC or tile != TILE:
            return None
        return cls(height, width, classes, int.from_bytes(base, "little"))


def version_of(data: bytes) -> int:
    """Return the version of a journal that begins with ``data``; 0 when it is none."""
    return data[len(_NAME)] if data.startswith(_NAME) and len(data) > len(_NAME) else 0


class Record(NamedTuple):
    """A sound record: its kind, what it holds, and where it ends in the file."""

    kind: Kind
    body: bytes
    end: int


def meaning(past: ClassHistory) -> bytes:
    """Return 16 bytes that change when a label value is taken from its class, or given to another one."""
    from hashlib import blake2b  # only now: it loads OpenSSL, and the window must be seen soon

    text = repr((sorted(past.removed.items()), sorted(past.reused.items())))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def pack(kind: Kind, body: bytes = b"") -> bytes:
    """Return a record."""
    head = _RECORD.pack(len(body), kind)
    return head + _CRCS.pack(zlib.crc32(head), zlib.crc32(body)) + body


def pack_edit(edit: Edit, state: int) -> bytes:
    """Return the body of an EDIT, a PART or an EXTEND; ``state`` is the fingerprint of the label map after it."""
    packed = [tile.packed for tile in edit.tiles]
    name = edit.name.encode("utf-8", "replace")[:_MAX_NAME]
    return b"".join(
        (
            _EDIT.pack(state.to_bytes(16, "little"), len(name), len(packed)),
            name,
            *(
                _TILE.pack(tile.box.left // TILE, tile.box.top // TILE, len(before), len(after))
                for tile, (before, after) in zip(edit.tiles, packed, strict=True)
            ),
            *(side for pair in packed for side in pair),
        )
    )


def read_edit(body: bytes, height: int, width: int) -> tuple[Edit, int]:
    """Return the edit in the body of a record, and the fingerprint after it. Its tiles stay packed.

    Raises LabelError when it is no edit of an image of this size.
    """
    try:
        state, length, count = _EDIT.unpack_from(body)
        names_end = _EDIT.size + length
        at = names_end + count * _TILE.size
        if length > _MAX_NAME or at > len(body):
            raise ValueError
        tiles = []
        for column, row, before, after in _TILE.iter_unpack(body[names_end:at]):
            left, top, middle, end = column * TILE, row * TILE, at + before, at + before + after
            if left >= width or top >= height or max(before, after) > _MAX_PACKED or end > len(body):
                raise ValueError
            box = Box(left, top, min(left + TILE, width), min(top + TILE, height))
            tiles.append(Tile(box, body[at:middle], body[middle:end]))
            at = end
        if at != len(body):
            raise ValueError
    except (struct.error, ValueError) as error:
        raise LabelError("A step of the undo history is damaged.") from error
    name = body[_EDIT.size : names_end].decode("utf-8", "replace")
    return Edit("".join(c for c in name if c.isprintable()), tiles), int.from_bytes(state, "little")


def records(data: bytes) -> Iterator[Record]:
    """Yield the records of a file up to the end, or to the record that is cut off there.

    Raises LabelError when the file is damaged or of a later version.
    """
    at = HEADER_BYTES
    while at + _HEAD_BYTES <= len(data):
        head = data[at : at + _RECORD.size]
        length, kind = _RECORD.unpack(head)
        head_crc, body_crc = _CRCS.unpack_from(data, at + _RECORD.size)
        start, at = at + _HEAD_BYTES, at + _HEAD_BYTES + length
        if zlib.crc32(head) != head_crc or kind not in _KINDS:
            raise LabelError("The undo history is damaged.")
        if at > len(data):
            return
        body = data[start:at]
        if zlib.crc32(body) != body_crc:
            raise LabelError("The undo history is damaged.")
        yield Record(Kind(kind), body, at)
