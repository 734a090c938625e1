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
from PIL.PngImagePlugin import PngInfo

from segcore.errors import LabelError, LabelSizeError
from segcore.files.atomic import atomic_write_bytes
from segcore.files.regular_file import read_regular
from segcore.images.header.png import PngHeader, chunks, read_png_header
from segcore.images.image import MAX_PIXELS

_GREY_SCALES = {2: 85, 4: 17}
"""By how much Pillow multiplies the values of a grey PNG of 2 or 4 bits."""

_NOTE, _NOTES = 1 << 16, 100


def encode_indexed_png(
    labels: NDArray[np.uint8], palette: NDArray[np.uint8], notes: Mapping[str, str] | None = None
) -> bytes:
    """Uint8 [H, W] label values and uint8 [256, 3] RGB palette -> the bytes of a PNG, with ``notes`` as text chunks."""
    image = Image.fromarray(np.ascontiguousarray(labels)).convert("L")
    image.putpalette(np.ascontiguousarray(palette, np.uint8).tobytes())
    info = PngInfo()
    for key, value in (notes or {}).items():
        info.add_text(key, value)
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", compress_level=1, pnginfo=info)
    return buffer.getvalue()


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


def decode_indexed_png(data: bytes, path: Path, shape: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """Like `read_indexed_png` for the bytes of a file; ``path`` names it in errors.

    The size is read from the header: a label map of another size than ``shape``, or of more than `MAX_PIXELS`
    without one, is refused before a pixel is decoded.
    """
    try:
        header = read_png_header(io.BytesIO(data))
        _check(header, path, shape)
        for _ in chunks(io.BytesIO(data)):
            pass  # too much text raises
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
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
            end = chunk.place + chunk.size
            if chunk.kind not in (b"tEXt", b"iTXt") or chunk.size > _NOTE or len(notes) >= _NOTES:
                continue
            if data[end : end + 4] == struct.pack(">I", zlib.crc32(data[chunk.place - 4 : end])):
                with suppress(ValueError):
                    notes.update([_note(chunk.kind, data[chunk.place : end])])
    except ValueError:
        return {}
    return notes


def _note(kind: bytes, text: bytes) -> tuple[str, str]:
    key, _, value = text.partition(b"\0")
    if kind == b"tEXt":
        return key.decode("latin-1"), value.decode("latin-1")
    fields = value[2:].split(b"\0", 2)  # language, translated key, text
    if value[:2] != b"\0\0" or len(fields) < 3:
        raise ValueError("it is compressed or cut off")
    return key.decode("latin-1"), fields[2].decode()


def _check(header: PngHeader, path: Path, shape: tuple[int, int] | None) -> None:
    """Raise LabelError when this is no label map, or not the one of an image of this size."""
    size = f"{header.width} x {header.height}"
    if header.mode not in ("L", "P") or header.depth > 8:
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
