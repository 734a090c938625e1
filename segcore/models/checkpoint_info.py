"""What a checkpoint says about itself, read from its header without loading torch."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segcore.classes import ClassSet
from segcore.errors import CheckpointError, ClassesError

SCHEMA = 1
"""Version of the JSON in a checkpoint's header. Newer ones are refused, older ones stay readable."""

METADATA_KEY = "maskwright"
_MAX_HEADER = 100_000_000


@dataclass(frozen=True)
class CheckpointInfo:
    """The header of a checkpoint.

    Attributes
    ----------
    path : Path
        The file.
    architecture : str
        A name of the catalogue.
    classes : ClassSet
        One class a channel of the output.
    preprocess : dict
        What `Preprocess.from_json` reads.
    name : str
        For people.
    metrics : dict
        What it reached, and on what; JSON values.
    lineage : list[dict]
        What it was trained from and on, oldest first; JSON values.
    schema : int
        Version of this header.
    """

    path: Path
    architecture: str
    classes: ClassSet
    preprocess: dict[str, Any]
    name: str
    metrics: dict[str, Any]
    lineage: list[dict[str, Any]]
    schema: int


def read_checkpoint_info(path: Path) -> CheckpointInfo:
    """Read the header of a checkpoint; the weights stay on disk.

    Raises
    ------
    CheckpointError
        Missing, truncated, not a checkpoint of Maskwright, or written by a newer version.
    """
    header = _read_header(path)
    metadata = header.get("__metadata__")
    if not isinstance(metadata, dict) or METADATA_KEY not in metadata:
        raise CheckpointError(
            f"{path} holds weights but does not say of what: it is no checkpoint of Maskwright.",
            "Choose a checkpoint made by Maskwright, or a torchvision segmentation .pth file.",
        )
    try:
        data = json.loads(metadata[METADATA_KEY])
        schema = int(data["schema"])
        if schema > SCHEMA:
            raise CheckpointError(
                f"{path} was written by a newer version (schema {schema}, this one knows {SCHEMA}).",
                "Update Maskwright.",
            )
        return CheckpointInfo(
            path=path,
            architecture=str(data["architecture"]),
            classes=ClassSet.from_json(data["classes"]),
            preprocess=dict(data["preprocess"]),
            name=str(data.get("name", path.stem)),
            metrics=dict(data.get("metrics", {})),
            lineage=[dict(step) for step in data.get("lineage", [])],
            schema=schema,
        )
    except (json.JSONDecodeError, KeyError, TypeError, ValueError, ClassesError) as error:
        raise CheckpointError(
            f"The header of {path} is damaged ({error}).", "Copy the checkpoint again, or train a new one."
        ) from error


def _read_header(path: Path) -> dict[str, Any]:
    """Read a safetensors header: 8 bytes of length, then JSON with each tensor's place in the rest of the file."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
            length = int.from_bytes(start, "little")
            size = os.fstat(file.fileno()).st_size
            if len(start) == 8 and length <= min(size - 8, _MAX_HEADER):
                header = json.loads(file.read(length))
                end = max((v["data_offsets"][1] for k, v in header.items() if k != "__metadata__"), default=0)
                if 8 + length + end <= size:
                    return dict(header)
                raise _truncated(path)
    except FileNotFoundError as error:
        raise CheckpointError(f"{path} is not there.", "Check the path, or choose another model.") from error
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read ({error}).", "Check its permissions.") from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise CheckpointError(
            f"{path} is no safetensors file.",
            "Choose a .safetensors checkpoint made by Maskwright, or a torchvision segmentation .pth file.",
        ) from error
    if size < 8 or path.suffix == ".safetensors":
        raise _truncated(path)
    raise CheckpointError(
        f"{path} is no safetensors file.",
        "Choose a .safetensors checkpoint made by Maskwright, or a torchvision segmentation .pth file.",
    )


def _truncated(path: Path) -> CheckpointError:
    return CheckpointError(f"{path} is truncated.", "Copy it again from its source.")
