"""Numbers among the arguments: each flag says from where to where; everything else is a usage error."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
MOST = 1_000_000_000
"""Of times and repetitions: three thousand years of minutes."""


def whole(low: int, high: int) -> Callable[[str], int]:
    """Return the reader of a whole number from ``low`` to ``high``; it raises ArgumentTypeError."""

    def read(text: str) -> int:
        if _WHOLE.fullmatch(text.strip()) and low <= int(text) <= high:
            return int(text)
        raise argparse.ArgumentTypeError(f"'{text:.60}' is no whole number from {low} to {high}")

    return read


seed = whole(0, 2**32 - 1)
label_value = whole(-1, 65535)
"""Of pixels that do not count; a value that label maps cannot hold leaves no pixel out."""
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
    raise argparse.ArgumentTypeError(f"'{text:.60}' is no number above 0")
