"""Numbers in arguments, each with its range; other values are usage errors."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
MOST = 1_000_000_000
"""Largest time or repetition."""


def whole(low: int, high: int) -> Callable[[str], int]:
    """Return a function that reads a whole number from ``low`` to ``high`` and raises ArgumentTypeError."""

    def read(text: str) -> int:
        if _WHOLE.fullmatch(text.strip()) and low <= int(text) <= high:
            return int(text)
        raise argparse.ArgumentTypeError(f"'{text:.60}' is not a whole number from {low} to {high}")

    return read


seed = whole(0, 2**32 - 1)
label_value = whole(-1, 65535)
"""Label value to ignore; a value outside 0-255 ignores no pixel."""
pixels = whole(0, 1_000_000)
count = whole(1, 1_000_000)


def positive(text: str) -> float:
    """Read a number above 0, up to a billion. Raises ArgumentTypeError."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if 0 < value <= MOST:
        return value
    raise argparse.ArgumentTypeError(f"'{text:.60}' is not a number above 0")
