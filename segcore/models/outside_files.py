"""Files and folders of other libraries: which reader belongs to which. Nothing is unpickled, no code of theirs runs."""

from __future__ import annotations

import os
from pathlib import Path

from segcore.errors import CheckpointError
from segcore.models.description import Description, read_object
from segcore.models.model import Model

SUFFIXES = (".onnx", ".pt2")


def is_outside(path: Path) -> bool:
    """Whether it is a folder, or a file with the suffix of another library's network."""
    # os.path answers False for an impossible path, where pathlib raises.
    return os.path.isdir(path) or path.suffix.lower() in SUFFIXES


def load_outside(path: Path, description: Description | None = None) -> Model:
    """Read a network of another library.

    Parameters
    ----------
    path : Path
        An ONNX file, a program of torch.export (.pt2), or a folder of transformers or segmentation_models.pytorch.
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
        return _load_folder(path, description)
    if path.suffix.lower() == ".pt2":
        from segcore.models.exported_program import load_exported

        return load_exported(path, description)
    from segcore.models.onnx_network import load_onnx

    return load_onnx(path, description)


def _load_folder(folder: Path, description: Description | None) -> Model:
    if not (folder / "config.json").is_file():
        raise CheckpointError(
            f"{folder} is a folder without config.json, so it is no model.",
            "Choose the file of a model, or a folder written by save_pretrained of transformers or "
            "segmentation_models.pytorch.",
        )
    from segcore.models import smp_network, transformers_folder

    if smp_network.KEY in read_object(folder / "config.json"):
        return smp_network.load_smp(folder, description)
    return transformers_folder.load_transformers(folder, description)
