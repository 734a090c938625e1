"""Label maps as indexed PNG: one byte for each pixel; the palette only says how it is shown."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from segcore.errors import LabelError, LabelSizeError
from segcore.files.atomic import atomic_write_bytes
from segcore.files.regular_file import read_regular
from segcore.images.header.png import SIGNATURE, Chunk, PngHeader, chunks, read_png_header
from segcore.images.image import MAX_PIXELS
from segcore.labels.class_values import class_values

_GREY_SCALES = {2: 85, 4: 17}
"""By how much Pillow multiplies the values of a grey PNG of 2 or 4 bits."""

_DEEP = "I;16"
"""Pillow's name of grey with 16 bits."""

_NOTE, _NOTES = 1 << 16, 100

BAND = 1 << 22
"""About how many pixels of a large label map are compressed together."""

_AT_ONCE = 1 << 26
"""Label maps of more pixels are compressed in bands, which takes less memory."""


def encode_indexed_png(
    labels: NDArray[np.uint8], palette: NDArray[np.uint8], notes: Mapping[str, str] | None = None
) -> bytes:
    """Return the bytes of a PNG, with ``notes`` as text chunks.

    Parameters
    ----------
    labels : NDArray[np.uint8]
        [H, W], 1x1 or more.
    palette : NDArray[np.uint8]
        [256, 3], RGB.
    notes : Mapping[str, str] or None
        Text chunks (iTXt).
    """
    packed = png_chunk(b"IDAT", _packed(labels)), png_chunk(b"IEND", b"")
    return b"".join((png_head(labels.shape, palette, notes), *packed))


def png_head(shape: tuple[int, ...], palette: NDArray[np.uint8], notes: Mapping[str, str] | None) -> bytes:
    """Return what stands before the pixels of an indexed PNG of this (height, width), 8 bits a pixel."""
    parts = [
        SIGNATURE,
        # 8 bits, colour type 3: indices into the palette.
        png_chunk(b"IHDR", struct.pack(">IIBBBBB", shape[1], shape[0], 8, 3, 0, 0, 0)),
        png_chunk(b"PLTE", np.ascontiguousarray(palette, np.uint8).tobytes()),
    ]
    for key, value in (notes or {}).items():
        parts.append(png_chunk(b"iTXt", key.encode("latin-1") + bytes(5) + value.encode()))
    return b"".join(parts)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG: its length, its four letters, its data, its checksum."""
    return b"".join((struct.pack(">I", len(data)), kind, data, struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))))


def unfiltered_rows(labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return uint8 [H, W] as uint8 [H, 1 + W]: each row begins with the number of its filter, none."""
    rows = np.zeros((labels.shape[0], labels.shape[1] + 1), np.uint8)
    rows[:, 1:] = labels
    return rows


