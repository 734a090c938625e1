"""Files of an export: written quickly, each whole or not at all; `export_project` waits for the disk at the end."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from segcore.files.atomic import atomic_write, atomic_write_bytes, writing
from segcore.files.regular_file import open_regular
from segcore.images.indexed_png import encode_indexed_png


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file. Raises ProjectError when the disk refuses."""
    with writing(path):
        atomic_write_bytes(path, data, durable=False)


def write_lines(path: Path, lines: Sequence[str]) -> None:
    """Write a text file, UTF-8, each line with a line feed. Raises ProjectError."""
    write_bytes(path, "".join(f"{line}\n" for line in lines).encode())


def write_json(path: Path, data: Any, indent: int | None = 2) -> None:
    """Write a JSON file, UTF-8. Raises ProjectError."""
    write_bytes(path, (json.dumps(data, indent=indent, ensure_ascii=False) + "\n").encode())


def write_labels(path: Path, labels: NDArray[np.uint8], palette: NDArray[np.uint8]) -> None:
    """Write uint8 [H, W] as indexed PNG with a uint8 [256, 3] palette. Raises ProjectError."""
    write_bytes(path, encode_indexed_png(labels, palette))


def write_grey(path: Path, values: NDArray[np.uint8]) -> None:
    """Write uint8 [H, W] as grey PNG, for programs that read colours from an indexed one. Raises ProjectError."""
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(values)).save(buffer, format="PNG", compress_level=1)
    write_bytes(path, buffer.getvalue())


def copy_file(source: Path, target: Path) -> None:
    """Copy a file as it is. Raises ProjectError."""
    with writing(target), open_regular(source) as old, atomic_write(target, durable=False) as new:
        shutil.copyfileobj(old, new, 1 << 20)


def is_complete(*paths: Path) -> bool:
    """Whether all these files are there and not empty: after a power cut, one that nobody waited for may be."""
    try:
        return all(path.stat().st_size for path in paths)
    except OSError:
        return False
