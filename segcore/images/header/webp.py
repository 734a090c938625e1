"""The header of a WebP file: a RIFF file whose first chunk says the size."""

from __future__ import annotations

import os
import struct
from typing import IO

from segcore.images.header.header import ImageHeader
from segcore.images.header.tiff_directory import exif_orientation

_BYTES = 20
"""Measured for a pixel: three canvases of four bytes, and what the lossless decoder keeps."""

_MAX_CHUNKS = 10_000
_MAX_EXIF = 1 << 20


def is_webp(head: bytes) -> bool:
    """Whether a file that begins with these 12 bytes is one."""
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def read_webp(file: IO[bytes]) -> ImageHeader:
    """Read the header, and the EXIF data, which stand behind the pixels. Raises ValueError or struct.error."""
    file.seek(12)
    head = file.read(18)
    width, height = _size(head[:4], head[8:])
    exif = xmp = b""
    place = 12
    for _ in range(_MAX_CHUNKS):
        file.seek(place)
        kind, size = file.read(4), file.read(4)
        if len(size) < 4:
            break
        length = int.from_bytes(size, "little")
        if kind in (b"EXIF", b"XMP ") and length <= _MAX_EXIF:
            data = file.read(length)
            exif, xmp = (data, xmp) if kind == b"EXIF" else (exif, data)
        place += 8 + length + length % 2
    file.seek(0, os.SEEK_END)
    return ImageHeader("WEBP", width, height, width * height * _BYTES + 2 * file.tell(), exif_orientation(exif, xmp))


def _size(kind: bytes, data: bytes) -> tuple[int, int]:
    if kind == b"VP8X":
        width, height = int.from_bytes(data[4:7], "little") + 1, int.from_bytes(data[7:10], "little") + 1
    elif kind == b"VP8L" and data[:1] == b"\x2f":
        bits = int(struct.unpack("<I", data[1:5])[0])
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 " and data[3:6] == b"\x9d\x01\x2a":
        width, height = (side & 0x3FFF for side in struct.unpack("<HH", data[6:10]))
    else:
        raise ValueError("its first chunk says no size")
    return width, height
