"""The running average of the weights, which is steadier than any single step (Polyak and Juditsky 1992)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from segcore.models.segmenter import Segmenter

Tensors = tuple[Tensor, ...] | list[Tensor]


def averaged(segmenter: Segmenter, horizon: float, trusted: bool = False) -> AveragedModel:
    """Return an exponential moving average of a network; ``module`` is its copy, in evaluation mode.

    Parameters
    ----------
    segmenter : Segmenter
        Where it starts; this counts as the first state that it has taken in (``n_averaged``).
    horizon : float
        Steps that the average reaches back, 1 or more.
    trusted : bool
        Whether the start is worth as much as later states: a model that is fine-tuned. Otherwise the average leaves
        it behind quickly.
    """

    def take_in(means: Tensors, states: Tensors, taken: Tensor | int) -> None:
        if not means[0].is_floating_point():  # counters
            torch._foreach_copy_(means, states)
            return
        share = 1.0 / horizon
        torch._foreach_lerp_(means, states, share if trusted else max(share, 1.0 / (1.0 + 0.5 * float(taken))))

    average = AveragedModel(segmenter, multi_avg_fn=take_in, use_buffers=True)
    average.n_averaged.fill_(1)  # or the first update would replace the start
    average.module.eval().requires_grad_(False)
    return average
