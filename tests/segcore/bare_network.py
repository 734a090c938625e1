"""BareNetwork: base of the tests' own networks, which have only a ``forward`` and nothing pretrained."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn

from segcore.models.segmenter import Segmenter


class BareNetwork(Segmenter):
    """No classifiers that could be replaced; the whole network counts as its backbone."""

    def classifiers(self) -> list[nn.Conv2d]:
        return []

    def backbone(self) -> nn.Module:
        return self

    def load_imagenet(self, published: Mapping[str, Tensor]) -> None:
        """There is no pretrained part."""
