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
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.models.description import Description, DescriptionNeededError
from segcore.models.input_rules import InputRules
from segcore.models.preprocess import Preprocess

KINDS = ("scores", "probabilities", "score", "probability", "ids")
"""Scores or probabilities of C channels; score or probability of one class against the background; label values."""

_SURE = 20.0
"""Logit of the class that a program with label values names; the others have 0."""
_LEAST = 1e-12
_TRIALS = ((97, 129, 1), (96, 160, 32), (192, 320, 64), (384, 640, 128))
"""Heights and widths to try where a program takes any, and the multiple that both are of; 3 and 5 times it."""
_SQUARES = (224, 256, 512)
"""Sides to try where it takes none of these; it then takes no other."""


@dataclass(frozen=True)
class Reading:
    """How an output is read.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    channels : int
        C as logits; 0 for label values, where the class names tell.
    values : tuple of int
        Label values in the output for a picture of noise.
    """

    kind: str
    channels: int
    values: tuple[int, ...] = ()

    @classmethod
    def of(cls, found: Tensor) -> Reading | None:
        """Tell from the output for a picture of noise; None when it labels no pixels."""
        whole = not found.is_floating_point() or (found.dim() == 3 and bool((found == found.round()).all()))
        if whole and min(found.shape) > 0 and (found.dim() == 3 or (found.dim() == 4 and found.shape[1] == 1)):
            return cls("ids", 0, tuple(np.unique(found.long().cpu().numpy()).tolist()))
        values = (found[:, None] if found.dim() == 3 else found).float()
        if values.dim() != 4 or whole or min(values.shape) < 1:
            return None
        inside = bool(((values >= 0) & (values <= 1)).all())
        if values.shape[1] == 1:
            return cls("probability" if inside else "score", 2)
        sums = bool(((values.sum(1) - 1).abs() < 1e-3).all())
        return cls("probabilities" if inside and sums else "scores", values.shape[1])

    def fits(self, description: Description) -> bool:
        """Whether the class names, where they are said, are as many as the channels, or one for two."""
        names = 0 if description.classes is None else len(description.classes)
        return self.channels in (0, names) or (self.kind in ("score", "probability") and names == 1)


def read_output(found: Tensor, kind: str, channels: int) -> Tensor:
    """Any output of the kind -> logits, float32 [N, C, h, w].

    All logits are equal where a label value is 255. Raises CheckpointError for other values that are no channel.
    """
    values = (found[:, None] if found.dim() == 3 else found).float()
    if kind == "ids":
        values = values.round().long()
        _check_values(values, channels)
        return (values == torch.arange(channels, device=values.device).view(1, -1, 1, 1)).float() * _SURE
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
    try:
        _check_values(torch.tensor(found.values), len(classes))
    except CheckpointError as error:
        raise CheckpointError(f"{path}: {error.message}", error.remedy) from error
    return Reading(found.kind, len(classes)), classes


def _check_values(values: Tensor, channels: int) -> None:
    """Raise CheckpointError for label values that no class has."""
    unknown = values[((values < 0) | (values >= channels)) & (values != IGNORE_INDEX)]
    if len(unknown):
        raise CheckpointError(
            f"The network gives the label value {int(unknown[0])}, but has {channels} class names.",
            "Name the classes of all values, from 0 on, in their order.",
        )


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
        The output to read, what the program wants of its input, and how the output is read. Of several outputs it is
        the one with as many channels as class names, then the one of the most pixels, then the first.

    Raises
    ------
    CheckpointError
        No output labels pixels.
    """
    problem = ""
    sizes = ((*size, 1),) if size else (*_TRIALS, *((side, side, 0) for side in _SQUARES))
    for height, width, multiple in sizes:
        noise = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
        x = preprocess.normalise(torch.from_numpy(noise).permute(2, 0, 1)[None])
        readings: dict[str, tuple[bool, int, Reading]] = {}
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
                readings[name] = found.fits(description), output.shape[-2] * output.shape[-1], found
        if readings:
            best = max(readings, key=lambda name: readings[name][:2])
            only = size if multiple else (height, width)
            rules = InputRules(description.channels == "BGR", multiple or 1, only, description.fit)
            return best, rules, readings[best][2]
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
