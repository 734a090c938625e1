"""Tone: how bright an image is shown. It changes what is seen, never the file."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

BRIGHTEST = 1.0
STRONGEST = 1.0
GAMMA = (0.2, 5.0)
PERCENTILES = (0.5, 99.5)
"""Of all values of an image: what auto-stretch shows as black and as white."""


@dataclass(frozen=True)
class Tone:
    """Brightness, contrast, gamma and auto-stretch.

    Attributes
    ----------
    brightness, contrast : float
        -1.0 to 1.0; 0 changes nothing.
    gamma : float
        0.2-5.0; more than 1 makes the shadows brighter.
    stretch : bool
        Whether the range of each image (0.5 to 99.5 percentile) is stretched to black and white first.
    """

    brightness: float = 0.0
    contrast: float = 0.0
    gamma: float = 1.0
    stretch: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether images are shown as they are."""
        return self == Tone()

    def table(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return what each value becomes, uint8 [256].

        With x in 0-1: stretched, then x^(1 / gamma), then (x - 0.5) tan((contrast + 1) pi / 4) + 0.5 (as GIMP's
        brightness-contrast), then + brightness / 2.

        Parameters
        ----------
        image : NDArray[np.uint8]
            [H, W, 3]; its range matters with ``stretch`` only, so a small copy will do.
        """
        x = np.arange(256, dtype=np.float64)
        low, high = _range(image) if self.stretch else (0.0, 255.0)
        x = np.clip((x - low) / (high - low), 0.0, 1.0) ** (1.0 / self.gamma)
        slope = math.tan((min(self.contrast, 0.999) + 1.0) * math.pi / 4.0)
        x = (x - 0.5) * slope + 0.5 + self.brightness / 2.0
        return np.rint(np.clip(x, 0.0, 1.0) * 255.0).astype(np.uint8)

    def to_json(self) -> dict[str, float | bool]:
        """Return what `from_json` reads."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Any) -> Tone:
        """Read what `to_json` wrote; what is missing, of another type or out of range becomes the default."""
        if not isinstance(values, dict):
            return cls()
        limits = {"brightness": (-BRIGHTEST, BRIGHTEST), "contrast": (-STRONGEST, STRONGEST), "gamma": GAMMA}
        found: dict[str, Any] = {}
        for field in fields(cls):
            value = values.get(field.name)
            if field.name == "stretch":
                if isinstance(value, bool):
                    found[field.name] = value
            elif isinstance(value, int | float) and not isinstance(value, bool):
                low, high = limits[field.name]
                if low <= value <= high:
                    found[field.name] = float(value)
        return cls(**found)


def _range(image: NDArray[np.uint8]) -> tuple[float, float]:
    if not image.size:
        return 0.0, 255.0
    step = max(1, image.size // 1_000_000)
    low, high = np.percentile(image.reshape(-1)[::step], PERCENTILES)
    return (float(low), float(high)) if high > low else (0.0, 255.0)
