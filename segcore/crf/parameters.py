"""CrfParameters: the energy of the fully-connected CRF."""

from __future__ import annotations

from dataclasses import dataclass

from segcore.errors import CrfError

_LATTICE_LIMIT = 32_000.0  # the lattice keeps its coordinates in 16 bits


@dataclass(frozen=True)
class CrfParameters:
    """The pairwise energy of Krähenbühl and Koltun (2011), in the notation of the DeepLab papers.

    Two pixels i and j of different classes cost, with positions p in pixels and colours I in 0-255,
    ``w1 exp(-|pi - pj|² / 2θα² - |Ii - Ij|² / 2θβ²) + w2 exp(-|pi - pj|² / 2θγ²)``, each kernel normalised
    symmetrically (D^-1/2 K D^-1/2).

    The defaults are weaker than DeepLab's for VOC (w1 4, θα 67, θβ 3, w2 3, θγ 1, 10 iterations), which suit large
    objects: a strong Potts model removes thin ones. Measured on label maps blurred to an eighth of their size, like
    a network's output: mean IoU falls from 0.80 to 0.75 on street scenes and from 0.69 to 0.60 on road cracks with
    DeepLab's weights, to 0.79 and 0.65 with the defaults, which change only undecided pixels (odds below about e).
    Five iterations instead of ten change less than half a percent of the pixels.

    Attributes
    ----------
    w1 : float
        Weight of the bilateral kernel (pixels that are near and of similar colour), 0-1000.
    w2 : float
        Weight of the smoothness kernel (pixels that are near), 0-1000.
    theta_alpha : float
        θα, range of the bilateral kernel in pixels (standard deviation), 0.1-10000.
    theta_beta : float
        θβ, colour difference that the bilateral kernel tolerates (standard deviation), in 0-255 units, 0.1-10000.
    theta_gamma : float
        θγ, range of the smoothness kernel in pixels (standard deviation), 0.1-10000.
    iterations : int
        Mean-field iterations, 1-100.

    Raises
    ------
    CrfError
        A value is not finite or out of these ranges.
    """

    w1: float = 1.0
    w2: float = 0.5
    theta_alpha: float = 30.0
    theta_beta: float = 5.0
    theta_gamma: float = 1.0
    iterations: int = 5

    def __post_init__(self) -> None:
        for name, low, high in (
            ("w1", 0.0, 1000.0),
            ("w2", 0.0, 1000.0),
            ("theta_alpha", 0.1, 10_000.0),
            ("theta_beta", 0.1, 10_000.0),
            ("theta_gamma", 0.1, 10_000.0),
            ("iterations", 1, 100),
        ):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
                raise CrfError(f"The CRF's {name} is {_short(value)}, not a number.", f"Choose {low:g} to {high:g}.")
            if not low <= value <= high:  # compared before it is formatted: a whole number may be too long for :g
                raise CrfError(f"The CRF's {name} is {_short(value)}.", f"Choose {low:g} to {high:g}.")
        if self.iterations != int(self.iterations):
            raise CrfError(f"The CRF's iterations are {self.iterations}.", "Choose a whole number, 1 to 100.")

    @property
    def longest_side(self) -> int:
        """The longest side of an image whose coordinates on pydensecrf's lattice do not overflow; 0 for none."""
        # sums of the permutohedral lattice's scale factors: two axes; two of position and three of colour out of five
        smooth = _LATTICE_LIMIT * self.theta_gamma / 2.8
        bilateral = (_LATTICE_LIMIT - 3.5 * 255.0 / self.theta_beta) * self.theta_alpha / 5.5
        return max(0, int(min(smooth, bilateral)))

    def check_reach(self, height: int, width: int) -> None:
        """Raise CrfError when θα or θγ is so small for this image that pydensecrf's lattice overflows."""
        side = max(height, width)
        if side <= self.longest_side:
            return
        if 2.8 * side / self.theta_gamma > _LATTICE_LIMIT:
            raise CrfError(
                f"The CRF's theta_gamma {self.theta_gamma:g} is too small for an image of {width} x {height} pixels.",
                f"Choose {2.8 * side / _LATTICE_LIMIT:.2g} or more, or the fast engine.",
            )
        raise CrfError(
            f"The CRF's theta_alpha {self.theta_alpha:g} and theta_beta {self.theta_beta:g} are too small for an image "
            f"of {width} x {height} pixels.",
            "Choose larger values (30 and 5 are usual), or the fast engine.",
        )


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
