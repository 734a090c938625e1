"""Label maps as indexed PNG: one byte a pixel, the palette only for the eye."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from segcore.atomic import atomic_write_bytes
from segcore.errors import LabelError


def encode_indexed_png(labels: NDArray[np.uint8], palette: NDArray[np.uint8]) -> bytes:
    """Uint8 [H, W] label values and uint8 [256, 3] RGB palette -> the bytes of a PNG."""
    image = Image.fromarray(np.ascontiguousarray(labels)).convert("L")
    image.putpalette(np.ascontiguousarray(palette, np.uint8).tobytes())
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", compress_level=1)
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
        with Image.open(path) as image:
            if image.mode == "1":
                image = image.convert("L")
            if image.mode not in ("P", "L"):
                raise LabelError(
                    f"{path} is a {image.mode} picture, not a label map.",
                    "A label map is an indexed or 8-bit grey PNG.",
                )
            labels = np.array(image, dtype=np.uint8)
    except FileNotFoundError as error:
        raise LabelError(f"{path} is not there.", "Export it again or choose another folder.") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise LabelError(
            f"{path} is damaged ({error}).", "Restore it from a copy; the image counts as unlabelled."
        ) from error
    if shape is not None and labels.shape != shape:
        raise LabelError(
            f"{path} measures {labels.shape[1]} x {labels.shape[0]}, its image {shape[1]} x {shape[0]}.",
            "Use the label map that belongs to this image.",
        )
    return labels
