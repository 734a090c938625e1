"""Features: a frozen EfficientNet-Lite0 looks at an image. Imports torch."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from segcore.adaptation.feature_pyramid import FeaturePyramid
from segcore.adaptation.shrinking import shrinking, shrunk
from segcore.images.tiling import GRID, Tile, tiles_for
from segcore.models import efficientnet_lite
from segcore.models.efficientnet_lite import FEATURE_CHANNELS, EfficientNetLite
from segcore.models.imagenet import imagenet_state
from segcore.models.preprocess import Preprocess
from segcore.progress import Progress, Task

STRIDES = (4, 8, 16, 32)
MOST_PIXELS = 2_500_000
"""A larger image is looked at on a smaller copy, where the network sees things rather than their texture."""
TILE = 1024
"""Pixels: the longest side that the network sees at once."""
COLOURS = 3


class Features:
    """A frozen network and the device that it runs on.

    Parameters
    ----------
    encoder : EfficientNetLite
        Stays as it is.
    device : str
        Name of a torch device.
    """

    def __init__(self, encoder: EfficientNetLite, device: str = "cpu") -> None:
        self.device = torch.device(device)
        self._encoder = encoder.to(self.device).to(memory_format=torch.channels_last).eval()
        self._preprocess = Preprocess(mean=efficientnet_lite.MEAN, std=efficientnet_lite.STD)

    def of(self, image: NDArray[np.uint8], tile: int = TILE) -> Task[FeaturePyramid]:
        """Return the four maps of the network, and the image's colours on the finest.

        Parameters
        ----------
        image : NDArray[np.uint8]
            RGB [H, W, 3], 0-255.
        tile : int
            Larger images are seen in overlapping pieces with sides of so many pixels, blended without a seam.

        Returns
        -------
        FeaturePyramid
            Levels of 27, 40, 112 and 320 channels at `STRIDES`; of an image of more than `MOST_PIXELS` at strides that
            are 2, 4, ... times as large.
        """
        height, width = image.shape[:2]
        shrink = shrinking(height, width, MOST_PIXELS)
        image = shrunk(image, shrink)
        padded = np.pad(image, ((0, -image.shape[0] % GRID), (0, -image.shape[1] % GRID), (0, 0)), mode="edge")
        rows, columns = padded.shape[:2]
        levels = [
            np.zeros(
                (rows // stride, columns // stride, channels + (COLOURS if stride == STRIDES[0] else 0)), np.float16
            )
            for stride, channels in zip(STRIDES, FEATURE_CHANNELS, strict=True)
        ]
        tiles = tiles_for(rows, columns, tile)
        for number, piece in enumerate(tiles):
            yield Progress(number, len(tiles), "Looking at the image")
            maps = self._look(padded[piece.rows, piece.columns])
            for level, stride, values in zip(levels, STRIDES, maps, strict=True):
                blend(level, stride, piece, values)
        return FeaturePyramid(tuple(levels), tuple(stride * shrink for stride in STRIDES), height, width)

    @torch.inference_mode()
    def _look(self, image: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        x = self._preprocess(image).to(self.device).contiguous(memory_format=torch.channels_last)
        maps = self._encoder(x)
        maps[0] = torch.cat([maps[0], torch.nn.functional.avg_pool2d(x, STRIDES[0])], 1)
        return [_to_numpy(each) for each in maps]


def imagenet_features(device: str = "cpu") -> Task[Features]:
    """Return features with the ImageNet weights of the installed package. Raises WeightsUnavailableError."""
    encoder = EfficientNetLite()
    encoder.load_published((yield from imagenet_state("efficientnet_lite0")))
    return Features(encoder, device)


def _to_numpy(values: Tensor) -> NDArray[np.float32]:
    return np.ascontiguousarray(values[0].float().permute(1, 2, 0).cpu().numpy())


def blend(level: NDArray[np.float16], stride: int, tile: Tile, values: NDArray[np.float32]) -> None:
    """Add a tile's map with the weight that the tile has in the middle of each cell."""
    rows, columns = (slice(each.start // stride, each.stop // stride) for each in (tile.rows, tile.columns))
    down, across = (weight.reshape(-1, stride).mean(1) for weight in (tile.row_weight, tile.column_weight))
    level[rows, columns] += (values * (down[:, None] * across)[..., None]).astype(np.float16)
