"""Colours: what the values of a TIFF picture stand for, and which of them make the image that is seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import tifffile

_WHITE_IS_ZERO, _RGB, _PALETTE, _INKS, _LUMA = 0, 2, 3, 5, 6
_ALPHA = (1, 2)
"""Kinds of extra values that say how opaque a pixel is."""
_NODATA = 42113


@dataclass(frozen=True)
class Colours:
    """How values become RGB.

    Attributes
    ----------
    channels : tuple[int, ...]
        Numbers of the stored values but the opacity, from 0.
    used : tuple[int, ...]
        Those that make the image: red, green and blue; four inks; of three and more other channels the first three,
        of one or two the first.
    are_colours : bool
        Red, green and blue are stretched alike; other channels each from its own range.
    inverted : bool
        The least value is white.
    table : NDArray[np.uint8] | None
        RGB [n, 3] of each value.
    nodata : float | None
        What stands where nothing was measured (GDAL): it counts for no range.
    """

    channels: tuple[int, ...]
    used: tuple[int, ...]
    are_colours: bool = True
    inverted: bool = False
    table: NDArray[np.uint8] | None = None
    nodata: float | None = None

    @property
    def are_inks(self) -> bool:
        """Whether the values used are cyan, magenta, yellow and black."""
        return len(self.used) == 4

    @classmethod
    def of(cls, page: tifffile.TiffPage) -> Colours:
        """Return those of a page. Raises ValueError when its palette is missing."""
        samples, kind = int(page.samplesperpixel), int(page.photometric)
        alpha = _opacity(page, samples)
        channels = tuple(n for n in range(samples) if n not in alpha) or (0,)
        nodata = float(page.nodata) if _NODATA in page.tags else None
        if kind == _PALETTE:
            return cls(channels[:1], (0,), table=_palette(page))
        if kind in (_RGB, _LUMA) and len(channels) >= 3:
            return cls(channels, channels[:3], nodata=nodata)
        if kind == _INKS and len(channels) >= 4:
            return cls(channels, channels[:4])
        used = channels[:3] if len(channels) >= 3 else channels[:1]
        inverted = kind == _WHITE_IS_ZERO
        bits = page.bitspersample
        table = _greys(bits, inverted) if isinstance(bits, int) and bits < 8 else None
        return cls(channels, used, False, inverted and table is None, table, nodata)

    def rgb(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """Return uint8 [h, w, 3] or, for grey, [h, w, 1] of the used values, [h, w, n] of 8 bits."""
        if self.table is not None:
            found: NDArray[np.uint8] = self.table[values[..., 0]]
            return found
        if self.are_inks:
            from PIL import Image  # only now: the window must be seen soon

            return np.asarray(Image.fromarray(np.ascontiguousarray(values), "CMYK").convert("RGB"))
        return ~values if self.inverted else values


def _opacity(page: tifffile.TiffPage, samples: int) -> set[int]:
    """Return the numbers of the values that say how opaque a pixel is."""
    extra = tuple(int(kind) for kind in page.extrasamples)
    first = samples - len(extra)
    return {first + n for n, kind in enumerate(extra) if kind in _ALPHA and first + n > 0}


def _palette(page: tifffile.TiffPage) -> NDArray[np.uint8]:
    found = page.colormap
    if found is None or found.ndim != 2 or found.shape[0] != 3 or found.shape[1] < 1 << int(page.bitspersample):
        raise ValueError("it has no palette")
    return np.ascontiguousarray((found if found.max(initial=0) < 256 else found >> 8).T.astype(np.uint8))


def _greys(bits: int, inverted: bool) -> NDArray[np.uint8]:
    greys = np.rint(np.linspace(0, 255, 1 << bits)).astype(np.uint8)
    return np.repeat((greys[::-1] if inverted else greys)[:, None], 3, axis=1)
