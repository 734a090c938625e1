"""Exports a model as a state dict (.pth) for torchvision's own networks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from segcore.errors import CheckpointError, MaskwrightError
from segcore.files.atomic import atomic_write, writing
from segcore.models.architectures import Architecture
from segcore.models.model import Model
from segcore.models.torchvision_models import TORCHVISION


@dataclass(frozen=True)
class TorchvisionFile:
    """The written file, and the line of Python that builds its network."""

    path: Path
    builder: str


def export_torchvision(model: Model, path: Path) -> TorchvisionFile:
    """Write the state dict of one of torchvision's segmentation networks.

    Parameters
    ----------
    model : Model
        Its architecture must be in `TORCHVISION`. A state dict has no class names and colours: channel k is
        ``model.classes.classes[k]``.
    path : Path
        Target; written atomically.

    Raises
    ------
    MaskwrightError
        torchvision does not have this network.
    CheckpointError
        A weight is NaN or infinite.
    ProjectError
        The file cannot be written.
    """
    name = Architecture.parse(model.architecture).name
    entry = TORCHVISION.get(name)
    if entry is None:
        raise MaskwrightError(
            f"torchvision does not have the network '{name}'.",
            f"Convert to onnx instead. torchvision has: {', '.join(TORCHVISION)}.",
        )
    classes = model.segmenter.num_classes
    options = {"aux_loss": True} if model.segmenter.auxiliary_weights else {}
    state = {}
    for key, value in model.segmenter.state_dict().items():
        tensor = value.detach().to("cpu")
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise CheckpointError(
                f"{path} was not written: '{key}' has values that are not finite.", "Choose an earlier checkpoint."
            )
        state[key] = tensor.clone(memory_format=torch.contiguous_format)
    with torch.device("meta"):
        theirs = entry.builder(weights=None, weights_backbone=None, num_classes=classes, **options)
    theirs.load_state_dict(state, strict=True, assign=True)  # checked before the file is written
    with writing(path), atomic_write(path) as file:
        torch.save(state, file)
    arguments = ", ".join(["weights=None", "weights_backbone=None", f"num_classes={classes}"])
    extra = "".join(f", {key}={value}" for key, value in options.items())
    return TorchvisionFile(path, f"torchvision.models.segmentation.{entry.builder.__name__}({arguments}{extra})")
