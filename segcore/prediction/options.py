"""PredictOptions: how a Predictor predicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from segcore.errors import MaskwrightError

Precision = Literal["auto", "float32", "bf16"]

_SMALLEST_TILE = 64
_SCALES = (0.1, 10.0)


@dataclass(frozen=True)
class PredictOptions:
    """How a Predictor predicts.

    Attributes
    ----------
    precision : {"auto", "float32", "bf16"}
        ``auto`` computes in bfloat16 where device and network gain by it, after a look at the first image: at least
        99.9 % of the labels must be those of float32.
    scales : tuple[float, ...]
        The image is predicted in each of these sizes, 0.1-10, and the probabilities are averaged.
    flip : bool
        Predict its mirror image as well, in each size, and average.
    tile : int or None
        Side of the tiles in pixels, 64 or more. None: what fits into memory.
    overlap : int or None
        Pixels that neighbouring tiles share; see `segcore.images.tiling.tiles_for`.
    prepare : bool
        Make a faster copy of the network first (`segcore.models.prepared`), which takes about a third of a second
        and, on the CPU, once more the memory of its weights. False: the network as it is, in float32.

    Raises
    ------
    MaskwrightError
        A value outside of these.
    """

    precision: Precision = "auto"
    scales: tuple[float, ...] = (1.0,)
    flip: bool = False
    tile: int | None = None
    overlap: int | None = None
    prepare: bool = True

    def __post_init__(self) -> None:
        if self.precision not in get_args(Precision):
            raise MaskwrightError(
                f"There is no precision '{self.precision}'.", f"Choose one of: {', '.join(get_args(Precision))}."
            )
        if not self.scales or not all(_SCALES[0] <= scale <= _SCALES[1] for scale in self.scales):
            raise MaskwrightError(
                f"The scales are {', '.join(f'{scale:g}' for scale in self.scales) or 'missing'}.",
                f"Give numbers from {_SCALES[0]:g} to {_SCALES[1]:g}, such as 0.75,1,1.25.",
            )
        if self.tile is not None and self.tile < _SMALLEST_TILE:
            raise MaskwrightError(
                f"Tiles of {self.tile} pixels are too small for a network to see anything.",
                f"Choose {_SMALLEST_TILE} or more; 512 and above work well.",
            )
        if self.overlap is not None and self.overlap < 0:
            raise MaskwrightError(f"Tiles cannot overlap by {self.overlap} pixels.", "Choose 0 or more.")


PLAIN = PredictOptions()
