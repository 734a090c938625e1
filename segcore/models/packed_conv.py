"""PackedConv: a convolution with its activation in one oneDNN call, with weights reordered once.

A plain convolution on the CPU reorders its weights at every call, and the activation writes the result again.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from segcore.models.efficientnet_lite import SameConv

_ACTIVATIONS: dict[type[nn.Module], tuple[str, list[float]]] = {
    nn.ReLU: ("relu", []),
    nn.ReLU6: ("hardtanh", [0.0, 6.0]),
    nn.Hardswish: ("hardswish", []),
}


class PackedConv(nn.Module):
    """For inference on the CPU; see the module.

    Parameters
    ----------
    conv : nn.Conv2d
        A plain one or a `SameConv`; see `can_be_packed`.
    activation : nn.Module or None
        ReLU, ReLU6 or Hardswish.
    dtype : torch.dtype
        Of the weights, the computation and the result: float32 or bfloat16. Inputs are converted.

    Attributes
    ----------
    lays_out : bool
        Whether to reorder the weights for the size of the next input, once. Until then, every call reorders them:
        an order for the small test input would slow large inputs down by a third.
    """

    def __init__(self, conv: nn.Conv2d, activation: nn.Module | None, dtype: torch.dtype) -> None:
        super().__init__()
        self.same = isinstance(conv, SameConv) and conv.stride != (1, 1)
        self.kernel_size, self.stride = conv.kernel_size, conv.stride
        self.dilation, self.groups = conv.dilation, conv.groups
        self.padding = cast(tuple[int, ...], conv.padding)
        if isinstance(conv, SameConv):
            rate = conv.dilation[0]
            self.padding = (0, 0) if self.same else (conv.kernel_size[0] // 2 * rate,) * 2
            self.dilation = (1, 1) if self.same else (rate, rate)
        self.name, self.bounds = ("none", []) if activation is None else _ACTIVATIONS[type(activation)]
        self.dtype = dtype
        self.weight = conv.weight.detach().to(dtype)
        self.bias = None if conv.bias is None else conv.bias.detach().to(dtype)
        self.lays_out = False

    def forward(self, x: Tensor) -> Tensor:
        """Float [N, I, h, w] -> ``dtype`` [N, O, h', w'], both best in channels-last."""
        x = x.to(self.dtype)
        if self.same:
            kernel, stride = self.kernel_size[0], self.stride[0]
            down, right = (max((-(-n // stride) - 1) * stride + kernel - n, 0) for n in x.shape[-2:])
            x = functional.pad(x, (right // 2, right - right // 2, down // 2, down - down // 2))
        x = x.contiguous(memory_format=torch.channels_last)
        if self.lays_out:
            self.weight = torch.ops.mkldnn._reorder_convolution_weight(
                self.weight, self.padding, self.stride, self.dilation, self.groups, list(x.shape)
            )
            self.lays_out = False
        y: Tensor = torch.ops.mkldnn._convolution_pointwise(
            x,
            self.weight,
            self.bias,
            self.padding,
            self.stride,
            self.dilation,
            self.groups,
            self.name,
            self.bounds,
            "",
        )
        return y


def can_be_packed(conv: nn.Conv2d) -> bool:
    """Whether oneDNN supports this convolution, and this torch has oneDNN."""
    return (
        bool(torch.backends.mkldnn.is_available())  # type: ignore[no-untyped-call]
        and hasattr(torch.ops.mkldnn, "_convolution_pointwise")
        and type(conv).forward is nn.Conv2d.forward
        and (isinstance(conv, SameConv) or type(conv)._conv_forward is nn.Conv2d._conv_forward)
        and conv.padding_mode == "zeros"
        and not isinstance(conv.padding, str)
        and conv.weight.dtype == torch.float32
    )
