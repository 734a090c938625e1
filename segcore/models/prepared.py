"""Prepared: a copy of a network that is faster in inference on one device, with the same result."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from segcore.models.atrous import shifted
from segcore.models.folding import Chain, Gone, watch
from segcore.models.packed_conv import PackedConv, can_be_packed
from segcore.models.segmenter import Segmenter

SLOW_RATE = 6
"""From this dilation on, oneDNN's kernels for bfloat16 are slower than a sum of shifted 1x1 convolutions."""

_TOLERANCE, _ROUNDED_TOLERANCE = 1e-3, 1.0


class PreparationError(Exception):
    """The network cannot be prepared; it is used unchanged."""


class Prepared:
    """A faster copy of a network, from normalised pixels to logits.

    Norms are folded into convolutions (`segcore.models.folding`); on the CPU, convolutions are packed
    (`PackedConv`). With bfloat16, two kinds of convolutions stay float32. The last ones, `Segmenter.classifiers`, and
    everything after them: a logit of 10 has steps of 0.06 in bfloat16. And, by ``exact``, the first ones: on a
    ResNet-50, stem and layer1 do a twelfth of the work and cause nine tenths of the rounding variance of the logits.

    Parameters
    ----------
    segmenter : Segmenter
        On ``device``. It does not change; the copy does not follow later changes or training.
    device : torch.device
        Device to run on.
    dtype : torch.dtype
        float32 or bfloat16.
    exact : float
        Share of all multiply-adds, 0-1, that the first convolutions do in float32 although ``dtype`` is bfloat16.

    Raises
    ------
    PreparationError
        The copy gives other numbers than the network, or the network cannot be copied.
    """

    def __init__(
        self, segmenter: Segmenter, device: torch.device, dtype: torch.dtype = torch.float32, exact: float = 0.0
    ) -> None:
        self.device, self.dtype = device, dtype
        self._network = _ready(segmenter, device, dtype, exact)

    @torch.inference_mode()
    def __call__(self, x: Tensor) -> Tensor:
        """Float32 [N, 3, h, w] on the device -> logits, float32 [N, C, h, w]."""
        return _logits(self._network, x)


def plain(segmenter: Segmenter, x: Tensor) -> Tensor:
    """Float32 [N, 3, h, w] -> logits, float32 [N, C, h, w], by the network itself."""
    with torch.inference_mode():
        return _logits(segmenter, x)


def _logits(network: nn.Module, x: Tensor) -> Tensor:
    logits: Tensor = network(x.contiguous(memory_format=torch.channels_last))["out"]
    return logits.float()


@torch.no_grad()
def _ready(segmenter: Segmenter, device: torch.device, dtype: torch.dtype, exact: float) -> Segmenter:
    watched = watch(segmenter, device)
    classifiers = watched.network.classifiers()
    other: dict[nn.Module, nn.Module] = {}
    left = exact * sum(chain.work for chain in watched.chains)
    for chain in watched.chains:
        left -= chain.work
        other |= _faster(chain, torch.float32 if left >= 0 or chain.conv in classifiers else dtype, device)
    watched.exchange(other)
    network = watched.network.to(memory_format=torch.channels_last)
    if dtype != torch.float32:
        for module in network.modules():
            if any(p.dtype == torch.float32 for p in module.parameters(recurse=False)):
                module.register_forward_pre_hook(_in_float32)
    difference = watched.difference(_logits(network, watched.pixels))
    if not difference <= (_TOLERANCE if dtype == torch.float32 else _ROUNDED_TOLERANCE):
        raise PreparationError(f"the prepared network differs by {difference}")
    for module in network.modules():
        if isinstance(module, PackedConv):
            module.lays_out = True
    return network


def _faster(chain: Chain, dtype: torch.dtype, device: torch.device) -> dict[nn.Module, nn.Module]:
    """Return the modules that replace a convolution, its norm and its activation."""
    conv = chain.folded()
    other: dict[nn.Module, nn.Module] = {} if chain.norm is None else {chain.norm: Gone()}
    if device.type == "cpu" and dtype == torch.bfloat16 and _has_wide_holes(conv):
        return other | {chain.conv: InDtype(shifted(conv).to(dtype), dtype)}
    if device.type == "cpu" and can_be_packed(conv):
        absorbed: dict[nn.Module, nn.Module] = {} if chain.activation is None else {chain.activation: nn.Identity()}
        return other | absorbed | {chain.conv: PackedConv(conv, chain.activation, dtype)}
    for name, parameter in conv.named_parameters():
        setattr(conv, name, nn.Parameter(parameter.detach().to(dtype), requires_grad=False))
    return other | {chain.conv: conv if dtype == torch.float32 else InDtype(conv, dtype)}


def _has_wide_holes(conv: nn.Conv2d) -> bool:
    return (
        max(conv.dilation) >= SLOW_RATE
        and type(conv) is nn.Conv2d
        and conv.stride == (1, 1)
        and conv.groups == 1
        and conv.padding_mode == "zeros"
        and not isinstance(conv.padding, str)
    )


def _in_float32(module: nn.Module, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(value.float() if isinstance(value, Tensor) else value for value in inputs)


class InDtype(nn.Module):
    """A module whose input is converted to ``dtype`` first."""

    def __init__(self, module: nn.Module, dtype: torch.dtype) -> None:
        super().__init__()
        self.module, self.dtype = module, dtype

    def forward(self, x: Tensor) -> Tensor:
        """Float [N, I, h, w] -> the module's output."""
        y: Tensor = self.module(x.to(self.dtype))
        return y
