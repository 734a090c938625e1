"""TonedImage: the image as a tone and its channels show it; only the visible part is computed, and once."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect

from segcore.images.tone import Tone

Bytes = NDArray[np.uint8]


class Source(Protocol):
    """What mixes an image from its channels."""

    def part(self, level: int, rect: QRect) -> Bytes:
        """Return the pixels of ``rect`` (of that level, inside it), uint8 [h, w, 3], contiguous."""
        ...

    def smallest(self) -> Bytes:
        """Return the smallest level, uint8 [h, w, 3]."""
        ...


class TonedImage:
    """Levels of an image (uint8 [h, w, 3], the largest first) seen through a tone."""

    def __init__(self) -> None:
        self._tone = Tone()
        self._levels: list[Bytes] = []
        self._source: Source | None = None
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

    @property
    def source(self) -> Source | None:
        """Where the pixels come from; None: the levels."""
        return self._source

    @property
    def is_plain(self) -> bool:
        """Whether the levels are shown as they are."""
        return self._tone.is_plain and self._source is None

    def set_levels(self, levels: list[Bytes]) -> None:
        """Show another image, without channels of its own."""
        self._levels, self._source = levels, None
        self._forget()

    def set_source(self, source: Source | None) -> None:
        """Take the pixels from there, or from the levels again; call it, too, when the source mixes them anew."""
        self._source = source
        self._forget()

    def part(self, level: int, rect: QRect) -> Bytes:
        """Return the pixels of ``rect`` (of that level, inside it), uint8 [h, w, 3], contiguous."""
        import cv2  # only now: the window must be seen soon

        if self._part is None or self._place != (level, rect):
            seen = self._untoned(level, rect)
            if not self._tone.is_plain:
                if self._table is None:
                    smallest = self._levels[-1] if self._source is None else self._source.smallest()
                    self._table = self._tone.table(smallest)
                seen = np.asarray(cv2.LUT(seen, self._table), np.uint8)
            self._part, self._place = seen, (level, QRect(rect))
        return self._part

    def _untoned(self, level: int, rect: QRect) -> Bytes:
        if self._source is not None:
            return self._source.part(level, rect)
        rows = slice(rect.top(), rect.top() + rect.height())
        columns = slice(rect.left(), rect.left() + rect.width())
        return np.ascontiguousarray(self._levels[level][rows, columns])

    def _forget(self) -> None:
        self._table = self._place = self._part = None
