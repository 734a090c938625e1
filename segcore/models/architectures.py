"""Networks by the name of their architecture."""

from __future__ import annotations

from segcore.errors import CheckpointError
from segcore.models.catalogue_entries import CATALOGUE
from segcore.models.segmenter import Segmenter


def build(architecture: str, num_classes: int) -> Segmenter:
    """Build a network of the catalogue with random weights; nothing is downloaded.

    Raises CheckpointError when this version does not know the architecture.
    """
    if architecture == "starter":
        from segcore.models.starter import Starter

        return Starter(num_classes)
    if architecture in CATALOGUE:
        from segcore.models.torchvision_models import TorchvisionSegmenter

        return TorchvisionSegmenter(architecture, num_classes)
    raise CheckpointError(
        f"There is no architecture '{architecture}'.", f"Choose one of: {', '.join(CATALOGUE)}; or update Maskwright."
    )
