"""Augmentation with the kernels of torchvision's transforms v2; every number is drawn from one generator."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as kernels

from segcore.labels.classes import IGNORE_INDEX
from segcore.training.dataset import Example

GREY = 127
BLUR_KERNEL = 5
BLUR_SIGMA = (0.15, 1.15)


@dataclass(frozen=True)
class Augment:
    """How an image is varied.

    Attributes
    ----------
    height, width : int
        Of the crop, pixels.
    scale : (float, float)
        The image is resized by a factor between these, evenly on a logarithmic scale.
    colour : float
        Brightness, contrast and saturation vary by up to this share; 0 leaves colours alone.
    flip : bool
        Half of the crops are mirrored left to right.
    balance : float
        Share of the crops that are centred on a pixel of a class drawn evenly among those that occur; the others lie
        anywhere, but always around a pixel that counts.
    rotation : float
        The crop is turned by up to so many degrees to either side.
    blur : float
        Share of the crops that are blurred (Gaussian, 5x5, sigma 0.15 to 1.15).
    """

    height: int
    width: int
    scale: tuple[float, float] = (0.75, 1.5)
    colour: float = 0.25
    flip: bool = True
    balance: float = 0.5
    rotation: float = 0.0
    blur: float = 0.0

    def __call__(self, example: Example, random: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Draw one crop.

        Returns
        -------
        image : Tensor
            RGB, uint8 [3, height, width]; mid-grey beyond the picture's edge.
        truth : Tensor
            Uint8 [height, width], 255 beyond the picture's edge.
        confirmed : Tensor
            Uint8 [height, width], see `Example`; 0 beyond the picture's edge.
        """
        factor = float(np.exp(random.uniform(np.log(self.scale[0]), np.log(self.scale[1]))))
        angle = float(random.uniform(-self.rotation, self.rotation)) if self.rotation > 0 else 0.0
        height, width = self._before_turning(angle)
        left, top = self._corner(example, factor, height, width, random)
        window = (
            _Span.of(top, height, factor, example.truth.shape[0]),
            _Span.of(left, width, factor, example.truth.shape[1]),
        )
        image, truth = (
            _cut(torch.from_numpy(example.image).permute(2, 0, 1), window, InterpolationMode.BILINEAR),
            _cut(_marked(example), window, InterpolationMode.NEAREST_EXACT),
        )
        image, truth = _padded(self._coloured(image, random), window, GREY), _padded(truth, window, IGNORE_INDEX)
        if angle:
            image = kernels.rotate_image(image.contiguous(), angle, InterpolationMode.BILINEAR, fill=[float(GREY)] * 3)
            truth = kernels.rotate_image(truth, angle, InterpolationMode.NEAREST, fill=[float(IGNORE_INDEX)])
            image, truth = (kernels.center_crop_image(part, [self.height, self.width]) for part in (image, truth))
        if self.blur > 0 and random.random() < self.blur:
            sigma = float(random.uniform(*BLUR_SIGMA))
            image = kernels.gaussian_blur_image(image.contiguous(), [BLUR_KERNEL] * 2, [sigma] * 2)
        if self.flip and random.random() < 0.5:
            image, truth = (kernels.horizontal_flip_image(part) for part in (image, truth))
        return image, truth[0], truth[1] % IGNORE_INDEX

    def _corner(
        self, example: Example, factor: float, high: int, wide: int, random: np.random.Generator
    ) -> tuple[float, float]:
        """Left and top of a window that holds the crop in its middle, in pixels of the resized image."""
        height, width = (n * factor for n in example.truth.shape)
        channels = sorted(example.points)
        spare_x, spare_y = width - wide, height - high
        if channels and random.random() < self.balance:
            points = example.points[channels[int(random.integers(len(channels)))]]
        elif channels:
            points = np.concatenate([example.points[c] for c in channels])
        else:
            return random.uniform() * spare_x, random.uniform() * spare_y
        at_y, at_x = points[int(random.integers(len(points)))] * factor
        x = at_x - random.uniform(0.1, 0.9) * self.width - (wide - self.width) / 2
        y = at_y - random.uniform(0.1, 0.9) * self.height - (high - self.height) / 2
        # A window larger than the image (negative spare) may lie anywhere that holds all of it.
        return (
            float(np.clip(x, min(0.0, spare_x), max(0.0, spare_x))),
            float(np.clip(y, min(0.0, spare_y), max(0.0, spare_y))),
        )

    def _before_turning(self, angle: float) -> tuple[int, int]:
        """Height and width that hold the crop however it is turned: no corner of it is empty."""
        cosine, sine = math.cos(math.radians(angle)), abs(math.sin(math.radians(angle)))
        return (
            math.ceil(self.height * cosine + self.width * sine),
            math.ceil(self.width * cosine + self.height * sine),
        )

    def _coloured(self, image: Tensor, random: np.random.Generator) -> Tensor:
        if self.colour <= 0:
            return image
        brightness, contrast, saturation = (float(f) for f in random.uniform(1 - self.colour, 1 + self.colour, 3))
        image = kernels.adjust_brightness_image(image, brightness)
        image = kernels.adjust_contrast_image(image, contrast)
        varied: Tensor = kernels.adjust_saturation_image(image, saturation)
        return varied


@dataclass(frozen=True)
class _Span:
    """Rows, or columns: which of the image a crop takes, and where in the crop they come to lie."""

    first: int
    last: int
    before: int
    length: int
    after: int

    @classmethod
    def of(cls, start: float, out: int, factor: float, size: int) -> _Span:
        """``out`` pixels from ``start`` on of an axis of ``size`` pixels that is resized by ``factor``."""
        begin, length = round(start / factor), max(1, round(out / factor))
        first = min(max(begin, 0), size - 1)
        last = max(min(begin + length, size), first + 1)
        before = min(max(0, round((first - begin) * out / length)), out - 1)
        end = min(max(round((last - begin) * out / length), before + 1), out)
        return cls(first, last, before, end - before, out - end)


def _marked(example: Example) -> Tensor:
    """Uint8 [2, h, w]: truth and confirmed."""
    return torch.stack([torch.from_numpy(example.truth), torch.from_numpy(example.confirmed)])


def _cut(picture: Tensor, window: tuple[_Span, _Span], how: InterpolationMode) -> Tensor:
    """Uint8 [c, H, W] -> [c, h, w]: the part of the window that lies inside, resized."""
    rows, columns = window
    part = picture[:, rows.first : rows.last, columns.first : columns.last]
    smooth = how is InterpolationMode.BILINEAR
    resized: Tensor = kernels.resize_image(part, [rows.length, columns.length], how, antialias=smooth)
    return resized


def _padded(part: Tensor, window: tuple[_Span, _Span], value: int) -> Tensor:
    rows, columns = window
    edges = [columns.before, rows.before, columns.after, rows.after]
    if any(edges):
        part = kernels.pad_image(part, edges, fill=[float(value)] * len(part))
    return part
