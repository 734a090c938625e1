"""LR-ASPP on EfficientNet-Lite0: the light head of MobileNetV3 (Howard et al. 2019, https://arxiv.org/abs/1905.02244).

Section 6.4 and figure 10: the coarse map passes through two branches, a 1x1 convolution and an attention made of the
pooled map, whose product is upsampled and classified; a second classifier on the map at stride 8 adds the detail.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch.nn.functional as F
from torch import Tensor, nn

from segcore.models.backbones import backbone as build_backbone
from segcore.models.segmenter import Segmenter

WIDTH = 128
"""Filters of the head (the paper's F)."""


class LRASPP(Segmenter):
    """See the module and `Segmenter`. The pooling covers the whole map, like the paper's 49x49 at stride 16.

    Parameters
    ----------
    num_classes : int
        Channels of the output.
    backbone : str
        A name of `segcore.models.backbones`.
    output_stride : int
        16 or 32: stride of the coarse map (table 8 of the paper has both).
    """

    def __init__(self, num_classes: int, backbone: str = "efficientnet_lite0", output_stride: int = 16) -> None:
        super().__init__()
        if output_stride not in (16, 32):
            raise ValueError(f"the output stride is 16 or 32, not {output_stride}")
        self.num_classes = num_classes
        self.encoder = build_backbone(backbone, output_stride)
        self.preprocess, self.imagenet = self.encoder.preprocess, self.encoder.imagenet
        coarse, fine = self.encoder.channels["layer4"], self.encoder.channels["layer2"]
        self.features = nn.Sequential(
            nn.Conv2d(coarse, WIDTH, 1, bias=False), nn.BatchNorm2d(WIDTH), nn.ReLU(inplace=True)
        )
        self.attention = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(coarse, WIDTH, 1, bias=False), nn.Sigmoid())
        self.coarse_classifier = nn.Conv2d(WIDTH, num_classes, 1)
        self.fine_classifier = nn.Conv2d(fine, num_classes, 1)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Logits by name; see `Segmenter`."""
        maps = self.encoder(x)
        coarse, fine = maps["layer4"], maps["layer2"]
        attended = self.features(coarse) * self.attention(coarse)
        # Classifying and upsampling are both linear: classes are fewer channels to upsample than features are.
        upsampled = F.interpolate(
            self.coarse_classifier(attended), fine.shape[-2:], mode="bilinear", align_corners=False
        )
        logits = upsampled + self.fine_classifier(fine)
        return {"out": F.interpolate(logits, x.shape[-2:], mode="bilinear", align_corners=False)}

    def classifiers(self) -> list[nn.Conv2d]:
        """Return the two whose sum is the logits: on the attended map, and on the map at stride 8."""
        return [self.coarse_classifier, self.fine_classifier]

    def backbone(self) -> nn.Module:
        """Return the encoder."""
        return self.encoder

    def early_layers(self) -> list[nn.Module]:
        """Return the encoder's layers up to stride 4."""
        return self.encoder.early_layers()

    def load_imagenet(self, published: Mapping[str, Tensor]) -> None:
        """Load the encoder's ImageNet weights; see `Segmenter`."""
        self.encoder.load_imagenet(published)


lraspp_lite0 = LRASPP
