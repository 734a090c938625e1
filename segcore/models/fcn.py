"""Fully convolutional networks: FCN-32s, 16s and 8s on VGG16, and stride 32 on AlexNet and GoogLeNet.

Long, Shelhamer, Darrell: Fully Convolutional Networks for Semantic Segmentation (CVPR 2015; PAMI 2016). Names of
layers are those of the authors' networks; `features` has torchvision's.

Two conventions for borders. ``pad100`` is the paper's: the image in a margin of 100 zeros, everything after without
padding, the output cropped. ``same`` pads the convolutions instead, which computes less. `Grid` derives every crop.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.models import googlenet
from torchvision.models.vgg import cfgs, make_layers

from segcore.errors import CheckpointError
from segcore.models.bilinear import FixedUpsampling, LearnedUpsampling
from segcore.models.convolutionalise import convolution_weight
from segcore.models.grid import Grid
from segcore.models.preprocess import Preprocess
from segcore.models.segmenter import Segmenter

FC_CHANNELS = 4096
_MOST_CHANNELS = 65_536
SCALE_POOL4, SCALE_POOL3 = 0.01, 0.0001
"""Scales of the skips when all streams are trained at once (PAMI 2016), not in stages."""

UPSAMPLING_TO_A_PIXEL = 63
"""The kernel of 32x upsampling when cells are centred on a pixel, as in AlexNet and GoogLeNet."""


class FCN(Segmenter):
    """Base class of every FCN: a body, score layers, fixed upsampling to the image size, and a crop.

    Subclasses set the attributes; see the module for the two ``border`` conventions.
    """

    features: nn.Sequential
    score_fr: nn.Conv2d
    upscore: FixedUpsampling
    crop: int

    def upsampled(self, score: Tensor, x: Tensor) -> Tensor:
        """Upsample the last score map bilinearly and crop it to the image."""
        height, width = x.shape[-2:]
        larger: Tensor = self.upscore(score)
        return larger[..., self.crop : self.crop + height, self.crop : self.crop + width]

    def classifiers(self) -> list[nn.Conv2d]:
        """Return the score layers: the deepest, then the skips from deep to shallow."""
        return [cast(nn.Conv2d, layer) for name, layer in self.named_children() if name.startswith("score_")]

    def backbone(self) -> nn.Module:
        """Return the convolutional body, without the formerly fully connected layers."""
        return self.features

    def keep_channels(self, sources: list[int | None]) -> None:
        """See `Segmenter`; learned upsampling gets the same channels."""
        super().keep_channels(sources)
        for layer in self.children():
            if isinstance(layer, LearnedUpsampling):
                layer.keep_channels(sources)

    def load_imagenet(self, published: Mapping[str, Tensor]) -> None:
        """Load torchvision's classifier: its body, and its fully connected layers as convolutions.

        Fully connected layers that are not in ``published``, or that have another number of channels here, do not
        change. Raises CheckpointError when a tensor of the body is missing or has another shape.
        """
        _take_over_body(self.features, published, "features.")


class VGG16FCN(FCN):
    """FCN-32s, 16s or 8s: VGG16, its fully connected layers as convolutions, and skips (Figure 3).

    Parameters
    ----------
    num_classes : int
        Channels of the output.
    stride : int
        32, 16 or 8: of the finest score map.
    border : str
        ``same`` or ``pad100``.
    fc_channels : int
        Of fc6 and fc7; the paper's 4096 take 119 million weights.
    dropout : float
        After fc6 and fc7, 0 to below 1.
    at_once : bool
        Scale pool4 and pool3 before they are scored, for training all streams at once.

    Raises
    ------
    ValueError
        A value outside of these.
    """

    imagenet = "vgg16"

    def __init__(
        self, num_classes: int, stride: int, border: str, fc_channels: int, dropout: float | str, at_once: bool = False
    ) -> None:
        super().__init__()
        padded = _is_pad100(border)
        self.num_classes = num_classes
        self.stride = stride
        self.scale_pool4, self.scale_pool3 = (SCALE_POOL4, SCALE_POOL3) if at_once else (1.0, 1.0)
        conv1_padding, fc6_padding, deconv_padding = (100, 0, 0) if padded else (1, 3, None)

        self.features = make_layers(cfgs["D"])
        _start_for_relu(self.features)
        _count_partial_windows(self.features)
        cast(nn.Conv2d, self.features[0]).padding = (conv1_padding, conv1_padding)
        self.fc6 = _RectifiedConv2d(512, _at_least_one(fc_channels), 7, padding=fc6_padding)
        self.fc7 = _RectifiedConv2d(fc_channels, fc_channels, 1)
        self.dropout = nn.Dropout(_dropout(dropout))
        self.score_fr = _undecided(fc_channels, num_classes)

        conv1_1 = Grid().convolved(3, 1, conv1_padding)
        pool3 = conv1_1.convolved(2, 2).convolved(2, 2).convolved(2, 2)
        pool4 = pool3.convolved(2, 2)
        score = pool4.convolved(2, 2).convolved(7, 1, fc6_padding)
        if stride <= 16:
            self.score_pool4 = _undecided(512, num_classes)
            self.upscore2 = LearnedUpsampling(num_classes, 2, deconv_padding)
            score = self.upscore2.grid(score)
            self.crop_pool4 = pool4.offset(score)
        if stride <= 8:
            self.score_pool3 = _undecided(256, num_classes)
            self.upscore_pool4 = LearnedUpsampling(num_classes, 2, deconv_padding)
            score = self.upscore_pool4.grid(score)
            self.crop_pool3 = pool3.offset(score)
        self.upscore = FixedUpsampling(stride, padding=deconv_padding)
        self.crop = self.upscore.grid(score).offset(Grid())

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Logits; see `Segmenter`. Figure 3 from left to right, then back up."""
        pool3 = self.features[:17](x)
        pool4 = self.features[17:24](pool3)
        pool5 = self.features[24:](pool4)
        fc6 = self.dropout(functional.relu(self.fc6(pool5), inplace=True))
        fc7 = self.dropout(functional.relu(self.fc7(fc6), inplace=True))
        score = self.score_fr(fc7)
        if self.stride <= 16:
            score = _fused(self.upscore2(score), self.score_pool4(self.scale_pool4 * pool4), self.crop_pool4)
        if self.stride <= 8:
            score = _fused(self.upscore_pool4(score), self.score_pool3(self.scale_pool3 * pool3), self.crop_pool3)
        return {"out": self.upsampled(score, x)}

    def early_layers(self) -> list[nn.Module]:
        """Return VGG16 up to pool2, at stride 4."""
        return list(self.features[:10])

    def load_imagenet(self, published: Mapping[str, Tensor]) -> None:
        """See `FCN.load_imagenet`."""
        super().load_imagenet(published)
        _take_over_fc(self.fc6, published, "classifier.0.")
        _take_over_fc(self.fc7, published, "classifier.3.")


