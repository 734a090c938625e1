"""torchvision's own segmentation networks behind the `Segmenter` interface."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from torch import Tensor, nn
from torch.nn import functional
from torchvision.models import segmentation

from segcore.models.pooled_norm import PooledNorm
from segcore.models.preprocess import Preprocess
from segcore.models.published import take_over
from segcore.models.segmenter import Segmenter


@dataclass(frozen=True)
class TorchvisionEntry:
    """How torchvision builds a network, and its published weights (an enum member with ``url`` and ``meta``)."""

    builder: Callable[..., nn.Module]
    weights: Any


TORCHVISION: dict[str, TorchvisionEntry] = {
    "lraspp_mobilenetv3": TorchvisionEntry(
        segmentation.lraspp_mobilenet_v3_large, segmentation.LRASPP_MobileNet_V3_Large_Weights.DEFAULT
    ),
    "deeplabv3_mobilenetv3": TorchvisionEntry(
        segmentation.deeplabv3_mobilenet_v3_large, segmentation.DeepLabV3_MobileNet_V3_Large_Weights.DEFAULT
    ),
    "deeplabv3_resnet50": TorchvisionEntry(
        segmentation.deeplabv3_resnet50, segmentation.DeepLabV3_ResNet50_Weights.DEFAULT
    ),
    "deeplabv3_resnet101": TorchvisionEntry(
        segmentation.deeplabv3_resnet101, segmentation.DeepLabV3_ResNet101_Weights.DEFAULT
    ),
    "fcn_resnet50": TorchvisionEntry(segmentation.fcn_resnet50, segmentation.FCN_ResNet50_Weights.DEFAULT),
    "fcn_resnet101": TorchvisionEntry(segmentation.fcn_resnet101, segmentation.FCN_ResNet101_Weights.DEFAULT),
}

IMAGENET: dict[str, str] = {
    "lraspp_mobilenetv3": "mobilenet_v3_large",
    "deeplabv3_mobilenetv3": "mobilenet_v3_large",
    "deeplabv3_resnet50": "resnet50",
    "deeplabv3_resnet101": "resnet101",
    "fcn_resnet50": "resnet50",
    "fcn_resnet101": "resnet101",
}
"""The ImageNet classifier, by torchvision's name, that each one's backbone comes from."""

PREPROCESS = Preprocess(short_side=520)
"""Number of classes of the published weights."""


class TorchvisionSegmenter(Segmenter):
    """One of torchvision's segmentation networks; its state dict has torchvision's own keys.

    Parameters
    ----------
    architecture : str
        A key of `TORCHVISION`.
    num_classes : int
        Channels of the output.
    """

    published_prefix = "features."
    """What torchvision's ImageNet classifier puts before the keys of the backbone."""

    def __init__(self, architecture: str, num_classes: int) -> None:
        super().__init__()
        self.num_classes = num_classes
        self.imagenet = IMAGENET[architecture]
        if not architecture.startswith("lraspp"):
            self.auxiliary_weights = {"aux": 0.4}
        options = {} if architecture.startswith("lraspp") else {"aux_loss": True}
        network = TORCHVISION[architecture].builder(
            weights=None, weights_backbone=None, num_classes=num_classes, **options
        )
        # add_module rejects "backbone" because Segmenter has a method of that name. Set here, the keys of the state
        # dict are torchvision's, so that its files load and export unchanged.
        self._modules.update(network.named_children())
        for pooling in (module for module in self.modules() if isinstance(module, segmentation.deeplabv3.ASPPPooling)):
            pooling[2] = PooledNorm(pooling[2].num_features)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Logits by name; see `Segmenter`."""
        features = self.backbone()(x)
        classifier = self._modules["classifier"]
        auxiliary = self._modules.get("aux_classifier")
        assert classifier is not None
        main = classifier(features if _is_lraspp(classifier) else features["out"])
        result = {"out": _upsampled(main, x)}
        if self.training and auxiliary is not None:
            result["aux"] = _upsampled(auxiliary(features["aux"]), x)
        return result

    def classifiers(self) -> list[nn.Conv2d]:
        """Return the convolutions whose output channels are the classes; LR-ASPP adds two of them."""
        classifier = self._modules["classifier"]
        if _is_lraspp(classifier):
            found = [classifier.low_classifier, classifier.high_classifier]  # type: ignore[union-attr]
        else:
            found = [head[-1] for head in (classifier, self._modules.get("aux_classifier")) if head is not None]  # type: ignore[index]
        return [conv for conv in found if isinstance(conv, nn.Conv2d)]

    def backbone(self) -> nn.Module:
        """Return the encoder."""
        backbone = self._modules["backbone"]
        assert backbone is not None
        return backbone

    def load_imagenet(self, published: Mapping[str, Tensor]) -> None:
        """Load torchvision's classifier into the backbone; see `Segmenter`."""
        take_over(self.backbone(), published, str(self.imagenet), prefix=self.published_prefix)


class TorchvisionResNet(TorchvisionSegmenter):
    """A network of torchvision's on a dilated ResNet.

    Parameters
    ----------
    architecture : str
        A key of `TORCHVISION`.
    num_classes : int
        Channels of the output.
    output_stride : int
        8, as published, or 16: layer3 has a stride and every later rate is halved. Same weights, a third of the time.
    """

    published_prefix = ""

    def __init__(self, architecture: str, num_classes: int, output_stride: int = 8) -> None:
        if output_stride not in (8, 16):
            raise ValueError(f"the output stride is 8 or 16, not {output_stride}")
        super().__init__(architecture, num_classes)
        if output_stride == 16:
            self._stride_in_layer3()

    def early_layers(self) -> list[nn.Module]:
        """Return the layers up to stride 4."""
        return [module for name, module in self.backbone().named_children() if name in ("conv1", "bn1", "layer1")]

    def _stride_in_layer3(self) -> None:
        layers = dict(self.backbone().named_children())
        for module in (layers["layer3"], layers["layer4"], self._modules["classifier"]):
            assert module is not None
            for conv in module.modules():
                if isinstance(conv, nn.Conv2d) and conv.dilation != (1, 1):
                    conv.dilation = conv.padding = (conv.dilation[0] // 2, conv.dilation[1] // 2)
        first = next(layers["layer3"].children())
        for name, conv in first.named_modules():
            if isinstance(conv, nn.Conv2d) and name in ("conv2", "downsample.0"):
                conv.stride = (2, 2)


lraspp_mobilenetv3 = partial(TorchvisionSegmenter, "lraspp_mobilenetv3")
deeplabv3_mobilenetv3 = partial(TorchvisionSegmenter, "deeplabv3_mobilenetv3")
deeplabv3_resnet50 = partial(TorchvisionResNet, "deeplabv3_resnet50")
deeplabv3_resnet101 = partial(TorchvisionResNet, "deeplabv3_resnet101")
fcn_resnet50 = partial(TorchvisionResNet, "fcn_resnet50")
fcn_resnet101 = partial(TorchvisionResNet, "fcn_resnet101")


def _is_lraspp(classifier: nn.Module | None) -> bool:
    return isinstance(classifier, segmentation.lraspp.LRASPPHead)


def _upsampled(logits: Tensor, x: Tensor) -> Tensor:
    return functional.interpolate(logits, size=x.shape[-2:], mode="bilinear", align_corners=False)
