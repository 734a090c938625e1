"""DeepLab v3: Chen, Papandreou, Schroff, Adam 2017, arXiv:1706.05587.

À-trous spatial pyramid pooling with BatchNorm and a branch of image-level features (figure 5), on a ResNet whose last
layers are dilated, optionally by 1, 2, 4 times the rate ("multi-grid", section 3.2.1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from segcore.models import backbones
from segcore.models.alignment import upsample_aligned
from segcore.models.segmenter import Segmenter

WIDTH = 256
RATES = (6, 12, 18)
"""At output stride 16; twice as much at 8 (section 3.3)."""
MULTI_GRID = (1, 2, 4)
_DROPOUT = 0.1


class DeepLabV3(Segmenter):
    """DeepLab v3 (figure 5): with ResNet-50 and 21 classes 39,048,533 parameters.

    torchvision's has 590,336 more, for a 3x3 convolution before the classifier, which is not in the paper, and the
    rates 12, 24, 36 of output stride 8.

    Parameters
    ----------
    num_classes : int
        Channels of the output.
    backbone : str
        A name of `backbones.backbone`.
    output_stride : int
        16, as the paper trains, or 8. The weights are the same: train with one and predict with the other.
    multi_grid : bool
        Multiply the rates of layer4's three blocks by 1, 2, 4; ResNets only. Adds 1.2 mean IoU on VOC (table 5).
    auxiliary : bool
        Add an auxiliary head on layer3 in training, with weight 0.4, like torchvision and PSPNet; not in the paper.
    """

    def __init__(
        self,
        num_classes: int,
        backbone: str = "resnet50",
        output_stride: int = 16,
        multi_grid: bool = False,
        auxiliary: bool = False,
    ) -> None:
        super().__init__()
        self.num_classes = num_classes
        self.stride = output_stride
        rates = rates_at(output_stride)
        self.encoder = backbones.backbone(backbone, output_stride)
        self.preprocess, self.imagenet = self.encoder.preprocess, self.encoder.imagenet
        if multi_grid:
            apply_multi_grid(self.encoder, output_stride)
        channels = self.encoder.channels
        self.aspp = AtrousPyramid(channels["layer4"], rates)
        self.classifier = nn.Conv2d(WIDTH, num_classes, 1)
        self.auxiliary = auxiliary_head(channels["layer3"], num_classes) if auxiliary else None
        if auxiliary:
            self.auxiliary_weights = {"aux": 0.4}

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Logits by name; see `Segmenter`."""
        size = (x.shape[2], x.shape[3])
        features = self.encoder(x)
        scores = self.classifier(self.aspp(features["layer4"]))
        logits = {"out": upsample_aligned(scores, self.stride, size)}
        if self.training and self.auxiliary is not None:
            logits["aux"] = upsample_aligned(self.auxiliary(features["layer3"]), self.stride, size)
        return logits

    def classifiers(self) -> list[nn.Conv2d]:
        """Return the classifier and, where there is one, the auxiliary head's."""
        last = [] if self.auxiliary is None else [self.auxiliary[-1]]
        return [self.classifier, *(conv for conv in last if isinstance(conv, nn.Conv2d))]

    def backbone(self) -> nn.Module:
        """Return the encoder."""
        return self.encoder

    def early_layers(self) -> list[nn.Module]:
        """Return the encoder's layers up to stride 4."""
        return self.encoder.early_layers()

    def load_imagenet(self, published: Mapping[str, Tensor]) -> None:
        """Load them into the encoder; see `Segmenter`."""
        self.encoder.load_imagenet(published)


deeplab_v3 = DeepLabV3


