"""torchvision's own segmentation networks behind the `Segmenter` interface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from torch import Tensor, nn
from torch.nn import functional
from torchvision.models import segmentation

from segcore.models.preprocess import Preprocess
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

PREPROCESS = Preprocess(short_side=520)
"""What the published weights were trained for."""


class TorchvisionSegmenter(Segmenter):
    """One of torchvision's segmentation networks; its state dict has torchvision's own keys.

    Parameters
    ----------
    architecture : str
        A key of `TORCHVISION`.
    num_classes : int
        Channels of the output.
    """

    def __init__(self, architecture: str, num_classes: int) -> None:
        super().__init__()
        self.num_classes = num_classes
        if not architecture.startswith("lraspp"):
            self.auxiliary_weights = {"aux": 0.4}
        options = {} if architecture.startswith("lraspp") else {"aux_loss": True}
        network = TORCHVISION[architecture].builder(
            weights=None, weights_backbone=None, num_classes=num_classes, **options
        )
        # Written past add_module, which refuses "backbone" because Segmenter has a method of that name; this way
        # the state dict's keys are torchvision's and its files load and export unchanged.
        self._modules.update(network.named_children())

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
        """Return the convolutions whose output channels are the classes; LR-ASPP adds two of them up."""
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


lraspp_mobilenetv3 = partial(TorchvisionSegmenter, "lraspp_mobilenetv3")
deeplabv3_mobilenetv3 = partial(TorchvisionSegmenter, "deeplabv3_mobilenetv3")
deeplabv3_resnet50 = partial(TorchvisionSegmenter, "deeplabv3_resnet50")
deeplabv3_resnet101 = partial(TorchvisionSegmenter, "deeplabv3_resnet101")
fcn_resnet50 = partial(TorchvisionSegmenter, "fcn_resnet50")
fcn_resnet101 = partial(TorchvisionSegmenter, "fcn_resnet101")


def _is_lraspp(classifier: nn.Module | None) -> bool:
    return isinstance(classifier, segmentation.lraspp.LRASPPHead)


def _upsampled(logits: Tensor, x: Tensor) -> Tensor:
    return functional.interpolate(logits, size=x.shape[-2:], mode="bilinear", align_corners=False)
