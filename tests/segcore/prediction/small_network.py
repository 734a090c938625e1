"""Small: a network of one 3x3 convolution, whose scores depend on a pixel and its neighbours."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tests.segcore.bare_network import BareNetwork


class Small(BareNetwork):
    """The same weights each time."""

    def __init__(self, num_classes: int = 3) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.num_classes = num_classes
        self.head = nn.Conv2d(3, num_classes, 3, padding=1)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        return {"out": 4 * self.head(x)}