class AlexNetFCN(FCN):
    """FCN-AlexNet, stride 32 (section 4.1), on torchvision's AlexNet: one tower, no response normalisation.

    Parameters as of `VGG16FCN`. With ``same``, conv1's padding grows from 2 to 18, half a cell, so that the centres
    of the outermost cells lie on the borders of the image.
    """

    imagenet = "alexnet"

    def __init__(self, num_classes: int, border: str, fc_channels: int, dropout: float | str) -> None:
        super().__init__()
        conv1_padding, fc6_padding = (100, 0) if _is_pad100(border) else (18, 3)
        self.num_classes = num_classes
        self.features = nn.Sequential(
            *(nn.Conv2d(3, 64, 11, 4, conv1_padding), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2)),
            *(nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2)),
            *(nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(inplace=True)),
            *(nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(inplace=True)),
            *(nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2)),
        )
        _start_for_relu(self.features)
        _count_partial_windows(self.features)
        self.fc6 = _RectifiedConv2d(256, _at_least_one(fc_channels), 6, padding=fc6_padding)
        self.fc7 = _RectifiedConv2d(fc_channels, fc_channels, 1)
        self.dropout = nn.Dropout(_dropout(dropout))
        self.score_fr = _undecided(fc_channels, num_classes)

        conv1 = Grid().convolved(11, 4, conv1_padding)
        score = conv1.convolved(3, 2).convolved(3, 2).convolved(3, 2).convolved(6, 1, fc6_padding)
        self.upscore = FixedUpsampling(32, UPSAMPLING_TO_A_PIXEL, padding=0)
        self.crop = self.upscore.grid(score).offset(Grid())

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Logits; see `Segmenter`."""
        fc6 = self.dropout(functional.relu(self.fc6(self.features(x)), inplace=True))
        fc7 = self.dropout(functional.relu(self.fc7(fc6), inplace=True))
        return {"out": self.upsampled(self.score_fr(fc7), x)}

    def early_layers(self) -> list[nn.Module]:
        """Return conv1."""
        return [self.features[0]]

    def load_imagenet(self, published: Mapping[str, Tensor]) -> None:
        """See `FCN.load_imagenet`."""
        super().load_imagenet(published)
        _take_over_fc(self.fc6, published, "classifier.1.")
        _take_over_fc(self.fc7, published, "classifier.4.")


class GoogLeNetFCN(FCN):
    """FCN-GoogLeNet, stride 32 (section 4.1), on torchvision's GoogLeNet without its final average pooling.

    Parameters as of `VGG16FCN`. torchvision's ``transform_input`` is said by `preprocess`: -1 to 1. With ``same``,
    conv1's padding grows from 3 to 25, so that the centres of the outermost cells lie on the borders of the image.
    """

    preprocess = Preprocess(mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
    imagenet = "googlenet"

    def __init__(self, num_classes: int, border: str, dropout: float | str) -> None:
        super().__init__()
        conv1_padding = 100 if _is_pad100(border) else 25
        self.num_classes = num_classes
        body = googlenet(weights=None, aux_logits=False, init_weights=False)
        body.conv1.conv.padding = (conv1_padding, conv1_padding)
        classifier = ("avgpool", "dropout", "fc")
        kept = ((name, layer) for name, layer in body.named_children() if name not in classifier)
        self.features = nn.Sequential(OrderedDict(kept))
        self.dropout = nn.Dropout(_dropout(dropout))
        self.score_fr = _undecided(1024, num_classes)

        conv1 = Grid().convolved(7, 2, conv1_padding)
        score = conv1.convolved(3, 2).convolved(3, 2).convolved(3, 2).convolved(2, 2)
        self.upscore = FixedUpsampling(32, UPSAMPLING_TO_A_PIXEL, padding=0)
        self.crop = self.upscore.grid(score).offset(Grid())

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Logits; see `Segmenter`."""
        return {"out": self.upsampled(self.score_fr(self.dropout(self.features(x))), x)}

    def early_layers(self) -> list[nn.Module]:
        """Return the convolutions before the first inception module."""
        return [self.features[0], self.features[2], self.features[3]]

    def load_imagenet(self, published: Mapping[str, Tensor]) -> None:
        """See `FCN.load_imagenet`."""
        _take_over_body(self.features, published, "")


