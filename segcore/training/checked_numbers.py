"""Checked numbers: values from a file that must lie in a range. All raise ValueError or TypeError otherwise."""

from __future__ import annotations

from typing import Any

Interval = tuple[float, float]


def checked_share(value: Any) -> float:
    """Return a number from 0.0 to 1.0."""
    number = float(value)
    if not 0.0 <= number <= 1.0:
        raise ValueError(f"{value!r} is not a share")
    return number


def checked_level(value: Any) -> float:
    """Return a level of confidence, above 0.0 and below 1.0."""
    number = float(value)
    if not 0.0 < number < 1.0:
        raise ValueError(f"{value!r} is not a level of confidence")
    return number


def checked_difference(value: Any) -> Interval | None:
    """Return (low, high) of a difference of two shares, each from -1.0 to 1.0; None for None."""
    if value is None:
        return None
    low, high = (float(each) for each in value)
    if not -1.0 <= low <= high <= 1.0:
        raise ValueError(f"{value!r} is not an interval of a difference")
    return low, high
