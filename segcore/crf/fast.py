"""The fast engine: mean field on a coarse grid of pixels, then once at the pixels that the grid leaves undecided."""

from __future__ import annotations

import math
from collections.abc import Generator
from copy import copy

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from segcore.crf.coarse_grid import CoarseGrid
from segcore.crf.parameters import CrfParameters
from segcore.crf.permutohedral import Lattice, Located
from segcore.crf.smoothing import Smoothing, SmoothingAt
from segcore.crf.unary import SMALLEST
from segcore.errors import CrfError
from segcore.labels.classes import IGNORE_INDEX

WHOLE = 1 << 14
"""Images of at most this many pixels need no coarse grid: every pixel is computed."""
LIVE = 0.045
"""A class whose probability is nowhere above this cannot win anywhere, so it takes part in no message."""
STILL = 5e-4
"""Iterations end when the mean change of a marginal is below this: further ones hardly change a label."""
AHEAD = 0.6
"""Over-relaxation: messages on the grid are extrapolated by this share of their last change."""
_FEWER = 0.65
"""Share of the iterations that over-relaxation needs: 7 come as near to pydensecrf's 10 as 10 without it."""
_CHUNK = 1 << 16
"""Pixels in a chunk: it fits the cache, and a cancel is answered between two chunks."""
_STRIPE = 1 << 20
"""Pixels in a chunk of lighter work."""
_SMOOTH = 2.0
"""From this θγ on, in cells of the grid, the smoothness message can be interpolated between grid pixels."""
_KEEP_LOCATED = 1 << 17
"""For images of at most this many pixels, their positions in the lattice are kept for the next inference."""

Marginals = Generator[int, None, NDArray[np.float32]]


def mean_field_fast(
    image: NDArray[np.uint8],
    probabilities: NDArray[np.float32],
    parameters: CrfParameters,
    device: str | None = None,
) -> Marginals:
    """Minimise the energy of `CrfParameters` once; see `FastCrf.infer`."""
    return FastCrf(image, parameters, device).infer(probabilities)


