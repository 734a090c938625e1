"""The Lovász-softmax loss: a convex stand-in for 1 - mean IoU (Berman, Triki and Blaschko 2018)."""

from __future__ import annotations

import torch
from torch import Tensor

from segcore.labels.classes import IGNORE_INDEX


def lovasz_softmax(logits: Tensor, truth: Tensor) -> Tensor:
    """Mean over the batch's classes of the Lovász extension of the Jaccard loss.

    Section 3.1: the errors of class c are m_i = 1 - p_i(c) where c is true and p_i(c) elsewhere (eq. 8); the loss is
    the Lovász extension at m (eq. 9), averaged over the classes that occur (eq. 11).

    Parameters
    ----------
    logits : Tensor
        Float32 [N, C, h, w].
    truth : Tensor
        Int64 [N, h, w]; pixels of 255 are left out.

    Returns
    -------
    Tensor
        Scalar in 0.0-1.0; 0 (with gradient 0) when no pixel counts.
    """
    counting = (truth != IGNORE_INDEX).flatten()
    probabilities = logits.softmax(1).permute(1, 0, 2, 3).flatten(1)[:, counting]
    labels = truth.flatten()[counting]
    present = torch.bincount(labels, minlength=logits.shape[1]).nonzero().flatten().tolist()
    losses = []
    for channel in present:
        foreground = (labels == channel).to(probabilities.dtype)
        errors = (foreground - probabilities[channel]).abs()
        errors, order = errors.sort(descending=True)
        losses.append(errors.dot(jaccard_gradient(foreground[order])))
    return torch.stack(losses).mean() if losses else logits.sum() * 0.0


def jaccard_gradient(foreground: Tensor) -> Tensor:
    """Return g of the Lovász extension, float32 [P]: what the Jaccard loss grows by as each pixel becomes an error.

    Algorithm 1 of the paper: with the pixels in order of falling error, delta_i = 1 - |intersection| / |union| of the
    first i of them being wrong, and g_i = delta_i - delta_(i-1).

    ``foreground``: float32 [P], 1 where the class is true, in that order.
    """
    total = foreground.sum()
    intersection = total - foreground.cumsum(0)
    union = total + (1.0 - foreground).cumsum(0)
    jaccard = 1.0 - intersection / union
    return torch.cat([jaccard[:1], jaccard[1:] - jaccard[:-1]])
