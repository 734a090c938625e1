"""Calibrated probabilities: a model's temperature, applied to probabilities that are already there."""

from __future__ import annotations

import torch
from torch import Tensor


@torch.inference_mode()
def calibrated(probabilities: Tensor, temperature: float) -> Tensor:
    """Return softmax(logits / temperature) from softmax(logits): p^(1/T), divided by its sum over the classes.

    The order of the classes stays, and with it the label, except where two classes are equal to six digits. Tiles,
    scales and mirrored views are averaged before, so that no label depends on the temperature.

    Parameters
    ----------
    probabilities : Tensor
        Float32 [C, h, w], 0-1; overwritten.
    temperature : float
        Above 0; at 1 the probabilities are returned as they are.
    """
    if temperature == 1.0:
        return probabilities
    shares = probabilities.pow_(1.0 / temperature)
    return shares.div_(shares.sum(0))
