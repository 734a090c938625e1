"""FeatureLane: what happens on the lane "features", which alone touches the frozen network of Live."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.jobs.torch_preload import open_torch_libraries
from segcore.errors import DeviceError, ImageError
from segcore.progress import Progress, Task
from segcore.project.label_files import Stamp

if TYPE_CHECKING:
    from segcore.adaptation.feature_cache import FeatureCache
    from segcore.adaptation.feature_pyramid import FeaturePyramid
    from segcore.adaptation.features import Features
    from segcore.project.project import Project

LANE = "features"


class FeatureLane:
    """Features of the open image, and of those that come next, within the budget of `FeatureCache`."""

    def __init__(self) -> None:
        self._features: Features | None = None
        self._device = ""
        self._cache: FeatureCache | None = None
        self._prepared: dict[Path, tuple[Stamp, str]] = {}  # files whose features may be in the cache, by its key

    def of(self, image: NDArray[np.uint8], device: str) -> Task[FeaturePyramid]:
        """Return the features of an image, uint8 RGB [H, W, 3].

        ``device`` is a name for `segcore.hardware.device.choose_device`. Raises WeightsUnavailableError, ImportError
        without torch, and what torch raises when its memory is full.
        """
        key = _key(image)
        pyramid = self._kept().get(key)
        if pyramid is None:
            pyramid = yield from (yield from self._loaded(device)).of(image)
            self._kept().put(key, pyramid)
        return pyramid

    def prepare(self, project: Project, image_id: str, device: str) -> Task[None]:
        """Compute the features of an image that is not open, unless they are known or the image cannot be read."""
        from segcore.images.image import read_image

        path = project.image_path(image_id)
        stamp = Stamp.of(path)
        known = self._prepared.get(path)
        if known is not None and known[0] == stamp and self._kept().get(known[1]) is not None:
            return
        try:
            image = read_image(path)
        except ImageError:  # it is told when the person goes there
            return
        yield Progress(0, 0)
        yield from self.of(image, device)
        self._prepared = {at: each for at, each in self._prepared.items() if self._kept().get(each[1]) is not None}
        self._prepared[path] = stamp, _key(image)

    def _loaded(self, device: str) -> Task[Features]:
        if self._features is None or self._device != device:
            open_torch_libraries()
            from segcore.adaptation.features import imagenet_features
            from segcore.hardware.device import choose_device

            try:
                chosen = str(choose_device(device))
            except DeviceError:  # the panel of the models says so
                chosen = "cpu"
            self._features = yield from imagenet_features(chosen)
            self._device = device
        return self._features

    def _kept(self) -> FeatureCache:
        if self._cache is None:
            from segcore.adaptation.feature_cache import FeatureCache

            self._cache = FeatureCache()
        return self._cache


def _key(image: NDArray[np.uint8]) -> str:
    """Name an image by its size and the CRC-32 of its pixels."""
    height, width = image.shape[:2]
    return f"{height}x{width}-{zlib.crc32(np.ascontiguousarray(image).data):08x}"
