"""FeatureLane: what happens on the lane "features", which alone touches the networks of Live."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.jobs.torch_preload import open_torch_libraries
from segcore.errors import DeviceError, ImageError, MaskwrightError
from segcore.files.stamp import Stamp
from segcore.images.content_key import content_key
from segcore.progress import Progress, Task

if TYPE_CHECKING:
    from segcore.adaptation.feature_cache import FeatureCache
    from segcore.adaptation.feature_pyramid import FeaturePyramid
    from segcore.adaptation.features import Features
    from segcore.adaptation.project_network import ProjectNetwork
    from segcore.project.project import Project

logger = logging.getLogger(__name__)

LANE = "features"


class FeatureLane:
    """Features of the open image, and of those that come next, within the budget of `FeatureCache`."""

    def __init__(self) -> None:
        self._features: Features | None = None
        self._network: ProjectNetwork | None = None
        self._device, self._chosen = "", "cpu"
        self._budget: int | None = None
        self._cache: FeatureCache | None = None
        self._prepared: dict[Path, tuple[Stamp, str]] = {}  # files whose features may be in the cache, by its key

    def of(
        self, image: NDArray[np.uint8], device: str, project: Project | None = None, image_id: str = ""
    ) -> Task[FeaturePyramid]:
        """Return the features of an image, uint8 RGB [H, W, 3], with what a project's network in use says of it.

        ``device`` is a name for `segcore.hardware.device.choose_device`. Raises WeightsUnavailableError, ImportError
        without torch, and what torch raises when its memory is full.
        """
        key = content_key(image)
        pyramid = self._kept().get(key)
        if pyramid is None:
            pyramid = yield from (yield from self._loaded(device)).of(image)
            self._kept().put(key, pyramid)
        if project is None:
            return pyramid
        joined = yield from self._joined(project, image_id, image, pyramid)
        if joined is not pyramid:
            self._kept().put(key, joined)
        return joined

    def set_budget(self, budget: int) -> None:
        """Keep features within so many bytes from the next image on; from any thread."""
        self._budget = budget

    def prepare(self, project: Project, image_id: str, device: str) -> Task[None]:
        """Compute the features of an image that is not open, unless they are known or the image cannot be read."""
        from segcore.images.image import read_image

        path = project.image_path(image_id)
        stamp = Stamp.of(project.image_file(image_id))
        known = self._prepared.get(path)
        if known is not None and known[0] == stamp and self._kept().get(known[1]) is not None:
            return
        try:
            image = read_image(path)
        except ImageError:  # it is told when the person goes there
            return
        yield Progress(0, 0)
        yield from self.of(image, device, project, image_id)
        self._prepared = {at: each for at, each in self._prepared.items() if self._kept().get(each[1]) is not None}
        self._prepared[path] = stamp, content_key(image)

    def _joined(
        self, project: Project, image_id: str, image: NDArray[np.uint8], pyramid: FeaturePyramid
    ) -> Task[FeaturePyramid]:
        """Return the features with what the network in use says now; alone without one, or when it fails."""
        from segcore.adaptation.project_network import ProjectNetwork

        if self._network is None:
            self._network = ProjectNetwork()
        try:
            network = yield from self._network.of(project, self._chosen)
            if network is not None and pyramid.shares is not None and pyramid.shares.network == network.name:
                return pyramid
            if network is not None:
                return (yield from network.join(image, pyramid, image_id))
        except MaskwrightError as error:
            logger.info("Live does without the network in use for %s (%s)", image_id, error)
        return pyramid if pyramid.shares is None else replace(pyramid, shares=None)

    def _loaded(self, device: str) -> Task[Features]:
        if self._features is None or self._device != device:
            open_torch_libraries()
            from segcore.adaptation.features import imagenet_features
            from segcore.hardware.device import choose_device

            try:
                self._chosen = str(choose_device(device))
            except DeviceError:  # the panel of the models says so
                self._chosen = "cpu"
            self._features = yield from imagenet_features(self._chosen)
            self._device = device
        return self._features

    def _kept(self) -> FeatureCache:
        if self._cache is None:
            from segcore.adaptation.feature_cache import FeatureCache

            self._cache = FeatureCache()
        if self._budget is not None:
            self._cache.budget = self._budget
        return self._cache
