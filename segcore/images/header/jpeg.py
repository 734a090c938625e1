"""The header of a JPEG file: its segments up to the first scan."""

from __future__ import annotations

import struct
from typing import IO

from segcore.images.header.header import ImageHeader, check_metadata
from segcore.images.header.tiff_directory import exif_orientation

SIGNATURE = b"\xff\xd8\xff"
MAX_SCANS = 200
"""A progressive JPEG has about ten; a file of some kilobytes with thousands would be decoded for minutes."""

_STANDALONE = {*range(0xD0, 0xDA)}
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
_SCAN, _EXIF, _COMMENT = 0xDA, 0xE1, 0xFE
_XMP_NAME = b"http://ns.adobe.com/xap/1.0/\0"
_MAX_SEGMENTS = 10_000
_MAX_FILL = 1 << 20


def read_jpeg(file: IO[bytes]) -> ImageHeader:
    """Read the header. Raises ValueError or struct.error."""
    file.seek(2)
    frame = exif = xmp = b""
    progressive, metadata = False, 0
    for _ in range(_MAX_SEGMENTS):
        marker = _marker(file)
        if marker in _STANDALONE:
            continue
        size = int(struct.unpack(">H", file.read(2))[0]) - 2
        data = file.read(max(0, size))
        if len(data) < size or size < 0:
            raise ValueError("it ends within its header")
        if marker in _FRAMES:
            if frame:
                raise ValueError("it has two frames")
            frame, progressive = data, marker in _PROGRESSIVE
        elif marker == _EXIF and data.startswith(b"Exif\0\0"):
            exif += data[6:]
        elif marker == _EXIF and data.startswith(_XMP_NAME):
            xmp = data
        elif marker == _SCAN:
            break
        if marker >= 0xE0:
            metadata += size
            check_metadata(metadata)
    else:
        raise ValueError("its header does not end")
    height, width, layers = struct.unpack_from(">HHB", frame, 1)
    decoding = width * height * (1 if layers == 1 else 4)
    whole = progressive or data[0] < layers  # the coefficients of all blocks are kept until the last scan
    if whole:
        factors = [frame[place] for place in range(7, 6 + 3 * layers, 3)]
        across, down = max(f >> 4 for f in factors) or 1, max(f & 15 for f in factors) or 1
        decoding += sum(2 * width * height * (f >> 4) * (f & 15) // (across * down) for f in factors)
    return ImageHeader("JPEG", width, height, decoding, exif_orientation(exif, xmp), shrinks=not whole)


def check_scans(file: IO[bytes]) -> None:
    """Raise ValueError when a JPEG has more than `MAX_SCANS` scans. Reads the whole file."""
    file.seek(0)
    scans, before = 0, b""
    while block := file.read(1 << 20):
        scans += (before + block).count(b"\xff\xda")
        before = block[-1:]
        if scans > MAX_SCANS:
            raise ValueError(f"it has more than {MAX_SCANS} scans")


def _marker(file: IO[bytes]) -> int:
    """Pass over fill bytes, and over what is no marker, as Pillow does."""
    before = b""
    for _ in range(_MAX_FILL):
        byte = file.read(1)
        if not byte:
            break
        if before == b"\xff" and byte not in (b"\xff", b"\0"):
            return byte[0]
        before = byte
    raise ValueError("it ends within its header")
