"""DeepLab (v1), LargeFOV: Chen, Papandreou, Kokkinos, Murphy, Yuille 2014, arXiv:1412.7062.

VGG16 without the stride of its last two poolings, so that features are 8 pixels apart instead of 32; the later layers
keep their field of view by à-trous convolution. As in the authors' published network.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from segcore.errors import CheckpointError
from segcore.models.alignment import upsample_aligned
from segcore.models.published import take_over
from segcore.models.segmenter import Segmenter

STRIDE = 8
_CHANNELS = 4096
_KEPT = 4
"""Every fourth channel of VGG16's fc6 and fc7 is kept: 1024 of 4096."""
_TAP = 3
"""Every third tap of fc6's 7x7 filter is kept in each direction: 3x3."""
_CLASSIFIER = {
    "classifier.0.weight": (_CHANNELS, 512 * 7 * 7),
    "classifier.0.bias": (_CHANNELS,),
    "classifier.3.weight": (_CHANNELS, _CHANNELS),
    "classifier.3.bias": (_CHANNELS,),
}
"""fc6 and fc7 under torchvision's keys."""


class LargeFOV(Segmenter):
    """DeepLab-LargeFOV: 20,505,429 parameters with 21 classes, the 20.5 million of table 2.

    fc6 reads 3x3 features 12 apart (section 5, "large field of view"), after average pooling.
    """

    imagenet = "vgg16"

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        self.num_classes = num_classes
        self.features = atrous_vgg16()
        self.pool5a = nn.AvgPool2d(3, stride=1, padding=1)
        self.head = FieldOfView(num_classes, rate=12)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Logits by name; see `Segmenter`."""
        scores = self.head(self.pool5a(self.features(x)))
        return {"out": upsample_aligned(scores, STRIDE, (x.shape[2], x.shape[3]))}

    def classifiers(self) -> list[nn.Conv2d]:
        """Return fc8."""
        return [self.head.fc8]

    def backbone(self) -> nn.Module:
        """Return VGG16's convolutions."""
        return self.features

    def early_layers(self) -> list[nn.Module]:
        """Return the convolutions up to stride 4."""
        return early_layers(self.features)

    def load_imagenet(self, published: Mapping[str, Tensor]) -> None:
        """Take torchvision's VGG16; with its classifier, fc6 and fc7 are loaded, too. See `Segmenter`."""
        load_vgg16(self.features, [self.head], published)


class FieldOfView(nn.Module):
    """VGG16's fully connected layers as smaller à-trous convolutions: fc6, fc7, fc8.

    Parameters
    ----------
    num_classes : int
        Channels of the output.
    rate : int
        Rate of fc6: the distance of its 3x3 taps.
    """

    def __init__(self, num_classes: int, rate: int) -> None:
        super().__init__()
        self.fc6 = nn.Conv2d(512, _CHANNELS // _KEPT, 3, padding=rate, dilation=rate)
        self.fc7 = nn.Conv2d(_CHANNELS // _KEPT, _CHANNELS // _KEPT, 1)
        self.fc8 = nn.Conv2d(_CHANNELS // _KEPT, num_classes, 1)
        self.dropout = nn.Dropout(0.5)
        initialise(self.fc6, self.fc7)
        nn.init.normal_(self.fc8.weight, std=0.01)
        nn.init.zeros_(self.fc8.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        """Float [N, 512, h, w] -> scores, float [N, C, h, w]."""
        x = self.dropout(functional.relu(self.fc6(x)))
        x = self.dropout(functional.relu(self.fc7(x)))
        scores: Tensor = self.fc8(x)
        return scores


def deeplab_largefov(num_classes: int) -> LargeFOV:
    """Build DeepLab-LargeFOV."""
    return LargeFOV(num_classes)


def atrous_vgg16() -> nn.Sequential:
    """VGG16's convolutions and poolings at stride 8, under torchvision's keys (section 3.1).

    Poolings are 3x3 with padding 1, centred on every second pixel, rounded up as in Caffe, so that the last feature
    lies on or beyond the last pixel. The fourth and fifth have stride 1; conv5 reads every second feature instead.
    """
    layers: list[nn.Module] = []
    inside = 3
    for block, (channels, convs) in enumerate(((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)), start=1):
        rate = 2 if block == 5 else 1
        for _ in range(convs):
            layers += [nn.Conv2d(inside, channels, 3, padding=rate, dilation=rate), nn.ReLU(inplace=True)]
            inside = channels
        layers.append(nn.MaxPool2d(3, stride=2 if block <= 3 else 1, padding=1, ceil_mode=True))
    features = nn.Sequential(*layers)
    initialise(*features)
    return features


def early_layers(features: nn.Sequential) -> list[nn.Module]:
    """Return the layers before VGG16's third block."""
    poolings = [index for index, layer in enumerate(features) if isinstance(layer, nn.MaxPool2d)]
    return list(features[: poolings[1] + 1])


def initialise(*layers: nn.Module) -> None:
    """Initialise each convolution so that the scale of activations is kept (He et al. 2015)."""
    for layer in layers:
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]


@torch.no_grad()
def load_vgg16(features: nn.Module, heads: list[FieldOfView], published: Mapping[str, Tensor]) -> None:
    """Load torchvision's VGG16 weights: ``features.*`` and, if given, ``classifier.*``.

    fc6 and fc7 are thinned as the authors did ("simple decimation" to 3x3, section 3.2; 1024 of 4096 channels, in v2,
    section 4.1.1): the first, fourth and seventh of fc6's 7x7 taps in each direction, and every fourth channel of both
    layers (the authors chose channels at random; their order has no meaning). Neighbouring taps were 32 pixels apart,
    4 features at stride 8; the remaining ones are 12 features apart: LargeFOV's rate.

    Raises CheckpointError, and changes nothing, when a tensor is missing or has another shape.
    """
    decimated = _decimated(published) if "classifier.0.weight" in published else {}
    take_over(features, published, "vgg16", prefix="features.")
    if decimated:
        for head in heads:
            head.load_state_dict(decimated, strict=False)


def _decimated(published: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return fc6 and fc7 of `FieldOfView` from VGG16's classifier."""
    for key, shape in _CLASSIFIER.items():
        given = published.get(key)
        if given is None or tuple(given.shape) != shape:
            raise CheckpointError(
                f"The ImageNet weights do not fit vgg16: '{key}' should have shape {list(shape)}.",
                "Choose weights that were published for vgg16, or remove its whole classifier.",
            )
    return {
        "fc6.weight": published["classifier.0.weight"].view(-1, 512, 7, 7)[::_KEPT, :, ::_TAP, ::_TAP],
        "fc6.bias": published["classifier.0.bias"][::_KEPT],
        "fc7.weight": published["classifier.3.weight"][::_KEPT, ::_KEPT, None, None],
        "fc7.bias": published["classifier.3.bias"][::_KEPT],
    }
