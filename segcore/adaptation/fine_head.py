"""FineHead: corrects the coarse scores by what each pixel looks like, so that lines and borders come out sharp."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.feature_pyramid import Floats
from segcore.adaptation.fine_weights import FineWeights
from segcore.adaptation.pixel_features import CHANNELS, MOST_PIXELS, pixel_features
from segcore.adaptation.ridge import Doubles, Sums, check_array, evenly, fit
from segcore.adaptation.shrinking import shrinking
from segcore.adaptation.slotted_head import SlottedHead
from segcore.editing.brush import Covered

CLIP = 4.0
"""Standard deviations."""
PIXEL_SCALE, COARSE_SCALE = 0.3, 3.0
"""How freely the weights of the pixel features and of the coarse scores may move."""
Sampler = Callable[[NDArray[np.intp], NDArray[np.intp]], Floats]
"""From rows and columns of pixels to their coarse scores, float32 [n, C]."""


@dataclass(frozen=True)
class FineOptions:
    """How the head learns.

    Attributes
    ----------
    hidden : int
        Random rectified combinations of the pixel features: a line is bright in some and dark in others.
    ridge : float
        Pull towards passing the coarse scores through.
    examples : int
        Pixels that are drawn from a stroke, or from a class of a done image, at most.
    stroke_weight : float
        Of all examples of a stroke together, at most.
    image_weight : float
        Of a class with n pixels in a done image: this times n to the power of ``power``.
    power : float
        0.5: rare classes are said too often; 1: hardly ever.
    decay : float
        What earlier images count when one more is done, 0-1.
    """

    hidden: int = 96
    ridge: float = 10.0
    examples: int = 1500
    stroke_weight: float = 60.0
    image_weight: float = 3.0
    decay: float = 0.98
    power: float = 0.8


@dataclass
class FineImage:
    """What the head keeps of the open image: features of its pixels, scaled, and sums of what strokes brought.

    Attributes
    ----------
    pixels : NDArray[np.float16]
        [`CHANNELS`, h, w].
    shrink : int
        Pixels of the image for one of these, along each side.
    """

    pixels: NDArray[np.float16]
    shrink: int
    sums: Sums

    @property
    def shape(self) -> tuple[int, int]:
        """(h, w)."""
        return self.pixels.shape[1], self.pixels.shape[2]


@dataclass(frozen=True)
class Examples:
    """Pixels of one class, as they were added: float32 [n, D] features, float32 [n] weights."""

    features: Floats
    weights: NDArray[np.float32]
    value: int

    def renamed(self, value: int, matrix: Doubles) -> Examples:
        """Return the same pixels as of another class value; ``matrix`` is that of `FineHead.rename_classes`."""
        wide = np.pad(self.features, ((0, 0), (0, matrix.shape[1] - self.features.shape[1])))
        return Examples(np.asarray(wide @ matrix.T, np.float32), self.weights, value)


class FineHead(SlottedHead):
    """Ridge regression of pixels, with the coarse scores among the features; see `LiveHead`.

    Those of a done image have the coarse scores from before it was seen, so that the head learns how far to trust them.
    """

    def __init__(self, options: FineOptions | None = None) -> None:
        self.options = options or FineOptions()
        super().__init__(fixed=CHANNELS + self.options.hidden + 1)
        rng = np.random.default_rng(0)
        self._mix = rng.normal(0, PIXEL_SCALE, (CHANNELS, self.options.hidden)).astype(np.float32)
        self._offset = rng.normal(0, 1, self.options.hidden).astype(np.float32)
        self._mean = np.zeros(CHANNELS, np.float32)
        self._deviation: NDArray[np.float32] | None = None

    @property
    def knows(self) -> bool:
        """Whether it was fitted to a done image."""
        return bool(self._past.xy)

    def look(self, image: NDArray[np.uint8]) -> FineImage:
        """Return what the head needs to know of an image, uint8 RGB [H, W, 3]; slow."""
        shrink = shrinking(image.shape[0], image.shape[1], MOST_PIXELS)
        pixels = pixel_features(image, shrink)
        if self._deviation is None:
            planes = [plane.astype(np.float32) for plane in pixels]
            self._mean = np.array([plane.mean() for plane in planes], np.float32)
            self._deviation = np.array([plane.std() for plane in planes], np.float32) + np.float32(1e-3)
        for plane, mean, deviation in zip(pixels, self._mean, self._deviation, strict=True):
            plane[:] = np.clip((plane.astype(np.float32) - mean) / deviation, -CLIP, CLIP)
        return FineImage(pixels, shrink, Sums.none(self._past.dimensions))

    def learn(
        self,
        now: FineImage,
        covered: Covered,
        value: int,
        values: tuple[int, ...],
        coarse: Sampler,
        done: bool = False,
    ) -> Examples | None:
        """Learn from pixels of one class: from a stroke, or for good from a done image.

        Parameters
        ----------
        now : FineImage
            Of the open image.
        covered : Covered
            The pixels.
        value : int
            Their class value.
        values : tuple[int, ...]
            Of the coarse scores.
        coarse : callable
            See `Sampler`.
        done : bool
            Whether they are those of a done image.

        Returns
        -------
        Examples or None
            What was learned, for `forget`; None without any pixel.
        """
        places = np.flatnonzero(covered.mask)
        if not places.size:
            return None
        self._add_slots(*values, value)
        size = self._size
        now.sums, self._past = now.sums.widened(size), self.known()
        chosen = places[evenly(places.size, self.options.examples)]
        rows, columns = np.divmod(chosen, covered.box.width)
        rows, columns = rows + covered.box.top, columns + covered.box.left
        x = np.zeros((chosen.size, size), np.float32)
        x[:, : self._fixed] = self._of(now.pixels[:, rows // now.shrink, columns // now.shrink].T)
        x[:, [self._fixed + self.slots.index(each) for each in values]] = coarse(rows, columns) * COARSE_SCALE
        total = (
            self.options.image_weight * places.size**self.options.power
            if done
            else min(self.options.stroke_weight, places.size)
        )
        target = self._past if done else now.sums
        examples = Examples(x, np.full(chosen.size, total / chosen.size, np.float32), value)
        target.add(x, examples.weights, value)
        return examples

    def forget(self, now: FineImage, examples: Examples, others: bool) -> None:
        """Take back a stroke on the open image; ``others``: whether other strokes have the same class."""
        more = now.sums.dimensions - examples.features.shape[1]
        now.sums.remove(np.pad(examples.features, ((0, 0), (0, more))), examples.weights, examples.value, others)

    def state(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that `restore` needs."""
        deviation = np.zeros(CHANNELS, np.float32) if self._deviation is None else self._deviation
        return {
            "fine.slots": np.array(self.slots, np.uint8),
            "fine.mean": self._mean,
            "fine.deviation": deviation,
            "fine.mix": self._mix,
            "fine.offset": self._offset,
            **self.known().state("fine"),
        }

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Know what `state` says. Raises KeyError and ValueError; nothing is changed then."""
        check_array(state["fine.slots"], (state["fine.slots"].size,))
        slots = [int(value) for value in state["fine.slots"]]
        mean, deviation, mix, offset = (state[f"fine.{part}"] for part in ("mean", "deviation", "mix", "offset"))
        sums = Sums.restored(state, "fine")
        for array, shape in ((mean, (CHANNELS,)), (deviation, (CHANNELS,)), (mix, self._mix.shape)):
            check_array(array, shape)
        check_array(offset, self._offset.shape)
        if sums.dimensions != self._fixed + len(slots) or not {*sums.xy} <= {*slots}:
            raise ValueError("the classes of the fine head contradict each other")
        self.slots, self._past = tuple(slots), sums
        self._mix, self._offset = mix.astype(np.float32), offset.astype(np.float32)
        self._mean = mean.astype(np.float32)
        self._deviation = deviation.astype(np.float32) if deviation.any() else None

    def fitted(self, now: FineImage | None = None) -> FineWeights | None:
        """Return the weights that fit all that is known, the open image included; None while nothing is known."""
        sums = self.known() if now is None else self.known().plus(now.sums.widened(self._size))
        if not sums.xy:
            return None
        towards = np.zeros((self._size, len(sums.xy)))
        for column, value in enumerate(sorted(sums.xy)):
            towards[self._fixed + self.slots.index(value), column] = 1 / COARSE_SCALE
        linear = fit(sums, self.options.ridge, towards)
        weights = np.ascontiguousarray(linear.weights.T)
        direct = np.column_stack([weights[:, :CHANNELS] * np.float32(PIXEL_SCALE), weights[:, self._fixed - 1]])
        return FineWeights(
            linear.values,
            np.column_stack([self._mix.T, self._offset]),
            np.ascontiguousarray(weights[:, CHANNELS : self._fixed - 1]),
            direct,
            {value: weights[:, self._fixed + slot] * COARSE_SCALE for slot, value in enumerate(self.slots)},
        )

    def _of(self, pixels: NDArray[np.float16]) -> Floats:
        """Float16 [n, CHANNELS] -> float32 [n, fixed features]."""
        x = np.empty((len(pixels), self._fixed), np.float32)
        x[:, :CHANNELS] = pixels
        hidden = x[:, CHANNELS:-1]
        np.matmul(x[:, :CHANNELS], self._mix, out=hidden)
        hidden += self._offset
        np.maximum(hidden, 0, out=hidden)
        x[:, :CHANNELS] *= PIXEL_SCALE
        x[:, -1] = 1.0
        return x