class FastCrf:
    """The fully-connected CRF on one image, for any number of inferences.

    Three things make it fast. Messages pass on a coarse grid of pixels with their own colours: the kernels reach so
    far that a part of the pixels gives nearly the same sums. Only classes that can win somewhere take part. Other
    pixels are computed once, and only where the grid pixels around a pixel disagree, or it disagrees with them: there
    the message is interpolated in position *and colour*, on the same permutohedral lattice, so that borders lie where
    the full computation puts them. Every pixel of an image of at most `WHOLE` pixels is in the grid.

    Parameters
    ----------
    image : NDArray[np.uint8]
        RGB, [H, W, 3].
    parameters : CrfParameters
        The energy.
    device : str or None
        For torch; None: the CPU.
    grid_pixels : int or None
        About how many pixels the coarse grid has; None: `enough_grid_pixels`.
    """

    def __init__(
        self,
        image: NDArray[np.uint8],
        parameters: CrfParameters,
        device: str | None = None,
        grid_pixels: int | None = None,
    ) -> None:
        self._image, self._grid_pixels = image, grid_pixels
        self._device = torch.device(device or "cpu")
        height, width = image.shape[:2]
        self._colours = _tensor(image, self._device).reshape(-1, 3)
        grid_pixels = grid_pixels or enough_grid_pixels(height * width, parameters)
        self._grid = CoarseGrid(height, width, grid_pixels, self._device)
        self._lattice: Lattice | None = None
        self._located: Located | None = None
        self._use(parameters)

    def _use(self, parameters: CrfParameters) -> None:
        self._parameters = parameters
        self._smoothing: Smoothing | None = None
        if parameters.w2 > 0:
            (height, width), (rows, columns) = self._grid.size, self._grid.shape
            sigma = parameters.theta_gamma * rows / height, parameters.theta_gamma * columns / width
            self._smoothing = Smoothing(rows, columns, sigma, self._device)
            self._sharpens = min(sigma) < _SMOOTH

    def with_parameters(self, parameters: CrfParameters) -> FastCrf:
        """Return the engine on the same image with other parameters; the lattice is kept while θα and θβ are."""
        own = self._parameters
        if (own.theta_alpha, own.theta_beta) != (parameters.theta_alpha, parameters.theta_beta):
            return FastCrf(self._image, parameters, str(self._device), self._grid_pixels)
        other = copy(self)
        other._use(parameters)
        return other

    def infer(self, probabilities: NDArray[np.float32], hard: NDArray[np.uint8] | None = None) -> Marginals:
        """Return the marginals of each pixel.

        Parameters
        ----------
        probabilities : NDArray[np.float32]
            [C, H, W], finite, not negative. They are normalised to sum to 1 at a pixel; all 0 means undecided.
        hard : NDArray[np.uint8] or None
            [H, W], the channel of pixels whose class is known, 255 elsewhere. Known pixels never change.

        Returns
        -------
        Marginals
            Yields the number of iterations done, every few milliseconds; returns float32 [C, H, W], summing to 1.
            The marginals of a pixel that agrees with all grid pixels around it are interpolated from theirs. Classes
            that cannot win are 0. Iterations end early when the marginals no longer change.

        Raises
        ------
        CrfError
            A probability is negative or not finite.
        """
        shares = _tensor(probabilities, self._device).reshape(len(probabilities), -1)
        known = None if hard is None else _tensor(hard, self._device).reshape(-1)
        live = yield from _live(shares, known)
        if known is not None:  # from here on, channels are numbered among the live ones
            known = _numbers(live, self._device)[known.long()]
        iterations = int(self._parameters.iterations)
        for _ in self._prepare():
            yield 0
        among = iterations if self._grid.is_whole or iterations <= 3 else math.ceil(_FEWER * iterations)
        marginals = yield from self._on_grid(shares, known, live, among - (not self._grid.is_whole))
        result = _zeros(shares)
        planes = [result[channel] for channel in live]
        if self._grid.is_whole:
            for number, plane in enumerate(planes):
                plane.copy_(marginals[:, number])
        else:
            for _ in self._at_pixels(shares, known, live, marginals, planes):
                yield iterations - 1
        yield iterations
        found: NDArray[np.float32] = result.reshape(probabilities.shape).cpu().numpy()
        return found

    def _prepare(self) -> Generator[None, None, None]:
        """Build the lattice, once: it depends on the image only."""
        if self._lattice is None and self._parameters.w1 > 0:
            lattice = yield from Lattice.build(self._features(self._grid.pixels))
            self._mass = lattice.blur(lattice.splat(torch.ones(lattice.points, 1, device=self._device)))
            self._norm = _norm(lattice.slice(self._mass))
            self._lattice = lattice
        yield

    def _on_grid(
        self, shares: Tensor, known: Tensor | None, live: list[int], iterations: int
    ) -> Generator[int, None, Tensor]:
        """Iterate on the grid; returns its marginals, float32 [n, K]."""
        unary = self._unary(shares, live, self._grid.pixels)
        certain = None if known is None else self._grid.known(known)

        def marginals_of(field: Tensor) -> Tensor:
            marginals = _softmax(field.T).T.contiguous()
            if certain is not None:
                there = (certain != IGNORE_INDEX).nonzero()[:, 0]
                marginals[there] = torch.eye(len(live), device=self._device)[certain[there].long()]
            return marginals

        marginals = marginals_of(unary)
        message: Tensor | None = None
        for done in range(1, iterations + 1):
            before, last = marginals, message
            message = yield from self._message(before, done - 1)
            ahead = message if last is None or self._grid.is_whole else message + AHEAD * (message - last)
            marginals = marginals_of(unary + ahead)
            yield done
            if torch.dist(marginals, before, 1) < STILL * len(marginals):
                break
        return marginals

    def _at_pixels(
        self, shares: Tensor, known: Tensor | None, live: list[int], marginals: Tensor, planes: list[Tensor]
    ) -> Generator[None, None, None]:
        """Do the last iteration at all pixels: from the grid, float32 [n, K], to ``planes``, K of float32 [H * W]."""
        w2, grid = self._parameters.w2, self._grid
        settled = grid.agreed(marginals.argmax(1).to(torch.uint8))
        yield
        channels = torch.tensor([*live, *[live[0]] * (256 - len(live))], device=self._device)
        for start in range(0, len(settled), _STRIPE):
            stripe = slice(start, start + _STRIPE)
            own = shares[:, stripe].gather(0, channels[settled[stripe].long()][None])[0]
            settled[stripe][own < shares[:, stripe].amax(0)] = IGNORE_INDEX
            yield
        if known is not None:
            settled = torch.where(known != IGNORE_INDEX, known, settled)
        for number, plane in enumerate(planes):
            grid.interpolate_all(marginals[:, number], plane)
            yield
        spread, smooth = None, None
        if self._lattice is not None:
            spread = torch.cat([self._spread(marginals), self._mass], 1)
        if self._smoothing is not None:
            smooth = self._smooth(marginals)
        yield
        undecided = (settled == IGNORE_INDEX).nonzero()[:, 0]
        fields = torch.empty(len(live), len(undecided), device=self._device)
        first = torch.empty_like(fields)
        chunks = [slice(start, start + _CHUNK) for start in range(0, len(undecided), _CHUNK)]
        for chunk in chunks:
            pixels = undecided[chunk]
            field = self._unary(shares, live, pixels)
            if spread is not None:
                field += self._bilateral(spread, pixels)
            fields[:, chunk] = field.T
            if smooth is not None:
                field += w2 * grid.interpolated(smooth, pixels)
            first[:, chunk] = _softmax(field.T)
            yield
        if self._smoothing is not None and self._sharpens:
            smoothing = SmoothingAt(grid.size, self._parameters.theta_gamma, settled, undecided, first)
            for chunk in chunks:
                first[:, chunk] = _softmax(fields[:, chunk] + w2 * smoothing(undecided[chunk]).T)
                yield
        for marginal, plane in zip(first, planes, strict=True):
            plane.index_copy_(0, undecided, marginal)
        if known is not None:
            pixels = (known != IGNORE_INDEX).nonzero()[:, 0]
            for number, plane in enumerate(planes):
                plane.index_copy_(0, pixels, (known[pixels] == number).float())

    def _features(self, pixels: Tensor) -> Tensor:
        """Return position and colour in standard deviations, float32 [5, N]."""
        width = self._grid.size[1]
        features = torch.empty(5, len(pixels), device=self._device)
        features[0] = (pixels % width) / self._parameters.theta_alpha
        features[1] = (pixels // width) / self._parameters.theta_alpha
        features[2:] = self._colours[pixels].T / self._parameters.theta_beta
        return features

    def _unary(self, shares: Tensor, live: list[int], pixels: Tensor) -> Tensor:
        """Return log P of the live classes, float32 [N, K]."""
        logs = torch.stack([shares[channel].index_select(0, pixels) for channel in live])
        logs /= logs.sum(0).clamp_(min=1e-30)
        return logs.clamp_(min=SMALLEST).log_().T.contiguous()

    def _message(self, marginals: Tensor, done: int) -> Generator[int, None, Tensor]:
        """Return the messages on the grid, float32 [n, K]."""
        message = torch.zeros_like(marginals)
        if self._lattice is not None:
            spread = self._spread(marginals)
            yield done
            message += self._lattice.slice(spread).mul_(self._parameters.w1 * self._norm)
        if self._smoothing is not None:
            message += self._parameters.w2 * self._smooth(marginals)
        return message

    def _smooth(self, marginals: Tensor) -> Tensor:
        assert self._smoothing is not None
        return self._smoothing(marginals.reshape(*self._grid.shape, -1)).reshape(marginals.shape)

    def _spread(self, marginals: Tensor) -> Tensor:
        assert self._lattice is not None
        return self._lattice.blur(self._lattice.splat(marginals * self._norm))

    def _bilateral(self, spread: Tensor, pixels: Tensor) -> Tensor:
        """Return the bilateral message at pixels, float32 [N, K], from the vertices' values and, last, their mass."""
        assert self._lattice is not None
        sliced = self._lattice.slice(spread, self._locate(pixels))
        return sliced[:, :-1] * (self._parameters.w1 * _norm(sliced[:, -1:]))

    def _locate(self, pixels: Tensor) -> Located:
        assert self._lattice is not None
        if len(self._colours) > _KEEP_LOCATED:
            return self._lattice.locate(self._features(pixels))
        if self._located is None:
            everywhere = torch.arange(len(self._colours), device=self._device)
            self._located = self._lattice.locate(self._features(everywhere))
        return Located(self._located.vertices[pixels], self._located.weights[pixels])


def enough_grid_pixels(pixels: int, parameters: CrfParameters) -> int:
    """Return how many grid pixels an image of ``pixels`` pixels needs.

    Measured on street scenes from 500 x 375 to 1920 x 1080, against pydensecrf, with three sets of parameters: at
    least 99 % of the labels are equal, mostly 99.5 %. A small θβ tells colours apart more finely, so fewer grid pixels
    are alike and more are needed. Within θα there are always five in a row.
    """
    finer = min(max(math.sqrt(13.0 / parameters.theta_beta), 1.0), 2.0)
    return max(WHOLE, round(70.0 * finer * math.sqrt(pixels)), math.ceil(pixels * grid_share(parameters)))


def grid_share(parameters: CrfParameters) -> float:
    """Return the share of a large image's pixels that the grid needs, 0.0 to 1.0: five in a row within θα."""
    return min(1.0, (5.0 / parameters.theta_alpha) ** 2)


def _norm(mass: Tensor) -> Tensor:
    return mass.clamp(min=1e-20).rsqrt_()


def _softmax(fields: Tensor) -> Tensor:
    """Softmax of [K, N] over K: six times as fast with the classes in rows as in columns."""
    return fields.contiguous().softmax(0)


def _numbers(live: list[int], device: torch.device) -> Tensor:
    """Return a table, uint8 [256], from channels to their numbers among the live ones; 255 for the others."""
    table = torch.full((256,), IGNORE_INDEX, dtype=torch.uint8, device=device)
    table[live] = torch.arange(len(live), dtype=torch.uint8, device=device)
    return table


def _live(shares: Tensor, known: Tensor | None) -> Generator[int, None, list[int]]:
    """Return the channels that can win. Raises CrfError for values that are negative or not finite."""
    highest = []
    for channel in shares:
        low, high = float(channel.amin()), float(channel.amax())  # NaN where one value is
        if not (low >= 0 and high < math.inf):
            raise CrfError("The CRF got probabilities that are negative or not finite.", "Predict this image again.")
        highest.append(high)
        yield 0
    present = set() if known is None else set(torch.bincount(known).nonzero()[:, 0].tolist())
    bar = min(LIVE, 0.9 / len(shares))
    everything = list(range(len(shares)))
    return [channel for channel in everything if highest[channel] >= bar or channel in present] or everything


def _zeros(like: Tensor) -> Tensor:
    """Return float32 zeros. NumPy's take memory only where something is written; torch's take all of it at once."""
    if like.device.type == "cpu":
        return torch.from_numpy(np.zeros(like.shape, np.float32))
    return torch.zeros_like(like)


def _tensor(array: NDArray[np.generic], device: torch.device) -> Tensor:
    if not array.flags.writeable or not array.flags.c_contiguous:  # torch warns of the first and refuses the second
        array = array.copy()
    return torch.from_numpy(array).to(device)
