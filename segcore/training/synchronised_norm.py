"""SynchronisedNorm: batch normalisation whose statistics come from the crops of all ranks.

With one crop a process, the statistics of that crop alone would say little; PSPNet (Zhao et al. 2017, section 5.1) and
DeepLabv3 (Chen et al. 2017, section 4.1) need 16 crops to train their norms. On CUDA this is torch's SyncBatchNorm,
which knows no other device.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from segcore.models.pooled_norm import PooledNorm
from segcore.training.all_reduce import total


class SynchronisedNorm(nn.BatchNorm2d):
    """BatchNorm2d (Ioffe and Szegedy 2015) over the crops of all ranks, on any device; the same when it evaluates."""

    def forward(self, x: Tensor) -> Tensor:
        """Float [N, C, h, w] -> the same type and shape; the ranks may bring different N, h and w."""
        if not self.training:
            return super().forward(x)
        kind, x = x.dtype, x.float()
        count = total(x.new_tensor(x.numel() / x.shape[1]))
        mean = total(x.sum((0, 2, 3))) / count
        centred = x - mean[:, None, None]
        variance = total(centred.square().sum((0, 2, 3))) / count
        self._remember(mean.detach(), variance.detach(), count)
        gain = torch.rsqrt(variance + self.eps)
        if self.weight is not None:
            gain = gain * self.weight
        y = centred * gain[:, None, None]
        return (y if self.bias is None else y + self.bias[:, None, None]).to(kind)

    @torch.no_grad()
    def _remember(self, mean: Tensor, variance: Tensor, count: Tensor) -> None:
        """Let the running statistics follow, the variance unbiased, as BatchNorm2d does."""
        if self.running_mean is None or self.running_var is None or self.num_batches_tracked is None:
            return
        self.num_batches_tracked.add_(1)
        share = 1.0 / float(self.num_batches_tracked) if self.momentum is None else self.momentum
        self.running_mean.lerp_(mean, share)
        self.running_var.lerp_(variance * (count / (count - 1.0).clamp(min=1.0)), share)


def synchronise_norms(network: nn.Module) -> None:
    """Exchange every BatchNorm2d for one over all ranks, in place; parameters, buffers and their names stay.

    A PooledNorm is one too, now that there are two values or more. Norms of other kinds (timm's, which hold their
    activation) stay as they are.
    """
    for module in network.modules():
        for name, child in module.named_children():
            if isinstance(child, nn.BatchNorm2d) and type(child) in (nn.BatchNorm2d, PooledNorm):
                setattr(module, name, _synchronised(child))


def _synchronised(norm: nn.BatchNorm2d) -> nn.Module:
    cuda = norm.running_mean is not None and norm.running_mean.is_cuda
    kind = nn.SyncBatchNorm if cuda else SynchronisedNorm
    made = kind(norm.num_features, norm.eps, norm.momentum, norm.affine, norm.track_running_stats)
    made.weight, made.bias = norm.weight, norm.bias
    made.running_mean, made.running_var = norm.running_mean, norm.running_var
    made.num_batches_tracked = norm.num_batches_tracked
    return made.train(norm.training)