class AtrousPyramid(nn.Module):
    """ASPP of v3 and v3+ (figure 5): a 1x1 and three 3x3 à-trous convolutions and the pooled image, then 1x1.

    Every convolution has 256 channels, BatchNorm and ReLU; after the last, dropout 0.1 as in the authors' code.

    Parameters
    ----------
    channels : int
        Of the features.
    rates : Sequence[int]
        Of the 3x3 convolutions.
    separable : bool
        Split each 3x3 convolution into one a channel and a 1x1 (v3+, section 3.1, figure 3).
    """

    def __init__(self, channels: int, rates: Sequence[int], separable: bool = False) -> None:
        super().__init__()
        self.pointwise = conv_norm(channels, WIDTH, 1)
        self.atrous = nn.ModuleList(conv_norm(channels, WIDTH, 3, rate, separable) for rate in rates)
        self.pooled = ImagePooling(channels, WIDTH)
        self.project = conv_norm((len(rates) + 2) * WIDTH, WIDTH, 1)
        self.dropout = nn.Dropout(_DROPOUT)

    def forward(self, x: Tensor) -> Tensor:
        """Float [N, channels, h, w] -> float [N, 256, h, w]."""
        branches = [
            self.pointwise(x),
            *(branch(x) for branch in self.atrous),
            self.pooled(x).expand(-1, -1, *x.shape[2:]),
        ]
        projected: Tensor = self.dropout(self.project(torch.cat(branches, dim=1)))
        return projected


class ImagePooling(nn.Module):
    """Image-level features (section 3.3): mean of the map, 1x1 convolution, BatchNorm, ReLU; [N, width, 1, 1]."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, width, 1, bias=False)
        self.norm = nn.BatchNorm2d(width)

    def forward(self, x: Tensor) -> Tensor:
        """Float [N, channels, h, w] -> float [N, width, 1, 1]; bilinear upsampling of a single cell repeats it."""
        x = self.conv(x.mean((2, 3), keepdim=True))
        norm = self.norm
        if self.training and len(x) == 1 and type(norm) is nn.BatchNorm2d:  # a synchronised norm sees more images
            # One value a channel has no variance: a single image is normalised by the running statistics.
            x = functional.batch_norm(x, norm.running_mean, norm.running_var, norm.weight, norm.bias, eps=norm.eps)
        else:
            x = norm(x)
        return functional.relu(x)


def rates_at(output_stride: int) -> list[int]:
    """Return ASPP's rates. Raises ValueError for an output stride other than 8 or 16."""
    if output_stride not in (8, 16):
        raise ValueError(f"the output stride is 8 or 16, not {output_stride}")
    return [rate * 16 // output_stride for rate in RATES]


def apply_multi_grid(encoder: nn.Module, output_stride: int) -> None:
    """Dilate the 3x3 convolutions of layer4's blocks by 1, 2, 4 times 32 / output stride (section 3.2.1).

    Raises ValueError when the encoder is not a ResNet with three blocks in layer4.
    """
    if not isinstance(encoder, backbones.ResNet) or len(encoder.layer4) != len(MULTI_GRID):
        raise ValueError("multi_grid needs a ResNet with three blocks in layer4: resnet34, resnet50 or resnet101")
    for block, grid in zip(encoder.layer4, MULTI_GRID, strict=True):
        for conv in block.modules():
            if isinstance(conv, nn.Conv2d) and conv.kernel_size == (3, 3):
                rate = grid * 32 // output_stride
                conv.dilation = conv.padding = (rate, rate)


def conv_norm(inside: int, outside: int, kernel: int, rate: int = 1, separable: bool = False) -> nn.Sequential:
    """Build a convolution that keeps the size, with BatchNorm and ReLU; separable: one a channel before a 1x1."""
    padding = rate * (kernel // 2)
    if not separable:
        conv = nn.Conv2d(inside, outside, kernel, padding=padding, dilation=rate, bias=False)
        return nn.Sequential(conv, nn.BatchNorm2d(outside), nn.ReLU(inplace=True))
    depthwise = nn.Conv2d(inside, inside, kernel, padding=padding, dilation=rate, groups=inside, bias=False)
    return nn.Sequential(depthwise, nn.BatchNorm2d(inside), nn.ReLU(inplace=True), *conv_norm(inside, outside, 1))


def auxiliary_head(channels: int, num_classes: int) -> nn.Sequential:
    """Build a 3x3 convolution to a quarter of the channels and a classifier, as torchvision's FCN head."""
    narrow = channels // 4
    return nn.Sequential(*conv_norm(channels, narrow, 3), nn.Dropout(_DROPOUT), nn.Conv2d(narrow, num_classes, 1))
