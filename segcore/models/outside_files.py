"""Files and folders of other libraries: which reader belongs to which. Nothing is unpickled, no code of theirs runs."""

from __future__ import annotations

import os
from pathlib import Path

from segcore.errors import CheckpointError
from segcore.models.description import Description
from segcore.models.model import Model

SUFFIXES = (".onnx",)


def is_outside(path: Path) -> bool:
    """Whether it is a folder, or a file with the suffix of another library's network."""
    # os.path answers False for an impossible path, where pathlib raises.
    return os.path.isdir(path) or path.suffix.lower() in SUFFIXES


def load_outside(path: Path, description: Description | None = None) -> Model:
    """Read a network of another library.

    Parameters
    ----------
    path : Path
        An ONNX file.
    description : Description or None
        Class names and preprocessing; None: what the file itself and the JSON file beside it say.

    Raises
    ------
    DescriptionNeededError
        They do not say enough.
    CheckpointError
        It is damaged, or no network that labels pixels.
    MaskwrightError
        The library that reads it is not installed.
    """
    if path.is_dir():
        raise CheckpointError(f"{path} is a folder.", "Choose the file of a model.")
    from segcore.models.onnx_network import load_onnx

    return load_onnx(path, description)
