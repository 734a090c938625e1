"""LiveOptions: how the live head learns and decides."""

from __future__ import annotations

from dataclasses import dataclass, field

from segcore.adaptation.fine_head import FineOptions


@dataclass(frozen=True)
class LiveOptions:
    """How the head learns and decides.

    Attributes
    ----------
    ridge : float
        Pull of the weights towards zero.
    stroke_weight : float
        Of all cells of a stroke together, at most.
    cell_weight : float
        Of one cell of a stroke, at most.
    image_weight : float
        Of a class with n cells in a done image: this times the root of n.
    decay : float
        What earlier images count when one more is done, 0-1.
    gain : float
        By so much the score of a new class must be above that of the label a pixel has before it flips.
    rare_gain : float
        The same, when a rare class loses the pixel.
    rare : float
        Share of the known pixels, 0-1, below which a class is rare; see `Trust`.
    precision : float
        See `Trust`.
    withholds : bool
        A rare class of earlier images is said in an image only once it was painted there: a missing thing costs one
        stroke, a false one many, and what a person does not notice would be learned.
    trust_decay : float
        What earlier images count for `Trust` when one more is done, 0-1.
    reach : float
        A connected region flips only if it has at most so many times the pixels of the largest recent stroke; 0: any.
    specks : int
        Pixels: smaller connected regions are given the class beside them; 0: none.
    grows : bool
        A stroke grows to the border of what it lies on; see `Growth`.
    spreads : bool
        A stroke on a thin thing brings what looks like it close by; see `Spread`.
    fine : FineOptions or None
        None leaves the scores at the network's resolution.
    """

    ridge: float = 30.0
    stroke_weight: float = 60.0
    cell_weight: float = 1.0
    image_weight: float = 3.0
    decay: float = 0.98
    gain: float = 0.4
    rare_gain: float = 0.2
    rare: float = 0.05
    precision: float = 0.92
    withholds: bool = True
    trust_decay: float = 0.9
    reach: float = 2.0
    specks: int = 16
    grows: bool = True
    spreads: bool = True
    fine: FineOptions | None = field(default_factory=FineOptions)
