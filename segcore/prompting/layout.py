"""Layouts: how images and prompts become the tensors of SAM, SAM 2 and EfficientSAM, and their outputs masks.

The names of inputs are those of the exports that labelme's osam and X-AnyLabeling use (both by way of samexporter, or
alike), so a file says itself what it is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.errors import CheckpointError
from segcore.prompting.prompt import PADDING, Prompt

Tensors = dict[str, NDArray[Any]]

MEAN, DEVIATION = np.array([123.675, 116.28, 103.53], np.float32), np.array([58.395, 57.12, 57.375], np.float32)
"""Of ImageNet's RGB, 0-255: all networks of the family are trained with them."""
SIDE = 1024
"""Pixels: what the encoder sees, unless its file says another size."""
LOW = 256
"""Cells of a mask of an earlier step, which SAM and SAM 2 can be given."""

_PROMPTS = ("point_coords", "point_labels", "mask_input", "has_mask_input", "orig_im_size")


class Layout(ABC):
    """One family of networks.

    Parameters
    ----------
    encoder, decoder : Mapping[str, Sequence[int | str]]
        Name -> shape of the inputs of both files.
    """

    family = ""

    def __init__(self, encoder: Mapping[str, Sequence[int | str]], decoder: Mapping[str, Sequence[int | str]]) -> None:
        (self.input, shape), *_ = encoder.items()
        self.rank = len(shape)
        sides = [side for side in shape if isinstance(side, int) and side > 4]
        self.side = max(sides) if sides else SIDE
        self.decoder = dict(decoder)

    @abstractmethod
    def image(self, image: NDArray[np.uint8]) -> Tensors:
        """Return the encoder's input of an image, uint8 RGB [H, W, 3]."""

    @abstractmethod
    def prompt(self, prompt: Prompt, shape: tuple[int, int]) -> Tensors:
        """Return the decoder's inputs, without those that the encoder gives, for an image of this (H, W)."""

    def mask(self, logits: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.bool_]:
        """Return the mask, bool [H, W], of the decoder's output, float32 [h, w]: above 0 is inside."""
        if logits.shape != shape:
            logits = np.asarray(cv2.resize(logits, shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)
        return np.asarray(logits > 0)

    @property
    def wanted(self) -> list[str]:
        """The decoder's inputs that the encoder gives."""
        return [name for name in self.decoder if name not in _PROMPTS]

    def _mask_input(self) -> Tensors:
        shape = [side if isinstance(side, int) else 1 for side in self.decoder.get("mask_input", (1, 1, LOW, LOW))]
        return {
            "mask_input": np.zeros(shape[:2] + [side if side > 1 else LOW for side in shape[2:]], np.float32),
            "has_mask_input": np.zeros(1, np.float32),
        }


class Sam(Layout):
    """SAM and MobileSAM: the longer side is resized to 1024 pixels, the rest of the square is empty."""

    family = "SAM"

    def image(self, image: NDArray[np.uint8]) -> Tensors:
        """See `Layout.image`; an encoder that takes [H, W, 3] normalises and pads itself."""
        height, width = self._small(image.shape[:2])
        small = _resized(image, width, height).astype(np.float32)
        if self.rank == 3:
            return {self.input: small}
        padded = np.zeros((self.side, self.side, 3), np.float32)
        padded[:height, :width] = (small - MEAN) / DEVIATION
        return {self.input: np.ascontiguousarray(padded.transpose(2, 0, 1)[None])}

    def prompt(self, prompt: Prompt, shape: tuple[int, int]) -> Tensors:
        """See `Layout.prompt`; without a box, a point that means nothing is added, as its authors' export wants it."""
        points, labels = prompt.arrays()
        height, width = self._small(shape)
        points *= np.array([width / shape[1], height / shape[0]], np.float32)
        if prompt.box is None:
            points, labels = np.vstack([points, np.zeros((1, 2), np.float32)]), np.append(labels, np.float32(PADDING))
        size = {"orig_im_size": np.array(shape, np.float32)} if "orig_im_size" in self.decoder else {}
        return {"point_coords": points[None], "point_labels": labels[None], **self._mask_input(), **size}

    def _small(self, shape: Sequence[int]) -> tuple[int, int]:
        scale = self.side / max(shape[0], shape[1])
        return max(1, int(shape[0] * scale + 0.5)), max(1, int(shape[1] * scale + 0.5))


class Sam2(Layout):
    """SAM 2 and 2.1: the image is stretched to a square; finer features come with it."""

    family = "SAM 2"

    def image(self, image: NDArray[np.uint8]) -> Tensors:
        """See `Layout.image`."""
        small = _resized(image, self.side, self.side).astype(np.float32)
        return {self.input: np.ascontiguousarray(((small - MEAN) / DEVIATION).transpose(2, 0, 1)[None])}

    def prompt(self, prompt: Prompt, shape: tuple[int, int]) -> Tensors:
        """See `Layout.prompt`."""
        points, labels = prompt.arrays()
        points *= np.array([self.side / shape[1], self.side / shape[0]], np.float32)
        size = {"orig_im_size": np.array(shape, np.int32)} if "orig_im_size" in self.decoder else {}
        return {"point_coords": points[None], "point_labels": labels[None], **self._mask_input(), **size}


class EfficientSam(Layout):
    """EfficientSAM: takes 0 to 1 at any size, and resizes itself."""

    family = "EfficientSAM"

    def image(self, image: NDArray[np.uint8]) -> Tensors:
        """See `Layout.image`; longer sides than 1024 pixels are resized, for it would only do so itself."""
        height, width = self._small(image.shape[:2])
        small = _resized(image, width, height)
        return {self.input: np.ascontiguousarray(small.transpose(2, 0, 1)[None], np.float32) / np.float32(255)}

    def prompt(self, prompt: Prompt, shape: tuple[int, int]) -> Tensors:
        """See `Layout.prompt`."""
        points, labels = prompt.arrays()
        small = self._small(shape)
        points *= np.array([small[1] / shape[1], small[0] / shape[0]], np.float32)
        return {
            "batched_point_coords": points[None, None],
            "batched_point_labels": labels[None, None],
            "orig_im_size": np.array(small, np.int64),
        }

    @property
    def wanted(self) -> list[str]:
        """See `Layout.wanted`."""
        return [name for name in super().wanted if not name.startswith("batched_point")]

    def _small(self, shape: Sequence[int]) -> tuple[int, int]:
        scale = min(1.0, SIDE / max(shape[0], shape[1]))
        return max(1, round(shape[0] * scale)), max(1, round(shape[1] * scale))


def layout_of(encoder: Mapping[str, Sequence[int | str]], decoder: Mapping[str, Sequence[int | str]]) -> Layout:
    """Return the layout that these inputs are of. Raises CheckpointError when it is none of the known ones."""
    if len(encoder) == 1:
        if "batched_point_coords" in decoder:
            return EfficientSam(encoder, decoder)
        if "point_coords" in decoder and any(name.startswith("high_res_feats") for name in decoder):
            return Sam2(encoder, decoder)
        if "point_coords" in decoder and len(next(iter(encoder.values()))) in (3, 4):
            return Sam(encoder, decoder)
    raise CheckpointError(
        f"These two files are no encoder and decoder of SAM, SAM 2 or EfficientSAM: the first takes"
        f" {', '.join(encoder) or 'nothing'}, the second {', '.join(decoder) or 'nothing'}.",
        "Choose the image encoder first, then the decoder of the same network.",
    )


def _resized(image: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    smaller = width < image.shape[1]
    way = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, (width, height), interpolation=way), np.uint8)
