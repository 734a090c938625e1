"""PSPNet (Zhao et al. 2017, https://arxiv.org/abs/1612.01105): a pyramid of context above a dilated ResNet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from segcore.models.alignment import upsample_aligned
from segcore.models.backbones import backbone as build_backbone
from segcore.models.pooled_norm import PooledNorm
from segcore.models.segmenter import Segmenter

BINS = (1, 2, 3, 6)
"""Cells along each side of the pyramid's four levels (section 3.2, figure 3)."""
WIDTH = 512
AUXILIARY_WEIGHT = 0.4
"""Of the second loss, after layer3 (ResNet-101's res4b22); section 4 tried 0.3 to 0.9."""
DROPOUT = 0.1


class PyramidPooling(nn.Module):
    """The pyramid pooling module, figure 3 (c): the map itself and its averages over 1, 4, 9 and 36 regions.

    Parameters
    ----------
    channels : int
        Of the map; each of the N levels is reduced to 1/N of them.
    bins : sequence of int
        Regions along each side, a level each.
    """

    def __init__(self, channels: int, bins: Sequence[int] = BINS) -> None:
        super().__init__()
        reduced = channels // len(bins)
        self.levels = nn.ModuleList(
            nn.Sequential(
                nn.AdaptiveAvgPool2d(size),
                nn.Conv2d(channels, reduced, 1, bias=False),
                PooledNorm(reduced),
                nn.ReLU(inplace=True),
            )
            for size in bins
        )
        self.out_channels = channels + reduced * len(bins)

    def forward(self, x: Tensor) -> Tensor:
        """Float [N, channels, h, w] -> float [N, out_channels, h, w]: the map, then each level upsampled to it."""
        size = x.shape[-2:]
        levels = [F.interpolate(level(x), size, mode="bilinear", align_corners=False) for level in self.levels]
        return torch.cat([x, *levels], dim=1)


def _head(channels: int, width: int, num_classes: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels, width, 3, padding=1, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(inplace=True),
        nn.Dropout2d(DROPOUT),
        nn.Conv2d(width, num_classes, 1),
    )


class PSPNet(Segmenter):
    """See the module and `Segmenter`.

    Parameters
    ----------
    num_classes : int
        Channels of the output.
    backbone : str
        A name of `segcore.models.backbones`; the paper's are ResNet-50 and ResNet-101.
    output_stride : int
        8 (the paper's) or 16 (a third of the time).
    """

    auxiliary_weights: Mapping[str, float] = {"aux": AUXILIARY_WEIGHT}

    def __init__(self, num_classes: int, backbone: str = "resnet50", output_stride: int = 8) -> None:
        super().__init__()
        if output_stride not in (8, 16):
            raise ValueError(f"the output stride is 8 or 16, not {output_stride}")
        self.num_classes = num_classes
        self.stride = output_stride
        self.encoder = build_backbone(backbone, output_stride)
        self.preprocess, self.imagenet = self.encoder.preprocess, self.encoder.imagenet
        deep, middle = self.encoder.channels["layer4"], self.encoder.channels["layer3"]
        self.pyramid = PyramidPooling(deep)
        self.classifier = _head(self.pyramid.out_channels, WIDTH, num_classes)
        self.auxiliary = _head(middle, max(middle // 4, 1), num_classes)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Logits by name; see `Segmenter`."""
        features = self.encoder(x)
        logits = {"out": self.classifier(self.pyramid(features["layer4"]))}
        if self.training:
            logits["aux"] = self.auxiliary(features["layer3"])
        size = (x.shape[2], x.shape[3])
        return {name: upsample_aligned(coarse, self.stride, size) for name, coarse in logits.items()}

    def classifiers(self) -> list[nn.Conv2d]:
        """Return the classifier, then the auxiliary one."""
        return [conv for conv in (self.classifier[-1], self.auxiliary[-1]) if isinstance(conv, nn.Conv2d)]

    def backbone(self) -> nn.Module:
        """Return the ResNet."""
        return self.encoder

    def early_layers(self) -> list[nn.Module]:
        """Return the backbone's layers up to stride 4."""
        return self.encoder.early_layers()

    def load_imagenet(self, published: Mapping[str, Tensor]) -> None:
        """Load the backbone's ImageNet weights; see `Segmenter`."""
        self.encoder.load_imagenet(published)


pspnet = PSPNet
