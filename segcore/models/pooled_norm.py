"""BatchNorm that works with a batch of one image."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn


class PooledNorm(nn.BatchNorm2d):
    """BatchNorm after pooling to 1 x 1, where a single image has one value a channel and so no variance.

    For a single image the running statistics normalise, also in training; with two or more it is BatchNorm.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Float [N, C, h, w] -> float [N, C, h, w]."""
        if self.training and x.numel() == x.shape[1]:
            return F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, False, 0.0, self.eps)
        return super().forward(x)
