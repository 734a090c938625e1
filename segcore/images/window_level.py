"""Window and level of a channel: how far black and brightest are apart, and their middle; changed by a drag."""

from __future__ import annotations

DOUBLE = 150.0
"""View pixels to the right that make the window twice as wide."""
ONE_WINDOW = 300.0
"""View pixels down that raise the level by one window, as it was when the drag began."""


def dragged(
    low: float, high: float, right: float, down: float, limits: tuple[float, float], narrowest: float
) -> tuple[float, float]:
    """Return the range that a drag makes of one.

    As in viewers of radiology: to the right for a wider window (less contrast), up for a lower level (brighter). Equal
    ways change the window by equal ratios, so a narrow one is set as finely as a wide one.

    Parameters
    ----------
    low, high : float
        Values that were black and brightest when the drag began; ``low < high``.
    right, down : float
        View pixels since then.
    limits : (float, float)
        The least and the greatest value: the level stays between them, and the window is at most twice as wide.
    narrowest : float
        The least window, above 0.
    """
    least, most = limits
    widest = max(2.0 * (most - least), high - low, narrowest)
    window = min(max((high - low) * 2.0 ** (min(right / DOUBLE, 60.0)), narrowest), widest)
    level = (low + high) / 2 + down / ONE_WINDOW * (high - low)
    level = min(max(level, min(least, (low + high) / 2)), max(most, (low + high) / 2))
    return level - window / 2, level + window / 2
