"""Average: the running mean of the weights, which is steadier than any single step (Polyak and Juditsky 1992)."""

from __future__ import annotations

import copy

import torch

from segcore.models.segmenter import Segmenter


class Average:
    """Exponential moving average of a network.

    Parameters
    ----------
    segmenter : Segmenter
        Where it starts.
    horizon : float
        Steps that the average reaches back.
    trusted : bool
        Whether the start is worth as much as later states: a model that is fine-tuned. Otherwise the average leaves
        it behind quickly.

    Attributes
    ----------
    segmenter : Segmenter
        A copy in evaluation mode that holds the averaged weights.
    steps : int
        How many states it has taken in.
    """

    def __init__(self, segmenter: Segmenter, horizon: float, trusted: bool = False) -> None:
        self.segmenter = copy.deepcopy(segmenter).eval().requires_grad_(False)
        self.horizon = horizon
        self.trusted = trusted
        self.steps = 0

    @torch.no_grad()
    def update(self, segmenter: Segmenter) -> None:
        """Take in the weights after a step."""
        self.steps += 1
        share = 1.0 / self.horizon
        if not self.trusted:
            share = max(share, 1.0 / (1.0 + 0.5 * self.steps))
        means, states = [], []
        for mean, now in zip(self.segmenter.state_dict().values(), segmenter.state_dict().values(), strict=True):
            if mean.is_floating_point():
                means.append(mean)
                states.append(now.to(mean.device))
            else:
                mean.copy_(now)
        torch._foreach_lerp_(means, states, share)
