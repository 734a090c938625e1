"""PixelSize: how long the side of a pixel is, kept in the project under ``pixel_size``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KEY = "pixel_size"
LONGEST_UNIT = 20
SMALLEST, LARGEST = 1e-9, 1e9


@dataclass(frozen=True)
class PixelSize:
    """Side of a square pixel: ``size`` times ``unit``, such as 0.5 µm."""

    size: float
    unit: str

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> PixelSize | None:
        """Return what the settings of a project say; None without a sound entry."""
        kept = settings.get(KEY)
        if not isinstance(kept, Mapping):
            return None
        size, unit = kept.get("size"), kept.get("unit")
        if isinstance(size, bool) or not isinstance(size, int | float) or not isinstance(unit, str):
            return None
        if not math.isfinite(size) or not SMALLEST <= size <= LARGEST or not 0 < len(unit.strip()) <= LONGEST_UNIT:
            return None
        return cls(float(size), unit.strip())

    def to_json(self) -> dict[str, Any]:
        """Return what `of` reads."""
        return {"size": self.size, "unit": self.unit}

    def area(self, pixels: int) -> float:
        """Return the area of so many pixels, in the unit squared."""
        return pixels * self.size * self.size
