"""Folding: a trained network with its BatchNorms inside the convolutions before them.

With fixed statistics a norm is linear, so norm and convolution together are one convolution with other weights (Jacob
et al. 2018, https://arxiv.org/abs/1712.05877, section 3.2). A small forward pass records which norm and which
activation follow which convolution.
"""

from __future__ import annotations

from copy import copy, deepcopy
from dataclasses import dataclass, field
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_weights

from segcore.models.segmenter import Segmenter

SIDE = 64
"""Side of the recorded input: large enough for every network here, small enough to be fast."""

ACTIVATIONS = (nn.ReLU, nn.ReLU6, nn.Hardswish)

S = TypeVar("S", bound=nn.Module)


@dataclass(frozen=True)
class Chain:
    """A convolution and the only readers of its result: a norm, an activation, both in this order, or neither.

    ``work`` is its number of multiply-adds in the recorded pass.
    """

    conv: nn.Conv2d
    norm: nn.Module | None
    activation: nn.Module | None
    work: int

    def folded(self) -> nn.Conv2d:
        """Return a convolution of the same kind that includes the norm; the convolution itself stays as it is."""
        conv = copy(self.conv)
        conv._parameters = dict(conv._parameters)
        if not isinstance(self.norm, _Watched):
            return conv
        norm = self.norm.norm
        assert norm.running_mean is not None
        assert norm.running_var is not None
        conv.weight, bias = fuse_conv_bn_weights(
            conv.weight, conv.bias, norm.running_mean, norm.running_var, norm.eps, norm.weight, norm.bias
        )
        conv.bias = bias
        return conv


class Gone(nn.Identity):
    """Replaces a folded norm. It has no statistics, which tells a network that folds by itself."""

    running_mean = None


@dataclass
class Watch:
    """A small forward pass of a copy of a network, recorded on ``device``.

    Attributes
    ----------
    network : Segmenter
        A copy in evaluation mode; it shares all tensors with the original. `exchange` replaces modules.
    chains : list[Chain]
        Its convolutions, in the order in which they are first called.
    pixels, logits : Tensor
        The input and the result, float32 [1, 3, 64, 64] and [1, C, 64, 64].
    """

    network: Segmenter
    chains: list[Chain]
    pixels: Tensor
    logits: Tensor

    def exchange(self, other: dict[nn.Module, nn.Module]) -> None:
        """Replace some modules; norms that are not named are restored."""
        for parent in list(self.network.modules()):
            for name, child in parent._modules.items():
                if child in other:
                    parent._modules[name] = other[child]
                elif isinstance(child, _Watched):
                    parent._modules[name] = child.norm

    def difference(self, logits: Tensor) -> float:
        """Return the largest difference to the recorded logits, relative to the largest of them."""
        scale = max(float(self.logits.abs().max()), 1e-6)
        return float((logits.float() - self.logits).abs().max()) / scale


def watch(segmenter: Segmenter, device: torch.device) -> Watch:
    """Run a copy once and record which modules follow each other; the network does not change.

    The logits are those of the network as it is. Subclasses of BatchNorm2d are left alone: timm's, for one, hold an
    activation.
    """
    network = sharing_copy(segmenter).eval()
    with torch.inference_mode(False), torch.no_grad():
        pixels = torch.rand(1, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0)).to(device) * 4 - 2
        logits = network(pixels)["out"].float()
    for parent in list(network.modules()):
        for name, child in parent._modules.items():
            if type(child) is nn.BatchNorm2d and child.track_running_stats:
                parent._modules[name] = _Watched(child)
    seen = _Seen()
    hooks = [module.register_forward_pre_hook(seen.before) for module in network.modules()]
    hooks += [module.register_forward_hook(seen.after) for module in network.modules()]
    try:
        with torch.inference_mode(False), torch.no_grad():  # tensors of inference mode do not count versions
            network(pixels)
    finally:
        for hook in hooks:
            hook.remove()
    return Watch(network, seen.chains(), pixels, logits)


def sharing_copy(module: S) -> S:
    """Copy a module's structure; parameters and buffers are those of the original."""
    tensors: dict[int, Any] = {id(t): t for t in (*module.parameters(), *module.buffers())}
    return deepcopy(module, tensors)


class _Watched(nn.Module):
    """A BatchNorm with fixed statistics that a self-folding network calls nevertheless."""

    running_mean = None

    def __init__(self, norm: nn.BatchNorm2d) -> None:
        super().__init__()
        self.norm = norm

    def forward(self, x: Tensor) -> Tensor:
        norm = self.norm
        return functional.batch_norm(
            x, norm.running_mean, norm.running_var, norm.weight, norm.bias, training=False, eps=norm.eps
        )


@dataclass
class _Seen:
    """Records which module made which tensor. An in-place change raises a tensor's version: it is another result."""

    made: dict[int, tuple[Tensor, int, nn.Conv2d]] = field(default_factory=dict)
    calls: dict[nn.Conv2d, int] = field(default_factory=dict)
    work: dict[nn.Conv2d, int] = field(default_factory=dict)
    order: dict[nn.Conv2d, list[nn.Module]] = field(default_factory=dict)
    sources: dict[nn.Module, list[nn.Conv2d | None]] = field(default_factory=dict)

    def before(self, module: nn.Module, inputs: tuple[Any, ...]) -> None:
        if isinstance(module, (_Watched, *ACTIVATIONS)):
            tensor, version, conv = self.made.get(id(inputs[0]), (None, 0, None))
            fresh = tensor is not None and tensor._version == version
            self.sources.setdefault(module, []).append(conv if fresh else None)

    def after(self, module: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
        if isinstance(module, nn.Conv2d):
            self.calls[module] = self.calls.get(module, 0) + 1
            self.order.setdefault(module, [])
            pixels = output.shape[0] * output.shape[2] * output.shape[3]
            self.work[module] = self.work.get(module, 0) + pixels * module.weight.numel()
            self.made[id(output)] = (output, output._version, module)
        elif isinstance(module, (_Watched, *ACTIVATIONS)) and (conv := self.sources[module][-1]) is not None:
            self.order[conv].append(module)
            self.made[id(output)] = (output, output._version, conv)

    def chains(self) -> list[Chain]:
        return [self._chain(conv) for conv in self.calls]

    def _chain(self, conv: nn.Conv2d) -> Chain:
        count = self.calls[conv]
        order = self.order[conv]
        followers = order[: len(order) // count]
        if order != followers * count:
            return Chain(conv, None, None, self.work[conv])
        own = [follower for follower in followers if self.sources[follower] == [conv] * count]
        if own != followers[: len(own)]:
            own = []
        norm = own.pop(0) if own and isinstance(own[0], _Watched) else None
        activation = own[0] if own and type(own[0]) in ACTIVATIONS else None
        return Chain(conv, norm, activation, self.work[conv])
