"""DeepLab v2: Chen, Papandreou, Kokkinos, Murphy, Yuille 2016, arXiv:1606.00915.

À-trous spatial pyramid pooling (ASPP, figures 4 and 7): parallel branches with different fields of view, whose logits
are added. On VGG16 each branch is a LargeFOV head; on ResNet-101 one convolution to the classes, as in the authors'
published network. Both can process the image at three scales and take the maximum of each class's logits at every pixel
("multi-scale", section 4.1.2).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from segcore.models import backbones
from segcore.models.alignment import upsample_aligned
from segcore.models.deeplab_v1 import FieldOfView, atrous_vgg16, early_layers, load_vgg16
from segcore.models.segmenter import Segmenter

RATES = (6, 12, 18, 24)
"""ASPP-L, at output stride 8."""
LARGE_FOV = (12,)
"""The single branch of LargeFOV in the same table (table 4)."""
QUARTERS = (4, 3, 2)
"""The scales 1, 0.75 and 0.5, in quarters."""


class DeepLabV2(Segmenter):
    """Base class of both networks: logits at one scale, and the fusion of several scales.

    Parameters
    ----------
    num_classes : int
        Channels of the output.
    stride : int
        Pixels from one score to the next.
    multi_scale : bool
        Process the image at three scales with the same weights and fuse them by the maximum. In training, each scale's
        logits are an auxiliary output of weight 1, as in the authors' network. Off by default, because it takes
        1 + 0.75^2 + 0.5^2 = 1.8 times the memory and time; it adds 2.55 mean IoU with ResNet-101 on VOC (table 4).
    """

    def __init__(self, num_classes: int, stride: int, multi_scale: bool) -> None:
        super().__init__()
        self.num_classes = num_classes
        self.stride = stride
        self.multi_scale = multi_scale
        if multi_scale:
            self.auxiliary_weights = {f"scale_{quarters / 4:g}": 1.0 for quarters in QUARTERS}

    @abstractmethod
    def scores(self, x: Tensor) -> Tensor:
        """Float32 [N, 3, h, w] -> scores at the stride, float32 [N, C, ceil(h / stride), ...]."""

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Logits by name; see `Segmenter`."""
        if not self.multi_scale:
            return {"out": self._logits(x)}
        scales = [self._logits_at(x, quarters) for quarters in QUARTERS]
        out = scales[0]
        for logits in scales[1:]:
            out = torch.maximum(out, logits)
        return {"out": out, **dict(zip(self.auxiliary_weights, scales, strict=True))} if self.training else {"out": out}

    def _logits_at(self, x: Tensor, quarters: int) -> Tensor:
        """Return the logits of the image resized with aligned corners, upsampled to the image's own size."""
        if quarters == 4:
            return self._logits(x)
        smaller = [((n - 1) * quarters + 2) // 4 + 1 for n in x.shape[2:]]
        logits = self._logits(functional.interpolate(x, smaller, mode="bilinear", align_corners=True))
        return functional.interpolate(logits, x.shape[2:], mode="bilinear", align_corners=True)

    def _logits(self, x: Tensor) -> Tensor:
        return upsample_aligned(self.scores(x), self.stride, (x.shape[2], x.shape[3]))


class DeepLabV2Vgg16(DeepLabV2):
    """ASPP-L on VGG16 (section 4.1.2, figure 7b): 37,877,652 parameters with 21 classes.

    fc6 reads pool5 directly, without v1's average pooling.
    """

    imagenet = "vgg16"

    def __init__(self, num_classes: int, multi_scale: bool = False) -> None:
        super().__init__(num_classes, 8, multi_scale)
        self.features = atrous_vgg16()
        self.aspp = nn.ModuleList(FieldOfView(num_classes, rate) for rate in RATES)

    def scores(self, x: Tensor) -> Tensor:
        """Return the sum of the four fc8; see `DeepLabV2`."""
        features = self.features(x)
        return torch.stack([branch(features) for branch in self.aspp]).sum(0)

    def classifiers(self) -> list[nn.Conv2d]:
        """Return the four fc8."""
        return [branch.fc8 for branch in self._branches()]

    def backbone(self) -> nn.Module:
        """Return VGG16's convolutions."""
        return self.features

    def early_layers(self) -> list[nn.Module]:
        """Return the convolutions up to stride 4."""
        return early_layers(self.features)

    def load_imagenet(self, published: Mapping[str, Tensor]) -> None:
        """Take torchvision's VGG16; with its classifier, every branch starts from its fc6 and fc7. See `Segmenter`."""
        load_vgg16(self.features, self._branches(), published)

    def _branches(self) -> list[FieldOfView]:
        return [branch for branch in self.aspp if isinstance(branch, FieldOfView)]


class DeepLabV2ResNet(DeepLabV2):
    """ASPP on a ResNet (section 4.1.2): 44,048,532 parameters with ResNet-101 and 21 classes.

    Parameters
    ----------
    num_classes : int
        Channels of the output.
    backbone : str
        A name of `backbones.backbone`. The authors' ResNet-101 is ``resnet101_v1``; ``resnet101`` is torchvision's,
        whose ImageNet weights are published in this layout.
    output_stride : int
        8, the paper's, or 16 with half the rates.
    multi_scale : bool
        See `DeepLabV2`.
    pyramid : str
        ``aspp``, or ``largefov``: one branch of rate 12 instead of four, as in the paper's comparison.
    """

    def __init__(
        self,
        num_classes: int,
        backbone: str = "resnet101",
        output_stride: int = 8,
        multi_scale: bool = False,
        pyramid: str = "aspp",
    ) -> None:
        if pyramid not in ("aspp", "largefov"):
            raise ValueError(f"the pyramid is aspp or largefov, not {pyramid}")
        if output_stride not in (8, 16):
            raise ValueError(f"the output stride is 8 or 16, not {output_stride}")
        super().__init__(num_classes, output_stride, multi_scale)
        self.encoder = backbones.backbone(backbone, output_stride)
        self.preprocess, self.imagenet = self.encoder.preprocess, self.encoder.imagenet
        channels = self.encoder.channels["layer4"]
        rates = [rate * 8 // output_stride for rate in (RATES if pyramid == "aspp" else LARGE_FOV)]
        self.aspp = nn.ModuleList(nn.Conv2d(channels, num_classes, 3, padding=rate, dilation=rate) for rate in rates)
        for conv in self.classifiers():
            nn.init.normal_(conv.weight, std=0.01)
            nn.init.zeros_(conv.bias)  # type: ignore[arg-type]

    def scores(self, x: Tensor) -> Tensor:
        """Return the sum of the branches; see `DeepLabV2`."""
        features = self.encoder(x)["layer4"]
        return torch.stack([conv(features) for conv in self.aspp]).sum(0)

    def classifiers(self) -> list[nn.Conv2d]:
        """Return the convolutions to the classes: four, or LargeFOV's one."""
        return [conv for conv in self.aspp if isinstance(conv, nn.Conv2d)]

    def backbone(self) -> nn.Module:
        """Return the ResNet."""
        return self.encoder

    def early_layers(self) -> list[nn.Module]:
        """Return the ResNet's layers up to stride 4."""
        return self.encoder.early_layers()

    def load_imagenet(self, published: Mapping[str, Tensor]) -> None:
        """Load them into the backbone; see `Segmenter`."""
        self.encoder.load_imagenet(published)


deeplab_v2 = DeepLabV2Vgg16
deeplab_v2_resnet101 = DeepLabV2ResNet
