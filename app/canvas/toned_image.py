"""TonedImage: the image as a tone shows it; only the visible part is computed, and once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect

from segcore.images.tone import Tone

Bytes = NDArray[np.uint8]


class TonedImage:
    """Levels of an image (uint8 [h, w, 3], the largest first) seen through a tone."""

    def __init__(self) -> None:
        self._tone = Tone()
        self._levels: list[Bytes] = []
        self._table: Bytes | None = None
        self._place: tuple[int, QRect] | None = None
        self._part: Bytes | None = None

    @property
    def tone(self) -> Tone:
        """In force."""
        return self._tone

    @tone.setter
    def tone(self, tone: Tone) -> None:
        self._tone = tone
        self._forget()

    def set_levels(self, levels: list[Bytes]) -> None:
        """Show another image."""
        self._levels = levels
        self._forget()

    def part(self, level: int, rect: QRect) -> Bytes:
        """Return the pixels of ``rect`` (of that level, inside it), uint8 [h, w, 3], contiguous."""
        import cv2  # only now: the window must be seen soon

        if self._part is None or self._place != (level, rect):
            if self._table is None:
                self._table = self._tone.table(self._levels[-1])
            rows = slice(rect.top(), rect.top() + rect.height())
            columns = slice(rect.left(), rect.left() + rect.width())
            seen = np.ascontiguousarray(self._levels[level][rows, columns])
            self._part = np.asarray(cv2.LUT(seen, self._table), np.uint8)
            self._place = level, QRect(rect)
        return self._part

    def _forget(self) -> None:
        self._table = self._place = self._part = None
