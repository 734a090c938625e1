"""Model: a network together with its classes, preprocessing and history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from segcore.errors import CheckpointError
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.models.catalogue_entries import VOC_NAMES
from segcore.models.preprocess import Preprocess
from segcore.models.segmenter import Segmenter


@dataclass
class Model:
    """A network with everything needed to use it.

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
        Name for people.
    metrics : dict
        Its scores and the images they were measured on; JSON values.
    lineage : list[dict]
        Its trainings, oldest first; JSON values.
    temperature : float
        What logits are divided by before the softmax, above 0, so that probabilities are calibrated; 1 changes nothing.
    """

    segmenter: Segmenter
    architecture: str
    classes: ClassSet
    preprocess: Preprocess
    name: str
    metrics: dict[str, Any] = field(default_factory=dict)
    lineage: list[dict[str, Any]] = field(default_factory=list)
    temperature: float = 1.0


def classes_of_channels(count: int, path: Path) -> ClassSet:
    """Return the classes of published weights without class names: those of PASCAL VOC if the number fits.

    Raises CheckpointError for more classes than a label map can hold.
    """
    if not 1 <= count <= IGNORE_INDEX:
        raise CheckpointError(f"{path} is for {count} classes.", f"Choose a model for 1 to {IGNORE_INDEX} classes.")
    return ClassSet.in_voc_colors(
        VOC_NAMES if count == len(VOC_NAMES) else [f"class {index}" for index in range(count)]
    )


def check_shapes(
    segmenter: Segmenter, shapes: Mapping[str, Sequence[int]], path: Path, architecture: str
) -> dict[str, Tensor]:
    """Return the network's tensors by key, after checking that ``shapes`` are exactly theirs.

    Raises
    ------
    CheckpointError
        Tensors are missing, unknown, or of another shape; names ``path`` and the first of them.
    """
    wanted: dict[str, Tensor] = segmenter.state_dict(keep_vars=True)
    missing, extra = sorted(wanted.keys() - shapes.keys()), sorted(shapes.keys() - wanted.keys())
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
    heads = {id(part) for conv in segmenter.classifiers() for part in (conv.weight, conv.bias)}
    for key, ours in wanted.items():
        shape, expected = list(shapes[key]), list(ours.shape)
        if shape != expected and id(ours) in heads and shape and shape[1:] == expected[1:]:
            raise CheckpointError(
                f"{path} lists {len(ours)} classes, its weights are for {shape[0]}.",
                "Choose a checkpoint for these classes, or train a new one.",
            )
        if shape != expected:
            raise CheckpointError(
                f"{path} does not fit the architecture '{architecture}': '{key}' has shape {shape}, "
                f"expected {expected}.",
                "Choose a checkpoint of this architecture, or train a new one.",
            )
    return wanted


def fill(segmenter: Segmenter, state: dict[str, Tensor], path: Path, architecture: str) -> None:
    """Load ``state`` into ``segmenter`` after checking that it fits. Raises CheckpointError."""
    wanted = check_shapes(segmenter, {key: tensor.shape for key, tensor in state.items()}, path, architecture)
    for key, tensor in state.items():
        # The reverse is harmless: a state dict in half precision also has BatchNorm's counters as floats.
        if wanted[key].is_floating_point() and not tensor.is_floating_point():
            raise CheckpointError(
                f"{path} is damaged: '{key}' holds {tensor.dtype}, expected {wanted[key].dtype}.",
                "Copy it again from its source, or choose another checkpoint.",
            )
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise CheckpointError(
                f"{path} is damaged: '{key}' has values that are not finite.",
                "Choose an earlier checkpoint, or train again with a smaller learning rate.",
            )
    segmenter.load_state_dict(state)
