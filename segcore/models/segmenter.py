"""Segmenter: the interface of every network."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn

from segcore.models.preprocess import Preprocess


class Segmenter(nn.Module, ABC):
    """A network that labels every pixel.

    ``forward`` takes float32 [N, 3, h, w] of any size from 32x32 upwards and returns a dict with ``"out"`` and, in
    training mode, an entry for each of `auxiliary_weights`: logits, float32 [N, C, h, w], upsampled to the input.
    A parameter built with ``requires_grad`` False never learns (a fixed bilinear kernel, the body of FCN-32s-fixed).

    Attributes
    ----------
    num_classes : int
        C.
    preprocess : Preprocess
        Preprocessing of its pretrained part.
    imagenet : str or None
        ImageNet weights of its pretrained part (a name of `segcore.models.imagenet`), or None.
    auxiliary_weights : dict[str, float]
        Auxiliary outputs in training mode, and the weights of their losses; ``"out"`` has weight 1.
    config : str
        JSON that its builder needs beside the options of its architecture; "" for none. The checkpoint keeps it.
    trainable : bool
        False for a finished program, which only predicts.
    """

    num_classes: int
    preprocess: Preprocess = Preprocess()
    imagenet: str | None = None
    auxiliary_weights: Mapping[str, float] = {}
    config: str = ""
    trainable: bool = True

    @abstractmethod
    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Logits by name; see the class."""

    @abstractmethod
    def classifiers(self) -> list[nn.Conv2d]:
        """Return the last 1x1 convolutions, whose output channels are the classes; the main one first."""

    @abstractmethod
    def backbone(self) -> nn.Module:
        """Return the pretrained part, which trains with a smaller learning rate."""

    @abstractmethod
    def load_imagenet(self, published: Mapping[str, Tensor]) -> None:
        """Load ImageNet weights, given in the layout of `imagenet`'s publisher (torchvision's or timm's keys).

        Raises CheckpointError when a tensor is missing or has another shape; an unused classifier may be missing.
        """

    def early_layers(self) -> list[nn.Module]:
        """Return the first layers of the backbone, which a short training freezes."""
        return []

    def head_parameters(self) -> Iterator[nn.Parameter]:
        """Yield every parameter outside the backbone."""
        inside = {id(p) for p in self.backbone().parameters()}
        return (p for p in self.parameters() if id(p) not in inside)

    @torch.no_grad()
    def keep_channels(self, sources: list[int | None]) -> None:
        """Set ``len(sources)`` classes: channel k continues old channel ``sources[k]``, or starts at zero.

        The modules of `classifiers` stay; their weight and bias are replaced by new parameters.
        """
        for conv in self.classifiers():
            weight = conv.weight.new_zeros(len(sources), *conv.weight.shape[1:])
            bias = conv.weight.new_zeros(len(sources))
            for channel, source in enumerate(sources):
                if source is not None:
                    weight[channel] = conv.weight[source]
                    if conv.bias is not None:
                        bias[channel] = conv.bias[source]
            conv.weight = nn.Parameter(weight)
            conv.bias = nn.Parameter(bias)
            conv.out_channels = len(sources)
        self.num_classes = len(sources)