def fcn32s(
    num_classes: int, border: str = "same", fc_channels: int = FC_CHANNELS, dropout: float | str = 0.5
) -> VGG16FCN:
    """Build FCN-32s: one score map at stride 32. Raises ValueError; see `VGG16FCN`."""
    return VGG16FCN(num_classes, 32, border, fc_channels, dropout)


def fcn16s(
    num_classes: int,
    border: str = "same",
    fc_channels: int = FC_CHANNELS,
    dropout: float | str = 0.5,
    at_once: bool = False,
) -> VGG16FCN:
    """Build FCN-16s: FCN-32s with a skip from pool4. Raises ValueError; see `VGG16FCN`."""
    return VGG16FCN(num_classes, 16, border, fc_channels, dropout, at_once)


def fcn8s(
    num_classes: int,
    border: str = "same",
    fc_channels: int = FC_CHANNELS,
    dropout: float | str = 0.5,
    at_once: bool = False,
) -> VGG16FCN:
    """Build FCN-8s: FCN-16s with a skip from pool3. Raises ValueError; see `VGG16FCN`."""
    return VGG16FCN(num_classes, 8, border, fc_channels, dropout, at_once)


def fcn32s_fixed(
    num_classes: int, border: str = "same", fc_channels: int = FC_CHANNELS, dropout: float | str = 0.5
) -> VGG16FCN:
    """Build FCN-32s of which only the score layer learns (Table 2). Raises ValueError."""
    network = VGG16FCN(num_classes, 32, border, fc_channels, dropout)
    for part in (network.features, network.fc6, network.fc7):
        part.requires_grad_(False)
    return network