def _packed(labels: NDArray[np.uint8]) -> bytes:
    """Compress the rows; zlib-ng needs a quarter of zlib's time, but has them as a whole."""
    if labels.size <= _AT_ONCE:
        try:
            from imagecodecs import zlibng_encode  # only now: the window must be seen soon

            return bytes(zlibng_encode(unfiltered_rows(labels).tobytes(), level=2))
        except ImportError:  # imagecodecs is built without it on some machines
            pass
    packer, band = zlib.compressobj(1), max(1, BAND // (labels.shape[1] + 1))
    parts = [packer.compress(unfiltered_rows(labels[top : top + band]).data) for top in range(0, len(labels), band)]
    return b"".join((*parts, packer.flush()))


def write_indexed_png(
    path: Path, labels: NDArray[np.uint8], palette: NDArray[np.uint8], notes: Mapping[str, str] | None = None
) -> None:
    """Write a label map atomically; ``notes`` as text chunks. Raises OSError (no space left, no permission)."""
    atomic_write_bytes(path, encode_indexed_png(labels, palette, notes))


def read_indexed_png(path: Path, shape: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """Read the values (not the colours) of an indexed or 8-bit grey PNG.

    Parameters
    ----------
    path : Path
        The file.
    shape : (height, width), optional
        What it must measure.

    Returns
    -------
    NDArray[np.uint8]
        [H, W], 0-255.

    Raises
    ------
    LabelError
        Missing, damaged, of another size, or a colour picture instead of a label map.
    """
    try:
        data = read_regular(path)
    except FileNotFoundError as error:
        raise LabelError(f"{path} is not there.", "Export it again or choose another folder.") from error
    except OSError as error:
        raise LabelError(f"{path} cannot be read ({error.strerror}).", "Check its permissions and its disk.") from error
    return decode_indexed_png(data, path, shape)


def decode_indexed_png(
    data: bytes, path: Path, shape: tuple[int, int] | None = None, deep: bool = False
) -> NDArray[np.uint8]:
    """Like `read_indexed_png` for the bytes of a file; ``path`` names it in errors, ``deep`` allows 16-bit grey, too.

    The size is read from the header: a label map of another size than ``shape``, or of more than `MAX_PIXELS`
    without one, is refused before a pixel is decoded.
    """
    try:
        header = read_png_header(io.BytesIO(data))
        _check(header, path, shape, deep)
        for chunk in chunks(io.BytesIO(data)):  # too much text raises
            if chunk.kind == b"IDAT" and not _is_sound(data, chunk):  # Pillow looks at the other checksums only
                raise ValueError("the checksum of its pixels is wrong")
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            if header.mode == _DEEP:
                labels = class_values(path, np.array(image, np.uint16))
            else:
                labels = np.array(image, dtype=np.uint8)
    except LabelError:
        raise
    except Exception as error:  # decoders raise what they like
        raise LabelError(
            f"{path} is damaged ({error}).", "Restore it from a copy; the image counts as unlabelled."
        ) from error
    if labels.shape != (header.height, header.width):
        raise LabelError(f"{path} is damaged (it holds two sizes).", "Restore it from a copy.")
    if header.mode == "L" and header.depth in _GREY_SCALES:
        labels //= np.uint8(_GREY_SCALES[header.depth])
    return labels


def has_our_header(data: bytes) -> bool:
    """Whether a PNG has 8 bits a pixel and a palette, as `encode_indexed_png` makes it."""
    return data[24:26] == bytes((8, 3))


def read_palette(data: bytes) -> dict[int, tuple[int, int, int]]:
    """Return the colour (RGB) of each value of an indexed PNG; empty when it has no palette or is damaged."""
    try:
        place = next((chunk for chunk in chunks(io.BytesIO(data)) if chunk.kind == b"PLTE"), None)
    except ValueError:
        return {}
    colors = b"" if place is None else data[place.place : place.place + min(place.size, 768)]
    return {n: (colors[3 * n], colors[3 * n + 1], colors[3 * n + 2]) for n in range(len(colors) // 3)}


def read_notes(data: bytes) -> dict[str, str]:
    """Return the text chunks that stand before the pixels of a PNG, without decoding them; empty when damaged.

    Compressed text, chunks of more than `_NOTE` bytes and chunks with a wrong checksum are passed over.
    """
    notes: dict[str, str] = {}
    try:
        for chunk in chunks(io.BytesIO(data)):
            if chunk.kind == b"IDAT":
                break
            if chunk.kind not in (b"tEXt", b"iTXt") or chunk.size > _NOTE or len(notes) >= _NOTES:
                continue
            if _is_sound(data, chunk):
                with suppress(ValueError):
                    notes.update([_note(chunk.kind, data[chunk.place : chunk.place + chunk.size])])
    except ValueError:
        return {}
    return notes


def _is_sound(data: bytes, chunk: Chunk) -> bool:
    """Whether the checksum of a chunk fits."""
    end = chunk.place + chunk.size
    return data[end : end + 4] == struct.pack(">I", zlib.crc32(memoryview(data)[chunk.place - 4 : end]))


def _note(kind: bytes, text: bytes) -> tuple[str, str]:
    key, _, value = text.partition(b"\0")
    if kind == b"tEXt":
        return key.decode("latin-1"), value.decode("latin-1")
    fields = value[2:].split(b"\0", 2)  # language, translated key, text
    if value[:2] != b"\0\0" or len(fields) < 3:
        raise ValueError("it is compressed or cut off")
    return key.decode("latin-1"), fields[2].decode()


def _check(header: PngHeader, path: Path, shape: tuple[int, int] | None, deep: bool) -> None:
    """Raise LabelError when this is no label map, or not the one of an image of this size."""
    size = f"{header.width} x {header.height}"
    if header.mode not in ("L", "P", *([_DEEP] if deep else [])):
        raise LabelError(
            f"{path} is a {header.mode} picture, not a label map.", "A label map is an indexed or 8-bit grey PNG."
        )
    if shape is not None and (header.height, header.width) != shape:
        raise LabelSizeError(
            f"{path} measures {size}, its image {shape[1]} x {shape[0]}.",
            "Use the label map that belongs to this image.",
            (header.height, header.width),
        )
    if header.width * header.height > MAX_PIXELS:
        raise LabelError(
            f"{path} measures {size}, more than {MAX_PIXELS // 1_000_000} megapixels.",
            "Use the label map that belongs to this image.",
        )
