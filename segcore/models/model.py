"""Model: a network together with its classes, preprocessing and history."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from segcore.classes import ClassSet
from segcore.errors import CheckpointError
from segcore.models.preprocess import Preprocess
from segcore.models.segmenter import Segmenter


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
