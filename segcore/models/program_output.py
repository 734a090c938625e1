"""What the output of a finished program says, and how it becomes logits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from segcore.errors import CheckpointError
from segcore.labels.classes import ClassSet
from segcore.models.description import Description, DescriptionNeededError
from segcore.models.input_rules import InputRules
from segcore.models.preprocess import Preprocess

KINDS = ("scores", "probabilities", "score", "probability", "ids")
"""Scores or probabilities of C channels; score or probability of one class against the background; label values."""

_SURE = 20.0
"""Logit of the class that a program with label values names; the others have 0."""
_LEAST = 1e-12
_TRIALS = ((97, 129), (96, 128), (224, 224), (256, 256), (512, 512))
"""Sizes to try where a program takes any: one that takes the first has no multiples to keep to."""
_MULTIPLE = 32


@dataclass(frozen=True)
class Reading:
    """How an output is read.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    channels : int
        C as logits; 0 for label values, where the class names tell.
    """

    kind: str
    channels: int

    @classmethod
    def of(cls, found: Tensor) -> Reading | None:
        """Tell from the output for a picture of noise; None when it labels no pixels."""
        whole = not found.is_floating_point()
        if found.dim() == 3 or (found.dim() == 4 and found.shape[1] == 1 and whole):
            return cls("ids", 0)
        if found.dim() != 4 or whole or min(found.shape) < 1:
            return None
        values = found.float()
        inside = bool(((values >= 0) & (values <= 1)).all())
        if found.shape[1] == 1:
            return cls("probability" if inside else "score", 2)
        sums = bool(((values.sum(1) - 1).abs() < 1e-3).all())
        return cls("probabilities" if inside and sums else "scores", found.shape[1])


def read_output(found: Tensor, kind: str, channels: int) -> Tensor:
    """Any output of the kind -> logits, float32 [N, C, h, w]."""
    if kind == "ids":
        values = found[:, 0] if found.dim() == 4 else found
        known = torch.arange(channels).view(1, -1, 1, 1)
        return (values.round().long().unsqueeze(1) == known).float() * _SURE
    values = found.float()
    if kind == "scores":
        return values
    if kind == "probabilities":
        return values.clamp(min=_LEAST).log()
    if kind == "score":
        return functional.pad(values, (0, 0, 0, 0, 1, 0))
    return torch.cat([1 - values, values], 1).clamp(min=_LEAST).log()


def reading_of(found: Reading, description: Description, path: Path) -> tuple[Reading, ClassSet]:
    """Return how the output is read, and the classes of its channels.

    Raises
    ------
    DescriptionNeededError
        Class names, mean or std are not said.
    CheckpointError
        Class names and channels differ in number.
    """
    classes = description.classes
    channels = found.channels or None
    if description.missing() or classes is None:
        raise DescriptionNeededError(path, description, channels)
    if found.kind in ("score", "probability") and len(classes) == 1:
        classes = ClassSet.in_voc_colors(
            ["background" if classes.names[0] != "background" else "other", *classes.names]
        )
    if channels is not None and channels != len(classes):
        raise CheckpointError(
            f"{path} has {channels} output channels, but {len(classes)} class names: {', '.join(classes.names)}.",
            "Name one class a channel, in their order.",
        )
    return Reading(found.kind, len(classes)), classes


def described_or_raw(description: Description) -> Description:
    """Return a description that says mean and std: its own, or none at all, with which a trial still tells channels."""
    raw = replace(description, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))
    return description if description.mean and description.std else raw


def tried(
    runs: Mapping[str, Callable[[Tensor], Tensor]],
    size: tuple[int, int] | None,
    preprocess: Preprocess,
    description: Description,
    path: Path,
) -> tuple[str, InputRules, Reading]:
    """Run a picture of noise through a program.

    Parameters
    ----------
    runs : Mapping[str, Callable[[Tensor], Tensor]]
        For each output by name: float32 [1, 3, h, w] -> the output.
    size : (int, int) or None
        The only (height, width) that it takes; None: it takes several.
    preprocess, description
        How its input is made.

    Returns
    -------
    tuple[str, InputRules, Reading]
        The output to read, what the program wants of its input, and how the output is read.

    Raises
    ------
    CheckpointError
        No output labels pixels.
    """
    problem = ""
    for height, width in (size,) if size else _TRIALS:
        noise = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
        x = preprocess.normalise(torch.from_numpy(noise).permute(2, 0, 1)[None])
        for name, run in runs.items():
            try:
                with torch.inference_mode():
                    output = run(x)
            except Exception as error:  # each library has its own errors
                problem = first_line(error)
                continue
            problem = problem or f"its output '{name}' is {list(output.shape)}"
            found = Reading.of(output)
            if found is not None:
                multiple = 1 if size or (height, width) == _TRIALS[0] else _MULTIPLE
                return name, InputRules(description.channels == "BGR", multiple, size, description.fit), found
    raise CheckpointError(
        f"{path} gives no output that labels pixels ({problem or 'it has none'}).",
        "Maskwright needs scores [N, C, h, w] or label values [N, H, W].",
    )


def first_line(error: Exception) -> str:
    """Return the first line of an error of another library."""
    return str(error).strip().partition("\n")[0][:300] or type(error).__name__


def preprocess_of(description: Description, path: Path) -> Preprocess:
    """Return the preprocessing of a description that says mean and std. Raises CheckpointError."""
    mean, std = description.in_units()
    try:
        return Preprocess.from_json({"mean": mean, "std": std, "short_side": description.short_side})
    except CheckpointError as error:
        raise CheckpointError(
            f"{path}: mean {description.mean} and std {description.std} do not fit a scale of {description.scale:g}.",
            "Mean and std are of pixels (0-255) times the scale.",
        ) from error
