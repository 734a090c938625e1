"""Numbers as a person reads them, rounded the same way everywhere."""

from __future__ import annotations


def percent(share: float, digits: int = 0) -> str:
    """Return a share (1.0 is all) as ``58 %``; ``digits``: so many after the point."""
    return f"{points(share, digits)} %"


def points(share: float, digits: int = 1) -> str:
    """Return a share in percent without the sign: ``58.3``."""
    return f"{100 * share:.{digits}f}"


def probability(value: float) -> str:
    """Return a probability, 0.0-1.0, as ``0.87``."""
    return f"{value:.2f}"


def whole(number: int) -> str:
    """Return a whole number as ``1,240``."""
    return f"{number:,}"


def measured(value: float) -> str:
    """Return a measured number as ``29,810`` from 1,000 on, else with four digits: ``0.0123``."""
    return whole(round(value)) if abs(value) >= 1000 else f"{value:.4g}"
