"""DeepLab v3+: Chen, Zhu, Papandreou, Schroff, Adam 2018, arXiv:1802.02611.

DeepLab v3 as an encoder, and a small decoder that adds fine features at stride 4 (figure 2).
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from segcore.models import backbones
from segcore.models.alignment import upsample_aligned
from segcore.models.deeplab_v3 import WIDTH, AtrousPyramid, apply_multi_grid, conv_norm, rates_at
from segcore.models.segmenter import Segmenter

LOW_LEVEL_WIDTH = 48
_LOW_LEVEL_STRIDE = 4


class DeepLabV3Plus(Segmenter):
    """DeepLab v3+ (figure 2).

    The decoder is the paper's choice: low-level features reduced to 48 channels (table 1), concatenated with the
    encoder's 256, then two 3x3 convolutions of 256 (table 2).

    Parameters
    ----------
    num_classes : int
        Channels of the output.
    backbone : str
        A name of `backbones.backbone`; its ``layer1`` gives the low-level features.
    output_stride : int
        16 or 8, of the encoder; the weights are the same.
    separable : bool
        À-trous separable convolutions in ASPP and decoder (section 3.1), as in the paper's final model: fewer
        computations and weights for about the same accuracy.
    multi_grid : bool
        As in `deeplab_v3.DeepLabV3`.
    """

    def __init__(
        self,
        num_classes: int,
        backbone: str = "resnet50",
        output_stride: int = 16,
        separable: bool = False,
        multi_grid: bool = False,
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
        self.aspp = AtrousPyramid(channels["layer4"], rates, separable)
        self.low_level = conv_norm(channels["layer1"], LOW_LEVEL_WIDTH, 1)
        self.decoder = nn.Sequential(
            conv_norm(WIDTH + LOW_LEVEL_WIDTH, WIDTH, 3, separable=separable),
            conv_norm(WIDTH, WIDTH, 3, separable=separable),
        )
        self.classifier = nn.Conv2d(WIDTH, num_classes, 1)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Logits by name; see `Segmenter`."""
        features = self.encoder(x)
        low = self.low_level(features["layer1"])
        deep = self.aspp(features["layer4"])
        deep = upsample_aligned(deep, self.stride // _LOW_LEVEL_STRIDE, (low.shape[2], low.shape[3]))
        scores = self.classifier(self.decoder(torch.cat([deep, low], dim=1)))
        return {"out": upsample_aligned(scores, _LOW_LEVEL_STRIDE, (x.shape[2], x.shape[3]))}

    def classifiers(self) -> list[nn.Conv2d]:
        """Return the classifier."""
        return [self.classifier]

    def backbone(self) -> nn.Module:
        """Return the encoder."""
        return self.encoder

    def early_layers(self) -> list[nn.Module]:
        """Return the encoder's layers up to stride 4."""
        return self.encoder.early_layers()

    def load_imagenet(self, published: Mapping[str, Tensor]) -> None:
        """Load them into the encoder; see `Segmenter`."""
        self.encoder.load_imagenet(published)


deeplab_v3plus = DeepLabV3Plus
