"""PromptLane: what click to segment does on the lane "device": loading its network, looking at images, answering."""

from __future__ import annotations

import logging
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from segcore.editing.brush import Covered, covered_by
from segcore.errors import ImageError
from segcore.images.content_key import content_key
from segcore.progress import Progress, Task

if TYPE_CHECKING:
    from segcore.prompting.network_files import NetworkFiles
    from segcore.prompting.prompt import Prompt
    from segcore.prompting.prompt_network import Encoded, PromptNetwork

logger = logging.getLogger(__name__)

LANE = "device"
KEPT = 4
"""Images that the network has looked at; each takes 4 to 16 MB."""


class PromptLane:
    """One network, and the last images that it looked at."""

    def __init__(self) -> None:
        self._files: NetworkFiles | None = None
        self._network: PromptNetwork | None = None
        self._encoded: OrderedDict[str, Encoded] = OrderedDict()

    def network(self, files: NetworkFiles) -> Task[PromptNetwork]:
        """Return the network of these files. Raises what `open_network` raises."""
        if self._network is None or self._files != files:
            from segcore.prompting.prompt_network import open_network

            self._encoded.clear()
            self._network = yield from open_network(*files)
            self._files = files
        return self._network

    def answer(self, files: NetworkFiles, image: NDArray[np.uint8], prompt: Prompt) -> Task[Covered]:
        """Return the pixels of what is pointed at in an image, uint8 RGB [H, W, 3]."""
        network = yield from self.network(files)
        encoded = yield from self._looked_at(network, image)
        yield Progress(0, 0)  # a prompt that was changed meanwhile is not answered
        return covered_by(network.mask(encoded, prompt).mask)

    def prepare(self, files: NetworkFiles, path: Path) -> Task[None]:
        """Look at an image that is not open yet; one that cannot be read is told when the person goes there."""
        from segcore.images.image import read_image

        try:
            image = read_image(path)
        except ImageError as error:
            logger.info("Not prepared: %s (%s)", path, error)
            return
        network = yield from self.network(files)
        yield from self._looked_at(network, image)

    def _looked_at(self, network: PromptNetwork, image: NDArray[np.uint8]) -> Task[Encoded]:
        key = content_key(image)
        found = self._encoded.pop(key, None)
        if found is None:
            found = yield from network.encode(image)
        self._encoded[key] = found
        while len(self._encoded) > KEPT:
            self._encoded.popitem(last=False)
        return found


def sharpen(image: NDArray[np.uint8], found: Covered) -> Task[Covered]:
    """See `segcore.prompting.sharpening.sharpened`; for the lane "crf"."""
    from segcore.prompting.sharpening import sharpened

    return (yield from sharpened(image, found))
