"""Numbers as a person reads them, rounded the same way everywhere."""

from __future__ import annotations


def percent(share: float) -> str:
    """Return a share (1.0 is all) as ``58 %``."""
    return f"{round(share * 100)} %"


def probability(value: float) -> str:
    """Return a probability, 0.0-1.0, as ``0.87``."""
    return f"{value:.2f}"


def whole(number: int) -> str:
    """Return a whole number as ``1,240``."""
    return f"{number:,}"


def measured(value: float) -> str:
    """Return a measured number as ``29,810`` from 1,000 on, else with four digits: ``0.0123``."""
    return whole(round(value)) if abs(value) >= 1000 else f"{value:.4g}"
