"""Gives a network with random weights the statistics of its norms, so that its labels depend on the image."""

from __future__ import annotations

import torch
from torch import Tensor, nn


@torch.no_grad()
def with_statistics(network: nn.Module, x: Tensor) -> nn.Module:
    """Return the network in evaluation mode after one pass that sets its BatchNorms' statistics."""
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    before = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 1.0
    network.train()(x)
    for norm, momentum in zip(norms, before, strict=True):
        norm.momentum = momentum
    return network.eval()