def fcn_alexnet(
    num_classes: int, border: str = "same", fc_channels: int = FC_CHANNELS, dropout: float | str = 0.5
) -> AlexNetFCN:
    """Build FCN-AlexNet. Raises ValueError; see `AlexNetFCN`."""
    return AlexNetFCN(num_classes, border, fc_channels, dropout)


def fcn_googlenet(num_classes: int, border: str = "same", dropout: float | str = 0.2) -> GoogLeNetFCN:
    """Build FCN-GoogLeNet. Raises ValueError; see `GoogLeNetFCN`."""
    return GoogLeNetFCN(num_classes, border, dropout)


class _RectifiedConv2d(nn.Conv2d):
    """A convolution before a ReLU, initialised with He's variance."""

    def reset_parameters(self) -> None:
        nn.init.kaiming_normal_(self.weight, nonlinearity="relu")
        if self.bias is not None:
            nn.init.zeros_(self.bias)


def _start_for_relu(body: nn.Sequential) -> None:
    for layer in body:
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)


def _count_partial_windows(body: nn.Sequential) -> None:
    """Make poolings round up, as in Caffe, so that no row of the image is lost."""
    for layer in body:
        if isinstance(layer, nn.MaxPool2d):
            layer.ceil_mode = True


def _undecided(channels: int, num_classes: int) -> nn.Conv2d:
    """Return a score layer initialised to zero: all classes are equal."""
    score = nn.Conv2d(channels, num_classes, 1)
    nn.init.zeros_(score.weight)
    nn.init.zeros_(cast(Tensor, score.bias))
    return score


def _fused(score: Tensor, skip: Tensor, crop: int) -> Tensor:
    """Sum of upsampled scores and a skip's scores, cropped to the smaller of the two."""
    if crop:
        return score + skip[..., crop : crop + score.shape[-2], crop : crop + score.shape[-1]]
    return score[..., : skip.shape[-2], : skip.shape[-1]] + skip


def _take_over_body(body: nn.Sequential, published: Mapping[str, Tensor], prefix: str) -> None:
    state = {}
    for key, ours in body.state_dict().items():
        theirs = published.get(prefix + key)
        if theirs is None and key.endswith("num_batches_tracked"):
            continue  # only files since torch 0.4.1 have it
        if theirs is None or theirs.shape != ours.shape:
            what = "is missing" if theirs is None else f"has shape {list(theirs.shape)}, expected {list(ours.shape)}"
            raise CheckpointError(
                f"These are not the ImageNet weights of this network: '{prefix}{key}' {what}.",
                "Choose the file that torchvision publishes for it.",
            )
        state[key] = theirs
    body.load_state_dict(state, strict=False)


@torch.no_grad()
def _take_over_fc(conv: nn.Conv2d, published: Mapping[str, Tensor], prefix: str) -> None:
    weight, bias = published.get(prefix + "weight"), published.get(prefix + "bias")
    if weight is None or bias is None or conv.bias is None or weight.numel() != conv.weight.numel():
        return
    height, width = conv.kernel_size
    conv.weight.copy_(convolution_weight(weight, (height, width)))
    conv.bias.copy_(bias)


def _is_pad100(border: str) -> bool:
    if border not in ("same", "pad100"):
        raise ValueError(f"the border is '{border}', not 'same' or 'pad100'")
    return border == "pad100"


def _at_least_one(channels: int) -> int:
    if not 1 <= channels <= _MOST_CHANNELS:
        raise ValueError(f"fc6 and fc7 have 1 to {_MOST_CHANNELS} channels, not {channels}")
    return channels


def _dropout(value: float | str) -> float:
    rate = float(value)
    if not 0 <= rate < 1:
        raise ValueError(f"the dropout is {rate}, not at least 0 and below 1")
    return rate
