"""Report: what an operation of the fuzzer found."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np

from segcore.errors import MaskwrightError

STROKE = 8
"""The stroke of every operation that paints: so many rows and columns at the top left, class 1."""


@dataclass
class Report:
    """What an operation found. ``told`` is what a person reads, ``logged`` what only the log says."""

    opened: bool = False
    told: list[str] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)
    loaded: dict[str, list[str]] = field(default_factory=dict)
    """Image id -> digests of labels and provenance as they were first shown."""
    painted: list[str] = field(default_factory=list)
    decoded: int = 0
    """Bytes of the largest image shown."""
    answer: str = ""
    """Digest of anything else that must not change silently."""

    rest: dict[str, str] = field(default_factory=dict)
    """Image id -> digest of what an import made of it."""

    def tell(self, error: MaskwrightError) -> None:
        """Note what a person would read."""
        self.told.append(f"{type(error).__name__}: {error}")


def digest(array: np.ndarray) -> str:
    """Short name for the content of an array."""
    return hashlib.sha256(f"{array.dtype}{array.shape}".encode() + np.ascontiguousarray(array).tobytes()).hexdigest()[
        :16
    ]
