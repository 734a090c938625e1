"""What training minimises: cross entropy, OHEM or Lovász, and soft Dice; pixels of truth 255 never count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from segcore.labels.classes import IGNORE_INDEX
from segcore.training.all_reduce import total
from segcore.training.lovasz import lovasz_softmax
from segcore.training.recipe import Recipe

OHEM_THRESHOLD = 0.7
OHEM_SHARE = 1.0 / 16.0
"""As in the published segmentation codes that use it: 100,000 of the 1.5 million pixels of two Cityscapes crops."""


@dataclass(frozen=True)
class SegmentationLoss:
    """The loss of a recipe.

    Attributes
    ----------
    recipe : Recipe
        Which loss, how much Dice, mean or sum.
    weights : Tensor
        Float32 [C], of the classes.
    auxiliary : Mapping[str, float]
        The weight of each auxiliary output's loss; see `Segmenter.auxiliary_weights`.
    """

    recipe: Recipe
    weights: Tensor
    auxiliary: Mapping[str, float]

    def __call__(self, outputs: Mapping[str, Tensor], truth: Tensor, pixel_weights: Tensor | None = None) -> Tensor:
        """Return the loss, a scalar, computed in float32.

        Parameters
        ----------
        outputs : Mapping[str, Tensor]
            Logits by name, float [N, C, h, w].
        truth : Tensor
            Int64 [N, h, w].
        pixel_weights : Tensor or None
            Float32 [N, h, w], 0 and above, of the pixels; None: 1. Lovász takes none.
        """
        out = outputs["out"].float()
        loss = self._main(out, truth, pixel_weights)
        if self.recipe.dice > 0:
            # Every second row and column shows the shares of the classes as well, in a quarter of the time.
            every_second = None if pixel_weights is None else pixel_weights[..., ::2, ::2]
            loss = loss + self.recipe.dice * soft_dice(out[..., ::2, ::2], truth[..., ::2, ::2], every_second)
        for name, weight in self.auxiliary.items():
            if name in outputs:
                loss = loss + weight * self._main(outputs[name].float(), truth, pixel_weights)
        return loss

    def amount(self, truth: Tensor, pixel_weights: Tensor | None = None) -> Tensor:
        """Return how much a part of a batch counts beside the others, a scalar.

        The loss of the whole batch is the sum over its parts of loss times amount, divided by the sum of the amounts.
        """
        return known(truth, self.weights, pixel_weights)

    def _main(self, logits: Tensor, truth: Tensor, pixel_weights: Tensor | None) -> Tensor:
        if self.recipe.loss == "ohem":
            return ohem_cross_entropy(logits, truth, self.weights, pixel_weights=pixel_weights)
        if self.recipe.loss == "lovasz":
            return lovasz_softmax(logits, truth)
        return cross_entropy(logits, truth, self.weights, pixel_weights, self.recipe.summed)


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


def known(truth: Tensor, weights: Tensor | None = None, pixel_weights: Tensor | None = None) -> Tensor:
    """Sum of the weights of all pixels that count, float32 scalar."""
    counting = truth != IGNORE_INDEX
    each = counting.float() if weights is None else counting * weights[truth * counting]
    return (each if pixel_weights is None else each * pixel_weights).sum()


def cross_entropy(
    logits: Tensor,
    truth: Tensor,
    weights: Tensor | None = None,
    pixel_weights: Tensor | None = None,
    summed: bool = False,
) -> Tensor:
    """Weighted mean over the pixels of -log p(truth); 0 (with gradient 0) when no pixel counts.

    Parameters
    ----------
    logits : Tensor
        Float32 [N, C, h, w].
    truth : Tensor
        Int64 [N, h, w].
    weights : Tensor or None
        Float32 [C], of the classes.
    pixel_weights : Tensor or None
        Float32 [N, h, w], of the pixels, 0 and above.
    summed : bool
        Return the sum instead of the mean: the unnormalised loss of Shelhamer et al. 2017, section 4.
    """
    if pixel_weights is None:
        total = F.cross_entropy(logits, truth, weights, ignore_index=IGNORE_INDEX, reduction="sum")
    else:
        each = F.cross_entropy(logits, truth, weights, ignore_index=IGNORE_INDEX, reduction="none")
        total = (each * pixel_weights).sum()
    if summed:
        return total
    amount = known(truth, weights, pixel_weights)
    return total / torch.where(amount > 0, amount, 1.0)


def ohem_cross_entropy(
    logits: Tensor,
    truth: Tensor,
    weights: Tensor | None = None,
    threshold: float = OHEM_THRESHOLD,
    least: float = OHEM_SHARE,
    pixel_weights: Tensor | None = None,
) -> Tensor:
    """Cross entropy of the hard pixels alone: online hard example mining (Shrivastava et al. 2016, section 4).

    A pixel is hard when the probability of its true class is below ``threshold``; when these are fewer than the share
    ``least`` of the pixels that count, so many of the least probable ones are taken.

    Float32 [N, C, h, w] logits, int64 [N, h, w] truth, float32 [C] class weights -> scalar. Which pixels are hard does
    not depend on float32 [N, h, w] ``pixel_weights``; how much they count does.
    """
    counting = (truth != IGNORE_INDEX).flatten()
    each = F.cross_entropy(logits, truth, reduction="none", ignore_index=IGNORE_INDEX).detach().flatten()
    hardness = torch.where(counting, each, -1.0)  # -log p: the larger, the harder
    order = hardness.sort(descending=True).values
    number = torch.ceil(least * counting.sum()).long().clamp(min=1)
    limit = torch.minimum(order.gather(0, number.view(1) - 1)[0], hardness.new_tensor(-np.log(threshold)))
    hard = (counting & (hardness >= limit)).view(truth.shape)
    return cross_entropy(logits, torch.where(hard, truth, IGNORE_INDEX), weights, pixel_weights)


def soft_dice(logits: Tensor, truth: Tensor, pixel_weights: Tensor | None = None) -> Tensor:
    """Return 1 - mean over the batch's classes of 2 sum(w p t) / (sum(w p) + sum(w t)), w = 1 without pixel weights.

    Milletari et al. 2016, section 3, without the squares. The batch is that of all processes.

    Float32 [N, C, h, w] logits, int64 [N, h, w] truth, float32 [N, h, w] pixel weights -> scalar in 0.0-1.0; 0 when no
    pixel counts.
    """
    channels = logits.shape[1]
    counting = (truth != IGNORE_INDEX).unsqueeze(1)
    weights = counting if pixel_weights is None else counting * pixel_weights.unsqueeze(1)
    probabilities = logits.softmax(1)
    true = F.one_hot(truth.clamp(max=channels - 1), channels).permute(0, 3, 1, 2) * weights
    axes = (0, 2, 3)
    there = true.sum(axes)
    sums = torch.stack([(probabilities * true).sum(axes), (probabilities * weights).sum(axes) + there, there.float()])
    overlap, size, there = total(sums).unbind()
    occurs = there > 0
    missed = torch.where(occurs, 1.0 - 2.0 * overlap / size.clamp(min=1e-6), 0.0)
    return missed.sum() / occurs.sum().clamp(min=1)


def pixel_counts(truths: list[NDArray[np.uint8]], channels: int) -> NDArray[np.int64]:
    """Count the pixels of each channel over uint8 [h, w] truths -> int64 [channels]."""
    counts = np.zeros(channels, np.int64)
    for truth in truths:
        counts += np.bincount(truth.ravel(), minlength=256)[:channels]
    return counts
