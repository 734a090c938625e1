"""Label maps as indexed PNG: one byte a pixel, the palette only for the eye."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from segcore.atomic import atomic_write_bytes
from segcore.errors import LabelError, LabelSizeError


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


def write_indexed_png(path: Path, labels: NDArray[np.uint8], palette: NDArray[np.uint8]) -> None:
    """Write a label map atomically. Raises OSError (no space left, no permission)."""
    atomic_write_bytes(path, encode_indexed_png(labels, palette))


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
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise LabelError(f"{path} is not there.", "Export it again or choose another folder.") from error
    except OSError as error:
        raise LabelError(f"{path} cannot be read ({error.strerror}).", "Check its permissions and its disk.") from error
    return decode_indexed_png(data, path, shape)


def decode_indexed_png(data: bytes, path: Path, shape: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """Like `read_indexed_png` for the bytes of a file; ``path`` names it in errors."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.mode not in ("1", "P", "L"):
                raise LabelError(
                    f"{path} is a {image.mode} picture, not a label map.",
                    "A label map is an indexed or 8-bit grey PNG.",
                )
            labels = np.array(image, dtype=np.uint8)
            scale = _grey_scale(data) if image.mode == "L" else 1
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, IndexError) as error:
        reason = "it is no picture" if isinstance(error, UnidentifiedImageError) else error
        raise LabelError(
            f"{path} is damaged ({reason}).", "Restore it from a copy; the image counts as unlabelled."
        ) from error
    if scale > 1:
        labels //= np.uint8(scale)
    if shape is not None and labels.shape != shape:
        raise LabelSizeError(
            f"{path} measures {labels.shape[1]} x {labels.shape[0]}, its image {shape[1]} x {shape[0]}.",
            "Use the label map that belongs to this image.",
            (labels.shape[0], labels.shape[1]),
        )
    return labels


def read_notes(data: bytes) -> dict[str, str]:
    """Return the text chunks that stand before the pixels of a PNG, without decoding them; empty when damaged."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            return {str(key): value for key, value in image.info.items() if isinstance(value, str)}
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, IndexError):
        return {}


def _grey_scale(data: bytes) -> int:
    """By how much Pillow multiplied the values of a grey PNG of 2 or 4 bits."""
    depth = data[24] if data.startswith(b"\x89PNG\r\n\x1a\n") else 8
    return {2: 85, 4: 17}.get(depth, 1)
