"""Predictor: from an image to the probability of each class at each pixel."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from segcore.errors import CheckpointError, DeviceError
from segcore.hardware.device import choose_device, is_out_of_memory
from segcore.hardware.memory import collect_garbage
from segcore.images.tiling import Tile, tiles_for
from segcore.labels.class_mapping import winner
from segcore.labels.classes import ClassSet
from segcore.models.model import Model
from segcore.prediction.forward import Forward
from segcore.prediction.options import PLAIN, PredictOptions
from segcore.prediction.temperature import calibrated
from segcore.prediction.tile_size import largest_tile
from segcore.progress import Progress, Task

MIN_SIDE = 32
"""Smaller inputs are padded: the networks halve their input five times."""

MIN_TILE = 128
"""A device that has no room for a tile of this side has no room at all."""

WHOLE_PIXELS = {"cpu": 2_500_000, "mps": 2_500_000, "cuda": 6_000_000}
"""Inputs up to this many pixels go through the network in one piece, if there is room."""

CACHED_PIXELS = 1_200_000
"""Inputs up to this many are not worth asking for their need of memory; halving is there if it does not suffice."""

TILE_SIDE = {"cpu": 1536, "mps": 1024, "cuda": 4096}
"""The largest tiles. Beyond, a tile costs memory and saves next to nothing at its borders."""


def to_labels(probabilities: NDArray[np.float32], classes: ClassSet) -> NDArray[np.uint8]:
    """Float32 [C, H, W] -> uint8 [H, W]: the class value with the highest probability, the first among equals."""
    return classes.indices[winner(probabilities)]


class Predictor:
    """A model on a device. Belongs to one thread at a time.

    Parameters
    ----------
    model : Model
        Its network is moved to the device and put into evaluation mode.
    device : {"auto", "cpu", "cuda", "mps"}
        See `choose_device`.
    options : PredictOptions
        Precision, scales, flip, tiles.

    Attributes
    ----------
    network : Forward
        From the pixels of one tile to probabilities.
    notes : list[str]
        What a person should know of how predictions came about: the device ran out of memory, and what was done.
    """

    def __init__(self, model: Model, device: str = "auto", options: PredictOptions = PLAIN) -> None:
        self.model = model
        self.options = options
        self.notes: list[str] = []
        self._device = choose_device(device)
        self._tile = options.tile
        self._largest: int | None = None
        model.segmenter.eval()
        try:
            self._place()
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error) or self._device.type == "cpu":
                raise
            self.notes.append(f"{self._device.type}: no room for the model; it runs on the CPU.")
            self._move_to_cpu()

    @property
    def device_name(self) -> str:
        """``cpu``, ``cuda`` or ``mps``: where the network is now."""
        return self._device.type

    @property
    def precision(self) -> str:
        """``float32`` or ``bf16``: in what the network computes; decided at the first prediction."""
        return self.network.precision

    def probabilities(self, image: NDArray[np.uint8]) -> Task[NDArray[np.float32]]:
        """Predict one image.

        Parameters
        ----------
        image : NDArray[np.uint8]
            RGB, [H, W, 3], from 1x1 upwards. Large ones go through the network in overlapping tiles, whose
            probabilities are blended.

        Returns
        -------
        Task[NDArray[np.float32]]
            [C, H, W], 0-1, summing to 1 at each pixel, calibrated by the model's temperature; one step a tile. When the
            device runs out of memory, the tiles get smaller, and at last the CPU takes over; the step's message and
            `notes` say so.

        Raises
        ------
        DeviceError
            When the memory does not suffice even so.
        CheckpointError
            The network's answer is not finite.
        """
        found = yield from self.uncalibrated(image)
        return np.asarray(calibrated(torch.from_numpy(found), self.model.temperature).numpy(), np.float32)

    def uncalibrated(self, image: NDArray[np.uint8]) -> Task[NDArray[np.float32]]:
        """Predict like `probabilities`, at temperature 1."""
        pixels = self.model.preprocess.resize(image)
        height, width = pixels.shape[:2]
        low, right = max(0, MIN_SIDE - height), max(0, MIN_SIDE - width)
        if low or right:
            pixels = np.asarray(cv2.copyMakeBorder(pixels, 0, low, 0, right, cv2.BORDER_REFLECT_101), np.uint8)
        while True:
            try:
                found = yield from self._tiled(pixels)
                return _resized(found[:, :height, :width], image.shape[0], image.shape[1])
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                note = self._retreat(pixels.shape[0], pixels.shape[1])
            collect_garbage()
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
            self.notes.append(note)
            yield Progress(0, 0, note)

    def tiles(self, height: int, width: int) -> list[Tile]:
        """Cut an input of this size into tiles whose forward passes fit into memory; one, when it fits as a whole."""
        return tiles_for(height, width, self._side(height, width), self.options.overlap)

    def _side(self, height: int, width: int) -> int:
        """Return the side of the tiles for an input of this size."""
        if self._tile is not None:
            return self._tile
        kind, scale = self._device.type, max(self.options.scales)
        pixels = height * width * scale**2
        if pixels <= min(CACHED_PIXELS, WHOLE_PIXELS[kind]):
            return max(height, width)
        if self._largest is None:
            self._largest = largest_tile(self.model.segmenter, self._device, scale, TILE_SIDE[kind])
        fits = pixels <= WHOLE_PIXELS[kind] and height * width <= self._largest**2
        return max(height, width) if fits else self._largest

    def _tiled(self, pixels: NDArray[np.uint8]) -> Task[Tensor]:
        height, width = pixels.shape[:2]
        tiles = self.tiles(height, width)
        if len(tiles) == 1:
            yield Progress(0, 1, "Predicting")
            return self._forward(pixels).cpu()
        total = torch.zeros(self.model.segmenter.num_classes, height, width)
        for number, tile in enumerate(tiles):
            yield Progress(number, len(tiles), "Predicting")
            self._blend(total, tile, pixels)
        return total

    def _blend(self, total: Tensor, tile: Tile, pixels: NDArray[np.uint8]) -> None:
        share = self._forward(pixels[tile.rows, tile.columns]).cpu()
        total[:, tile.rows, tile.columns] += share * torch.from_numpy(tile.weight)

    def _forward(self, pixels: NDArray[np.uint8]) -> Tensor:
        """Uint8 [h, w, 3] -> float32 [C, h, w] probabilities on the device; raises CheckpointError for NaN."""
        shares = self.network(pixels)
        # The sum over the classes is in every one of them: where a logit is not finite, the first class is NaN, too.
        if bool(torch.isnan(shares[0]).any()):
            raise CheckpointError(
                f"The model '{self.model.name}' gives NaN for this image.",
                "Choose another model or an earlier version; computing in float32 may help, too.",
            )
        return shares

    def _retreat(self, height: int, width: int) -> str:
        """Choose what to do after the device ran out of memory; return a note that says so. Raises DeviceError."""
        kind = self._device.type
        half = min(self._side(height, width), max(height, width), 2 * TILE_SIDE[kind]) // 2 // MIN_SIDE * MIN_SIDE
        if half >= MIN_TILE:
            self._tile = half
            return f"{kind}: out of memory; trying again with tiles of {half} pixels."
        if kind != "cpu":
            self._move_to_cpu()
            return f"{kind}: out of memory even with the smallest tiles; continuing on the CPU."
        raise DeviceError(
            f"There is not enough memory to predict an image of {width} x {height} pixels.",
            "Close other programs, choose a smaller model, or cut the image into smaller ones.",
        )

    def _move_to_cpu(self) -> None:
        self._device, self._tile, self._largest = torch.device("cpu"), self.options.tile, None
        self._place()

    def _place(self) -> None:
        self.model.segmenter.to(self._device)
        self.model.segmenter.to(memory_format=torch.channels_last)
        self.network = Forward(self.model, self._device, self.options, self.notes)


@torch.inference_mode()
def _resized(probabilities: Tensor, height: int, width: int) -> NDArray[np.float32]:
    """Float32 [C, h, w] -> [C, height, width], bilinear."""
    if probabilities.shape[1:] != (height, width):
        batch = probabilities.unsqueeze(0)
        shrink = height < probabilities.shape[1]
        probabilities = functional.interpolate(
            batch, (height, width), mode="bilinear", align_corners=False, antialias=shrink
        )[0]
    return np.ascontiguousarray(probabilities.numpy(), np.float32)
