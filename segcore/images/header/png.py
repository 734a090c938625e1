"""The chunks of a PNG file, and its header."""

from __future__ import annotations

import os
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, NamedTuple

from segcore.images.header.header import ImageHeader, check_metadata
from segcore.images.header.tiff_directory import exif_orientation

SIGNATURE = b"\x89PNG\r\n\x1a\n"

_MAX_CHUNKS = 500_000
_MAX_EXIF = 1 << 20
_KINDS = {0: "L", 2: "RGB", 3: "P", 4: "LA", 6: "RGBA"}
_RAW_EXIF = b"Raw profile type exif\0"
_XMP_NAME = b"XML:com.adobe.xmp\0"


class Chunk(NamedTuple):
    """One chunk: its four letters, where its data begin, and how many bytes they are."""

    kind: bytes
    place: int
    size: int


@dataclass(frozen=True)
class PngHeader:
    """The first chunk: size in pixels, bits a channel, and Pillow's name of the kind of picture."""

    width: int
    height: int
    depth: int
    mode: str


def chunks(file: IO[bytes]) -> Iterator[Chunk]:
    """Yield the chunks without reading their data, up to IEND or to where the file is cut.

    Raises ValueError when the file is no PNG, or when all but the pixels is more than `METADATA`.
    """
    read = _reader(file)
    if read(0, 8) != SIGNATURE:
        raise ValueError("it is no PNG file")
    place, metadata = 8, 0
    for _ in range(_MAX_CHUNKS):
        head = read(place, 8)
        kind = head[4:]
        if len(head) < 8 or kind == b"IEND":
            return
        size = int.from_bytes(head[:4], "big")
        if kind != b"IDAT":
            metadata += size
            check_metadata(metadata)
        yield Chunk(kind, place + 8, size)
        place += size + 12
    raise ValueError("it has too many chunks")


def _reader(file: IO[bytes]) -> Callable[[int, int], bytes]:
    """Return what reads some bytes at a place; without a buffer where it can, for most of the file is passed over."""
    try:
        number, pread = file.fileno(), os.pread
    except (OSError, AttributeError):

        def read(place: int, size: int) -> bytes:
            file.seek(place)
            return file.read(size)

        return read
    return lambda place, size: pread(number, size, place)


def read_png_header(file: IO[bytes]) -> PngHeader:
    """Read the first chunk. Raises ValueError."""
    first = next(chunks(file), None)
    data = b"" if first is None or first.kind != b"IHDR" else _data(file, first)
    if len(data) < 13:
        raise ValueError("it has no header")
    width, height, depth, kind = struct.unpack(">IIBB", data[:10])
    if kind not in _KINDS or depth not in (1, 2, 4, 8, 16):
        raise ValueError("its header names no kind of picture")
    return PngHeader(width, height, depth, _KINDS[kind] if depth != 16 or kind != 0 else "I;16")


def read_png(file: IO[bytes]) -> ImageHeader:
    """Read the header, and the orientation, which may stand behind the pixels. Raises ValueError."""
    header = read_png_header(file)
    exif = raw = xmp = b""
    for chunk in chunks(file):
        if chunk.kind == b"eXIf":
            exif = _data(file, chunk)
        elif chunk.kind in (b"tEXt", b"zTXt"):
            raw = raw or _raw_profile(chunk.kind, _data(file, chunk))
        elif chunk.kind == b"iTXt":
            text = _data(file, chunk)
            xmp = text if text.startswith(_XMP_NAME) else xmp
    deep = header.depth == 16 and header.mode in ("RGB", "RGBA")
    pixels = header.width * header.height
    if deep:  # OpenCV has the file and two copies of the pixels
        decoding = file.seek(0, 2) + 2 * pixels * 2 * len(header.mode)
    else:
        decoding = pixels * {"L": 1, "P": 1, "I;16": 2}.get(header.mode, 4)
    return ImageHeader("PNG", header.width, header.height, decoding, exif_orientation(exif or raw, xmp), deep)


def _data(file: IO[bytes], chunk: Chunk) -> bytes:
    file.seek(chunk.place)
    return file.read(chunk.size) if chunk.size <= _MAX_EXIF else b""


def _raw_profile(kind: bytes, text: bytes) -> bytes:
    """Return the EXIF data that older programs keep as lines of hexadecimal digits; empty when it is another text."""
    if not text.startswith(_RAW_EXIF):
        return b""
    text = text[len(_RAW_EXIF) :]
    try:
        if kind == b"zTXt":
            text = zlib.decompressobj().decompress(text[1:], _MAX_EXIF)
        return bytes.fromhex(re.sub(rb"\s", b"", b"".join(text.split(b"\n")[3:])).decode("ascii"))
    except (zlib.error, ValueError):
        return b""
