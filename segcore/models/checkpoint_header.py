"""The header of a checkpoint: read without torch, checked, and protected by a checksum.

A safetensors file is 8 bytes of length, a JSON header with each tensor's offsets, then the tensors' bytes. The checksum
is in the header and covers the rest of the header and all tensors. Old checkpoints have no checksum.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segcore.errors import CheckpointError

METADATA_KEY = "maskwright"
_METADATA = "__metadata__"
_CHECKSUM = "sha256"
_MAX_HEADER = 32_000_000
"""Largest header in bytes. Real ones have a few hundred kilobytes."""
_DEEPEST = 32
_LARGEST = 1e300
_REMEDY = "Choose a .safetensors checkpoint made by Maskwright, or a torchvision segmentation .pth file."


@dataclass(frozen=True)
class CheckpointHeader:
    """The header of a safetensors file.

    Attributes
    ----------
    shapes : dict[str, tuple[int, ...]]
        Shape of each tensor by its key.
    metadata : dict[str, Any]
        Texts by key; Maskwright's JSON is under `METADATA_KEY`.
    """

    shapes: dict[str, tuple[int, ...]]
    metadata: dict[str, Any]


def is_there(path: Path) -> bool:
    """Whether the path exists; False for an impossible path, such as a name of 5,000 characters."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def require_file(path: Path) -> None:
    """Raise CheckpointError when ``path`` is not a regular file: reading a pipe or a device may never end."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CheckpointError(f"{path} does not exist.", "Check the path, or choose another model.") from error
    except (OSError, ValueError) as error:  # a name that is too long or impossible
        raise CheckpointError(f"{path} cannot be read ({error}).", "Check the path and its permissions.") from error
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
        raise CheckpointError(f"{path} is {what}.", "Choose the file of a model.")


def read_header(path: Path) -> CheckpointHeader:
    """Read and check the header of a safetensors file.

    Raises
    ------
    CheckpointError
        The file is missing, not a regular file, truncated, or not a safetensors file.
    """
    require_file(path)
    try:
        with path.open("rb") as file:
            start = file.read(8)
            length = int.from_bytes(start, "little")
            size = os.fstat(file.fileno()).st_size
            if len(start) == 8 and length <= min(size - 8, _MAX_HEADER):
                header = json.loads(file.read(length))
                metadata = header.pop(_METADATA, {})
                shapes = {key: _shape(entry["shape"]) for key, entry in header.items()}
                if 8 + length + max((entry["data_offsets"][1] for entry in header.values()), default=0) <= size:
                    return CheckpointHeader(shapes, dict(metadata))
                raise _truncated(path)
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read ({error}).", "Check its permissions.") from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise CheckpointError(f"{path} is not a safetensors file.", _REMEDY) from error
    if size < 8 or path.suffix == ".safetensors":
        raise _truncated(path)
    raise CheckpointError(f"{path} is not a safetensors file.", _REMEDY)


def sealed(data: bytes) -> tuple[bytes, memoryview]:
    """Return a safetensors file in two parts, a header with a checksum and the tensors' bytes.

    Raises ValueError when the header is longer than the reader accepts.
    """
    length = int.from_bytes(data[:8], "little")
    header, tensors = json.loads(data[8 : 8 + length]), memoryview(data)[8 + length :]
    digest = _digest(header)
    digest.update(tensors)
    header[_METADATA] = {**header.get(_METADATA, {}), _CHECKSUM: digest.hexdigest()}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # the tensors begin at a multiple of 8
    if len(text) > _MAX_HEADER:
        raise ValueError(f"a header of {len(text) / 1e6:.0f} MB")
    return len(text).to_bytes(8, "little") + text, tensors


def check_seal(path: Path) -> None:
    """Check a file against the checksum in its header; a file without one passes. About 0.2 s for 250 MB.

    Raises
    ------
    CheckpointError
        The file has changed since it was written.
    """
    with path.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        digest, said = _digest(header), header.get(_METADATA, {}).get(_CHECKSUM)
        if said is None:
            return
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    if digest.hexdigest() != said:
        raise CheckpointError(
            f"{path} is damaged: its content does not match its checksum.",
            "Copy it again from its source, or choose an earlier checkpoint.",
        )


def plain(value: Any, depth: int = 0) -> None:
    """Raise ValueError for JSON that Maskwright never writes: NaN, huge numbers, lone surrogates, deep nesting.

    Parameters
    ----------
    value : Any
        The result of `json.loads`.
    depth : int
        Its nesting depth.
    """
    if depth > _DEEPEST:
        raise ValueError("its values are nested too deeply")
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, int | float) and not abs(value) <= _LARGEST:
        raise ValueError("it has a number that is not finite")
    elif isinstance(value, dict):
        for key, each in value.items():
            plain(key, depth)
            plain(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            plain(each, depth + 1)


def _digest(header: Mapping[str, Any]) -> Any:
    """Begin a digest with the header without its checksum, independent of spaces and the order of keys."""
    import hashlib  # imported here, because it loads OpenSSL, which would delay the window

    metadata = {key: value for key, value in header.get(_METADATA, {}).items() if key != _CHECKSUM}
    return hashlib.sha256(json.dumps({**header, _METADATA: metadata}, sort_keys=True).encode())


def _shape(sides: Any) -> tuple[int, ...]:
    if not isinstance(sides, list) or not all(type(side) is int and 0 <= side < 1 << 62 for side in sides):
        raise ValueError(f"{sides!r} is not a shape")
    return tuple(sides)


def _truncated(path: Path) -> CheckpointError:
    return CheckpointError(f"{path} is truncated.", "Copy it again from its source.")
