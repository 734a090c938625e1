"""Run-length encoding of masks as COCO has it: column by column, runs of 0 and 1 in turn, beginning with 0.

The compressed text is that of pycocotools (``rleToString`` and ``rleFrString`` of its ``maskApi.c``): from the fourth
run on the difference to the run two before, in groups of five bits, lowest first.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def encode(mask: NDArray[np.bool_]) -> list[int]:
    """Bool [H, W] -> lengths of the runs; their sum is H * W."""
    flat = np.ravel(mask, order="F")
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    runs = np.diff(np.concatenate([[0], edges, [flat.size]])).tolist()
    return [0, *runs] if flat.size and flat[0] else runs


def decode(counts: Sequence[int], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Lengths of the runs -> bool [H, W]. Raises ValueError when they are not the pixels of this (height, width)."""
    runs = np.asarray(counts, np.int64)
    if runs.ndim != 1 or (runs < 0).any() or int(runs.sum()) != shape[0] * shape[1]:
        raise ValueError(f"its runs are {int(runs.sum())} pixels, the image has {shape[0] * shape[1]}")
    return np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(shape, order="F")


def to_text(counts: Sequence[int]) -> str:
    """Lengths of the runs -> compressed text."""
    letters = []
    for place, count in enumerate(counts):
        value, more = (count - counts[place - 2] if place > 2 else count), True
        while more:
            bits, value = value & 0x1F, value >> 5
            more = value != -1 if bits & 0x10 else value != 0
            letters.append(chr((bits | 0x20 if more else bits) + 48))
    return "".join(letters)


def from_text(text: str) -> list[int]:
    """Compressed text -> lengths of the runs. Raises ValueError for text that is none."""
    counts: list[int] = []
    value = shift = 0
    for letter in text:
        bits = ord(letter) - 48
        if not 0 <= bits < 64 or shift > 60:
            raise ValueError("its text is not a compressed run-length encoding")
        value |= (bits & 0x1F) << shift
        shift += 5
        if bits & 0x20:
            continue
        if bits & 0x10:
            value -= 1 << shift
        counts.append(value + counts[-2] if len(counts) > 2 else value)
        value = shift = 0
    if shift:
        raise ValueError("its text ends within a run")
    return counts
