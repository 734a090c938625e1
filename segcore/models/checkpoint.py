"""Checkpoints: a network's weights together with its classes, preprocessing, metrics and history, in one file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from segcore.atomic import atomic_write_bytes
from segcore.classes import ClassSet
from segcore.errors import CheckpointError
from segcore.models.architectures import build
from segcore.models.checkpoint_info import METADATA_KEY, SCHEMA, read_checkpoint_info
from segcore.models.preprocess import Preprocess
from segcore.models.segmenter import Segmenter

_HALF_MAX = 65504.0
_STATISTICS = ("running_mean", "running_var")


@dataclass
class Model:
    """A network with all that is needed to use it.

    Attributes
    ----------
    segmenter : Segmenter
        The network; float32, in evaluation mode when it comes from a file.
    architecture : str
        A name of the catalogue.
    classes : ClassSet
        One class a channel of the output.
    preprocess : Preprocess
        From an image to the input.
    name : str
        For people.
    metrics : dict
        What it reached, and on what; JSON values.
    lineage : list[dict]
        What it was trained from and on, oldest first; JSON values.
    """

    segmenter: Segmenter
    architecture: str
    classes: ClassSet
    preprocess: Preprocess
    name: str
    metrics: dict[str, Any] = field(default_factory=dict)
    lineage: list[dict[str, Any]] = field(default_factory=list)


def save_checkpoint(path: Path, model: Model, half: bool = False) -> None:
    """Write a model to one .safetensors file, atomically.

    Parameters
    ----------
    path : Path
        Where to; the folder is made as needed.
    model : Model
        What to write.
    half : bool
        Store weights as float16, half the size; they load as float32 again. BatchNorm statistics and tensors with
        values beyond float16's range stay float32.

    Raises
    ------
    CheckpointError
        When a weight is NaN or infinite, or the network has another number of classes than the class list.
    OSError
        No space left, no permission; the old file stays.
    """
    if model.segmenter.num_classes != len(model.classes):
        raise CheckpointError(
            f"The network has {model.segmenter.num_classes} classes, its class list {len(model.classes)}.",
            "Train it for these classes first.",
        )
    tensors: dict[str, Tensor] = {}
    for key, value in model.segmenter.state_dict().items():
        tensor = value.detach().to("cpu")
        if tensor.is_floating_point():
            if not bool(torch.isfinite(tensor).all()):
                raise CheckpointError(
                    f"{path} was not written: '{key}' holds values that are not finite.",
                    "Train again with a smaller learning rate.",
                )
            if half and not key.endswith(_STATISTICS) and (not tensor.numel() or tensor.abs().max() < _HALF_MAX):
                tensor = tensor.half()
        tensors[key] = tensor.clone(memory_format=torch.contiguous_format)
    header = {
        "schema": SCHEMA,
        "architecture": model.architecture,
        "classes": model.classes.to_json(),
        "preprocess": model.preprocess.to_json(),
        "name": model.name,
        "metrics": model.metrics,
        "lineage": model.lineage,
    }
    atomic_write_bytes(path, save(tensors, {METADATA_KEY: json.dumps(header, ensure_ascii=False)}))


def load_checkpoint(path: Path) -> Model:
    """Read a checkpoint of Maskwright (.safetensors) or a torchvision segmentation state dict (.pth, .pt).

    Raises
    ------
    CheckpointError
        Missing, truncated, for another architecture or class count, not finite, from a newer version, or a pickle
        that is no torchvision state dict. Names the file and the remedy.
    """
    path = Path(path)
    if _is_torch_file(path):
        from segcore.models.torchvision_checkpoint import load_torchvision

        return load_torchvision(path)
    info = read_checkpoint_info(path)
    try:
        state = load_file(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise CheckpointError(f"{path} is damaged ({error}).", "Copy it again from its source.") from error
    segmenter = build(info.architecture, len(info.classes))
    fill(segmenter, state, path, info.architecture)
    try:
        preprocess = Preprocess.from_json(info.preprocess)
    except CheckpointError as error:
        raise CheckpointError(f"{path}: {error.message}", error.remedy) from error
    return Model(segmenter.eval(), info.architecture, info.classes, preprocess, info.name, info.metrics, info.lineage)


def fill(segmenter: Segmenter, state: dict[str, Tensor], path: Path, architecture: str) -> None:
    """Put ``state`` into ``segmenter`` after checking that it belongs there."""
    wanted = segmenter.state_dict()
    missing, extra = sorted(wanted.keys() - state.keys()), sorted(state.keys() - wanted.keys())
    if missing or extra:
        parts = [
            f"{len(keys)} {what} (such as '{keys[0]}')"
            for what, keys in (("tensors are missing", missing), ("are unknown", extra))
            if keys
        ]
        raise CheckpointError(
            f"{path} does not fit the architecture '{architecture}': {', '.join(parts)}.",
            "Choose a checkpoint of this architecture, or train a new one.",
        )
    convs = segmenter.classifiers()
    heads = {part.data_ptr() for conv in convs for part in (conv.weight, conv.bias) if part is not None}
    for key, tensor in state.items():
        if tensor.shape != wanted[key].shape:
            if wanted[key].data_ptr() in heads and tensor.shape[1:] == wanted[key].shape[1:]:
                raise CheckpointError(
                    f"{path} lists {len(wanted[key])} classes, its weights are for {len(tensor)}.",
                    "Choose a checkpoint for these classes, or train a new one.",
                )
            raise CheckpointError(
                f"{path} does not fit the architecture '{architecture}': '{key}' has shape {list(tensor.shape)}, "
                f"expected {list(wanted[key].shape)}.",
                "Choose a checkpoint of this architecture, or train a new one.",
            )
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise CheckpointError(
                f"{path} is damaged: '{key}' holds values that are not finite.",
                "Choose an earlier checkpoint, or train again with a smaller learning rate.",
            )
    segmenter.load_state_dict(state)


def _is_torch_file(path: Path) -> bool:
    """Whether torch.save wrote it: a zip archive, or a pickle by its first byte or its suffix."""
    try:
        with path.open("rb") as file:
            start = file.read(9)
    except OSError:
        return False
    if not start or start[8:] == b"{":  # a safetensors header: 8 bytes of length, then JSON
        return False
    return start.startswith((b"PK\x03\x04", b"\x80")) or path.suffix.lower() in (".pth", ".pt")
