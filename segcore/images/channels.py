"""Channels: how the stored values of an image are mixed into what is seen."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.labels.palette import Color

Floats = NDArray[np.float32]
WHITE: Color = (255, 255, 255)
FIRST_COLORS: tuple[Color, ...] = (
    (255, 0, 0),
    (0, 255, 0),
    (0, 0, 255),
    (0, 255, 255),
    (255, 0, 255),
    (255, 255, 0),
    (255, 255, 255),
    (255, 128, 0),
)
"""Of the channels, in this order."""
SHOWN = 3
"""Channels that are seen at first: those that models see; the sum of many is white."""
PERCENTILES = (0.1, 99.9)
"""Of the finite values of a channel: what is black and what is brightest at first, as in `read_image`."""
VALUES = 1_000_000
"""Values that percentiles and histograms are taken from, at most."""


@dataclass(frozen=True)
class ShownChannel:
    """How a channel is shown.

    Attributes
    ----------
    shown : bool
    color : Color
        What its brightest values look like.
    low, high : float | None
        Values that are black and brightest, in the numbers of the file; None: the percentiles of each image.
    """

    shown: bool = True
    color: Color = WHITE
    low: float | None = None
    high: float | None = None

    def range_in(self, own: tuple[float, float]) -> tuple[float, float]:
        """Return low and high; ``own``: those of the image."""
        low = own[0] if self.low is None else self.low
        high = own[1] if self.high is None else self.high
        return low, high

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        return {"shown": self.shown, "color": list(self.color), "low": self.low, "high": self.high}

    @classmethod
    def from_json(cls, values: Any) -> ShownChannel:
        """Read what `to_json` wrote; what is missing or of another type becomes the default."""
        if not isinstance(values, dict):
            return cls()
        shown, color = values.get("shown"), values.get("color")
        low, high = (_number(values.get(key)) for key in ("low", "high"))
        if low is not None and high is not None and high <= low:
            low = high = None
        return cls(shown if isinstance(shown, bool) else True, _color(color), low, high)


def first_channels(count: int) -> tuple[ShownChannel, ...]:
    """Return channels as they are shown at first: one in white, several in `FIRST_COLORS`, the first three shown."""
    if count == 1:
        return (ShownChannel(),)
    return tuple(ShownChannel(n < SHOWN, FIRST_COLORS[n % len(FIRST_COLORS)]) for n in range(count))


def own_range(plane: NDArray[Any]) -> tuple[float, float]:
    """Return the `PERCENTILES` of an array of numbers; low is below high."""
    if plane.dtype == np.uint8:
        return 0.0, 255.0
    values = _some(plane)
    if not values.size:
        return 0.0, 1.0
    low, high = (float(value) for value in np.percentile(values, PERCENTILES))
    return (low, high) if high > low else (low, low + 1.0)


def frequencies(plane: NDArray[Any], low: float, high: float, bins: int) -> NDArray[np.float64]:
    """Return how often values occur from ``low`` to ``high``, float64 [bins], the most frequent being 1."""
    counts, _ = np.histogram(_some(plane), bins=bins, range=(low, high))
    return counts / max(1, int(counts.max(initial=0)))


def mixed(raw: NDArray[Any], channels: Sequence[ShownChannel], own: Sequence[tuple[float, float]]) -> NDArray[np.uint8]:
    """Return the sum of the shown channels, each scaled from its range to its colour, uint8 RGB [h, w, 3].

    Parameters
    ----------
    raw : NDArray
        [h, w, C] of any number type; what is not finite is black.
    channels, own : Sequence
        One of each for each channel; ``own``: see `ShownChannel.range_in`.
    """
    import cv2  # only now: the window must be seen soon

    parts: tuple[list[Floats], ...] = ([], [], [])  # of red, green and blue
    for n, (channel, range_) in enumerate(zip(channels, own, strict=True)):
        if channel.shown:
            low, high = channel.range_in(range_)
            scaled = _scaled(_plane(raw, n), low, high)
            for part, value in zip(parts, channel.color, strict=True):
                if value:
                    part.append(scaled(value))
    known: dict[tuple[int, ...], NDArray[np.uint8]] = {}  # a grey channel is added up once, not three times
    planes = []
    for part in parts:
        key = tuple(id(each) for each in part)
        if key not in known:
            known[key] = _sum(part, raw.shape[:2])
        planes.append(known[key])
    return np.asarray(cv2.merge(planes), np.uint8)


def _scaled(plane: NDArray[Any], low: float, high: float) -> Callable[[int], Floats]:
    """Return what maps ``low`` to 0.0 and ``high`` to a colour value, 0-255, clipped; equal values share an array."""
    scale = 1.0 / (high - low) if high > low else 0.0

    @cache
    def times(value: int) -> Floats:
        import cv2  # only now: the window must be seen soon

        if plane.dtype in (np.uint8, np.uint16):
            all_values = np.arange(np.iinfo(plane.dtype).max + 1, dtype=np.float32)
            table = np.clip((all_values - np.float32(low)) * np.float32(scale), 0.0, 1.0) * np.float32(value)
            found = cv2.LUT(plane, table) if plane.dtype == np.uint8 else np.take(table, plane)
            return np.asarray(found, np.float32)
        with np.errstate(over="ignore", invalid="ignore"):
            values: Floats = plane.astype(np.float32)
            values -= np.float32(low)
            values *= np.float32(scale)
            np.fmin(np.fmax(values, 0.0, out=values), 1.0, out=values)  # these take what is not a number for the limit
        values *= np.float32(value)
        return values

    return times


def _sum(parts: Sequence[Floats], shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the rounded sum of arrays, float32 [h, w], at most 255."""
    import cv2  # only now: the window must be seen soon

    if not parts:
        return np.zeros(shape, np.uint8)
    total = parts[0]
    for more in parts[1:]:
        total = np.asarray(cv2.add(total, more), np.float32)
    return np.asarray(cv2.convertScaleAbs(total), np.uint8)  # rounds, and no more than 255


def _plane(raw: NDArray[Any], n: int) -> NDArray[Any]:
    """Return a channel of [h, w, C] as an array of its own."""
    import cv2  # only now: the window must be seen soon

    if raw.dtype in (np.uint8, np.uint16, np.float32):
        return np.asarray(cv2.extractChannel(raw, n))
    return np.ascontiguousarray(raw[..., n])


def _some(plane: NDArray[Any]) -> NDArray[Any]:
    """Return finite values, evenly spread, at most about `VALUES`."""
    step = max(1, math.ceil(math.sqrt(plane.size / VALUES)))
    values = plane[::step, ::step].ravel()
    return values[np.isfinite(values)] if values.dtype.kind == "f" else values


def _color(value: Any) -> Color:
    if not isinstance(value, list) or len(value) != 3 or any(type(v) is not int or not 0 <= v <= 255 for v in value):
        return WHITE
    return value[0], value[1], value[2]


def _number(value: Any) -> float | None:
    try:
        is_number = type(value) in (int, float) and math.isfinite(value)
        return float(value) if is_number else None
    except OverflowError:
        return None
