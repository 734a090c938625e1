"""What training minimises: weighted cross entropy plus soft Dice; pixels of truth 255 never count."""

from __future__ import annotations

import numpy as np
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from segcore.classes import IGNORE_INDEX


def class_weights(counts: NDArray[np.int64], power: float = 0.5, limit: float = 8.0) -> NDArray[np.float32]:
    """Int64 [C] pixel counts -> float32 [C] weights proportional to frequency ** -power.

    Scaled so that the average over all pixels is 1, none above ``limit``; a class that never occurs gets 1.
    """
    total = counts.sum()
    weights = np.ones(len(counts), np.float64)
    occurs = counts > 0
    if total:
        frequency = counts[occurs] / total
        raw = frequency**-power
        weights[occurs] = np.minimum(raw / (frequency * raw).sum(), limit)
    return weights.astype(np.float32)


def cross_entropy(logits: Tensor, truth: Tensor, weights: Tensor | None = None) -> Tensor:
    """Float32 [N, C, h, w] logits, int64 [N, h, w] truth -> scalar; 0 (with gradient 0) when no pixel counts."""
    total = F.cross_entropy(logits, truth, weights, ignore_index=IGNORE_INDEX, reduction="sum")
    counting = truth != IGNORE_INDEX
    known = counting.sum() if weights is None else weights[truth[counting]].sum()
    return total / known.clamp(min=1.0)


def soft_dice(logits: Tensor, truth: Tensor) -> Tensor:
    """Return 1 - mean over the batch's classes of 2 sum(p t) / (sum(p) + sum(t)).

    Milletari et al. 2016, section 3, without the squares.

    Float32 [N, C, h, w] logits, int64 [N, h, w] truth -> scalar in 0.0-1.0; 0 when no pixel counts.
    """
    channels = logits.shape[1]
    counting = truth != IGNORE_INDEX
    if not bool(counting.any()):
        return logits.sum() * 0.0
    probabilities = logits.softmax(1) * counting.unsqueeze(1)
    true = F.one_hot(truth.clamp(max=channels - 1), channels).permute(0, 3, 1, 2) * counting.unsqueeze(1)
    axes = (0, 2, 3)
    overlap, size = (probabilities * true).sum(axes), probabilities.sum(axes) + true.sum(axes)
    occurs = true.sum(axes) > 0
    return 1.0 - (2.0 * overlap[occurs] / size[occurs]).mean()


def segmentation_loss(outputs: dict[str, Tensor], truth: Tensor, weights: Tensor | None, dice: float) -> Tensor:
    """Cross entropy + ``dice`` x soft Dice of ``out``, plus 0.4 x cross entropy of ``aux`` where there is one."""
    out = outputs["out"].float()
    loss = cross_entropy(out, truth, weights)
    if dice > 0:
        # Every second row and column shows the shares of the classes as well, in a quarter of the time.
        loss = loss + dice * soft_dice(out[..., ::2, ::2], truth[..., ::2, ::2])
    if "aux" in outputs:
        loss = loss + 0.4 * cross_entropy(outputs["aux"].float(), truth, weights)
    return loss


def pixel_counts(truths: list[NDArray[np.uint8]], channels: int) -> NDArray[np.int64]:
    """Count the pixels of each channel over uint8 [h, w] truths -> int64 [channels]."""
    counts = np.zeros(channels, np.int64)
    for truth in truths:
        counts += np.bincount(truth.ravel(), minlength=256)[:channels]
    return counts
