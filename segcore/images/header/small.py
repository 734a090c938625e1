"""The headers of BMP, GIF and PPM (PBM, PGM) files."""

from __future__ import annotations

import re
import struct
from typing import IO

from segcore.images.header.header import ImageHeader

_PNM_HEADER = 1 << 16
_GIF_COMMENT, _GIF_EXTENSIONS = 1 << 20, 1 << 23


def read_bmp(file: IO[bytes]) -> ImageHeader:
    """Read the header. Raises ValueError or struct.error."""
    file.seek(14)
    size = int(struct.unpack("<I", file.read(4))[0])
    if size == 12:
        width, height = struct.unpack("<HH", file.read(4))
        packed = False
    elif size in (40, 52, 56, 64, 108, 124):
        width, height, _, _, packing = struct.unpack("<IiHHI", file.read(16))
        packed = packing in (1, 2)
    else:
        raise ValueError("its header has an unknown size")
    return ImageHeader("BMP", width, abs(height), width * abs(height) * (7 if packed else 4))


def read_gif(file: IO[bytes]) -> ImageHeader:
    """Read the size of the canvas, which the first picture may exceed. Raises ValueError or struct.error."""
    file.seek(6)
    width, height, flags = struct.unpack("<HHBxx", file.read(7))
    if flags & 0x80:
        file.seek(3 << (flags & 7) + 1, 1)
    passed = comment = 0
    while (kind := file.read(1)) not in (b"", b";", b","):
        passed += 1
        label = file.read(1) if kind == b"!" else b""
        while kind == b"!" and (size := file.read(1)) > b"\0":
            file.seek(size[0], 1)
            passed += size[0] + 1
            comment += size[0] if label == b"\xfe" else 0
            if passed > _GIF_EXTENSIONS or comment > _GIF_COMMENT:
                raise ValueError("too much stands before its picture")
        if passed > _GIF_EXTENSIONS:
            raise ValueError("too much stands before its picture")
    left, top, across, down = struct.unpack("<HHHH", file.read(8))
    width, height = max(width, left + across), max(height, top + down)
    return ImageHeader("GIF", width, height, width * height * 4)


def read_pnm(file: IO[bytes]) -> ImageHeader:
    """Read the header, which must stand in the first 64 KB. Raises ValueError."""
    file.seek(0)
    head = re.sub(rb"#[^\r\n]*[\r\n]", b"", file.read(_PNM_HEADER))
    found = re.match(rb"P([1-6])\s+(\d{1,9})\s+(\d{1,9})\s+(?:(\d{1,9})\s)?", head)
    if found is None:
        raise ValueError("its header is damaged")
    kind, width, height = (int(number) for number in found.groups()[:3])
    exact = kind == 4 or (kind in (5, 6) and found[4] in (b"255", b"65535"))
    return ImageHeader("PPM", width, height, width * height * (4 if exact else 12))
