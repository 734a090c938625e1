"""The fast engine: the same mean field, on samples of the image first, then at the pixels that they leave undecided."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import embedding_bag, interpolate

from segcore.classes import IGNORE_INDEX
from segcore.crf.parameters import CrfParameters
from segcore.crf.permutohedral import Lattice, Located
from segcore.crf.smoothing import Smoothing
from segcore.crf.unary import SMALLEST
from segcore.errors import CrfError

SAMPLES = 100_000
"""Of an image: more are slower, fewer are less like the exact engine."""
LIVE = 0.045
"""A class whose probability is nowhere above cannot win anywhere: nobody sends it messages."""
SETTLED = 1e-3
"""Mean change of the marginals in an iteration, below which further ones change no label to speak of."""
_CHUNK = 1 << 16
"""Pixels at a time: what fits the cache, and between two of which a cancel is answered."""
_KEEP_LOCATED = 1 << 17
"""Images of at most so many pixels remember where each pixel lies in the lattice, for the next decision."""
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
    """The fully-connected CRF on one image, for any number of decisions.

    Three things make it fast. Message passing runs on samples, a grid of about `SAMPLES` pixels with their own
    colours: the kernels reach far enough that a part of their pixels weighs like all. Only classes that can win
    anywhere take part. And the pixels themselves are computed, once, only where the samples around a pixel disagree or
    it disagrees with them: there the message is interpolated in position *and colour*, on the same permutohedral
    lattice, so that borders lie where the full computation puts them. An image of at most `SAMPLES` pixels is computed
    whole.

    Parameters
    ----------
    image : NDArray[np.uint8]
        RGB, [H, W, 3].
    parameters : CrfParameters
        The energy.
    device : str or None
        For torch; None: the CPU.
    samples : int
        About how many samples to take.
    """

    def __init__(
        self,
        image: NDArray[np.uint8],
        parameters: CrfParameters,
        device: str | None = None,
        samples: int = SAMPLES,
    ) -> None:
        self._parameters = parameters
        self._device = torch.device(device or "cpu")
        self._size = height, width = image.shape[:2]
        self._pixels = _tensor(image, self._device).reshape(-1, 3)
        stride = max(1.0, math.sqrt(height * width / samples))
        self._grid = rows, columns = math.ceil(height / stride), math.ceil(width / stride)
        self._whole = self._grid == self._size
        # where `interpolate` and `cv2.resize` believe the samples to be
        self._rows, self._columns = (
            ((torch.arange(count, device=self._device) + 0.5) * (length / count) - 0.5).round().long()
            for count, length in ((rows, height), (columns, width))
        )
        self._sampled = (self._rows[:, None] * width + self._columns).reshape(-1)
        self._lattice: Lattice | None = None
        self._located: Located | None = None
        if parameters.w1 > 0:
            self._lattice = Lattice(self._features(self._sampled))
            ones = torch.ones(self._lattice.points, 1, device=self._device)
            self._mass = self._lattice.blur(self._lattice.splat(ones))
            self._norm = self._lattice.slice(self._mass).clamp_(min=1e-20).rsqrt_()
        self._smoothing: Smoothing | None = None
        if parameters.w2 > 0:
            sigma = parameters.theta_gamma * rows / height, parameters.theta_gamma * columns / width
            self._smoothing = Smoothing(rows, columns, sigma, self._device)

    def infer(self, probabilities: NDArray[np.float32], hard: NDArray[np.uint8] | None = None) -> Marginals:
        """Decide.

        Parameters
        ----------
        probabilities : NDArray[np.float32]
            [C, H, W], finite, not negative; in proportion to their sum at a pixel, where there is none undecided.
        hard : NDArray[np.uint8] or None
            [H, W], the channel where a pixel is known, 255 elsewhere. It stays so through every iteration.

        Returns
        -------
        Marginals
            Yields the number of iterations done, at least every few milliseconds; returns float32 [C, H, W], summing
            to 1. Where a pixel agrees with all samples around it, they are interpolated from these. Classes that
            cannot win are 0.

        Raises
        ------
        CrfError
            Probabilities that are not finite or negative.
        """
        shares = _tensor(probabilities, self._device).reshape(len(probabilities), -1)
        known = None if hard is None else _tensor(hard, self._device).reshape(-1)
        live = _live(shares, known)
        unary = self._unary(shares, live, self._sampled)
        evidence = None if known is None else _Evidence.of(self._known_samples(known), live)
        marginals = _clamped(unary.softmax(1), evidence)
        iterations = int(self._parameters.iterations)
        for done in range(1, iterations + (1 if self._whole else 0)):
            before = marginals
            marginals = _clamped((unary + self._message(marginals)).softmax(1), evidence)
            yield done
            if (marginals - before).abs().sum(1).mean() < SETTLED:
                break
        if self._whole:
            result = torch.zeros_like(shares)
            result[live] = marginals.T
        else:
            result = yield from self._at_pixels(shares, known, live, marginals)
        yield iterations
        found: NDArray[np.float32] = result.reshape(probabilities.shape).cpu().numpy()
        return found

    def _features(self, pixels: Tensor) -> Tensor:
        """Return float32 [5, N], position and colour in standard deviations."""
        width = self._size[1]
        features = torch.empty(5, len(pixels), device=self._device)
        features[0] = (pixels % width) / self._parameters.theta_alpha
        features[1] = (pixels // width) / self._parameters.theta_alpha
        features[2:] = self._pixels[pixels].T / self._parameters.theta_beta
        return features

    def _unary(self, shares: Tensor, live: Tensor, pixels: Tensor) -> Tensor:
        """Return log P of the live classes, float32 [N, K]."""
        logs = torch.stack([shares[channel][pixels] for channel in live.tolist()], 1)
        logs /= logs.sum(1, keepdim=True).clamp_(min=1e-30)
        return logs.clamp_(min=SMALLEST).log_()

    def _message(self, marginals: Tensor) -> Tensor:
        """Return what the samples say to each other, float32 [n, K]."""
        message = torch.zeros_like(marginals)
        if self._lattice is not None:
            message += self._lattice.slice(self._spread(marginals)) * (self._parameters.w1 * self._norm)
        if self._smoothing is not None:
            smooth = self._smoothing(marginals.reshape(*self._grid, -1)).reshape(message.shape)
            message += self._parameters.w2 * smooth
        return message

    def _spread(self, marginals: Tensor) -> Tensor:
        assert self._lattice is not None
        return self._lattice.blur(self._lattice.splat(marginals * self._norm))

    def _known_samples(self, known: Tensor) -> Tensor:
        """Return the known channel of each sample, uint8 [n]: any pixel in its cell makes it known."""
        (height, width), (rows, columns) = self._size, self._grid
        pixels = (known != IGNORE_INDEX).nonzero()[:, 0]
        cells = (pixels // width) * rows // height * columns + (pixels % width) * columns // width
        samples = torch.full((rows * columns,), IGNORE_INDEX, dtype=torch.uint8, device=self._device)
        samples[cells] = known[pixels]
        own = known[self._sampled]
        return torch.where(own != IGNORE_INDEX, own, samples)

    def _at_pixels(
        self, shares: Tensor, known: Tensor | None, live: Tensor, marginals: Tensor
    ) -> Generator[int, None, Tensor]:
        """Carry the samples' marginals to the pixels: the last iteration."""
        done = int(self._parameters.iterations) - 1
        settled = self._settled(shares, known, live, marginals)
        yield done
        result = _spread_out(shares, live, marginals.reshape(*self._grid, -1), self._size)
        yield done
        undecided = (settled == IGNORE_INDEX).nonzero()[:, 0]
        spread = None
        if self._lattice is not None:
            spread = torch.cat([self._spread(marginals), self._mass], 1)
        smooth = None
        if self._smoothing is not None:
            smooth = self._smoothing(marginals.reshape(*self._grid, -1)).reshape(marginals.shape)
        fields = torch.empty(len(undecided), len(live), device=self._device)
        first = torch.empty_like(fields)
        chunks = [slice(start, start + _CHUNK) for start in range(0, len(undecided), _CHUNK)]
        for chunk in chunks:
            pixels = undecided[chunk]
            field = self._unary(shares, live, pixels)
            if spread is not None:
                field += self._bilateral(spread, pixels)
            fields[chunk] = field
            first[chunk] = field if smooth is None else field + self._parameters.w2 * self._interpolated(smooth, pixels)
            yield done
        first = first.softmax(1)
        if self._smoothing is not None:
            around = _Around(self._size, self._parameters.theta_gamma, settled, undecided, first)
            for chunk in chunks:
                fields[chunk] += self._parameters.w2 * around.smooth(undecided[chunk])
                yield done
            first = fields.softmax(1)
        for number, channel in enumerate(live.tolist()):
            result[channel][undecided] = first[:, number]
        if known is not None:
            pixels = (known != IGNORE_INDEX).nonzero()[:, 0]
            result[:, pixels] = 0.0
            result[known[pixels].long(), pixels] = 1.0
        return result

    def _settled(self, shares: Tensor, known: Tensor | None, live: Tensor, marginals: Tensor) -> Tensor:
        """Return the number of the class (among the live ones) of each pixel that needs no more thought, else 255, uint8 [H * W].

        It is that of the samples around the pixel, when they agree, and the pixel would have it, too.
        """
        (height, width), (rows, columns) = self._size, self._grid
        labels = torch.nn.functional.pad(
            marginals.argmax(1).reshape(1, 1, rows, columns).float(), (1, 1, 1, 1), mode="replicate"
        )[0, 0].to(torch.uint8)
        corners = [labels[y : y + rows + 1, x : x + columns + 1] for y in (0, 1) for x in (0, 1)]
        agreed = torch.where(
            (corners[0] == corners[1]) & (corners[0] == corners[2]) & (corners[0] == corners[3]),
            corners[0],
            IGNORE_INDEX,
        )
        down, across = (
            (((torch.arange(length, device=self._device) + 0.5) * (count / length) - 0.5).floor().long() + 1)
            for count, length in ((rows, height), (columns, width))
        )
        settled = agreed[down][:, across].reshape(-1)
        best = shares[live].amax(0) if len(live) < len(shares) else shares.amax(0)
        channels = torch.cat([live, live.new_zeros(256 - len(live))])[settled.long()]
        own = shares.gather(0, channels[None])[0]
        settled = torch.where(own >= best, settled, IGNORE_INDEX)
        if known is not None:
            numbers = live.new_full((256,), IGNORE_INDEX).index_copy_(
                0, live, torch.arange(len(live), device=self._device)
            )
            settled = torch.where(known != IGNORE_INDEX, numbers[known.long()].to(torch.uint8), settled)
        return settled

    def _bilateral(self, spread: Tensor, pixels: Tensor) -> Tensor:
        assert self._lattice is not None
        at = self._at(pixels)
        sliced = self._lattice.slice(spread, at)
        return sliced[:, :-1] * (self._parameters.w1 * sliced[:, -1:].clamp(min=1e-20).rsqrt())

    def _at(self, pixels: Tensor) -> Located:
        assert self._lattice is not None
        if len(self._pixels) > _KEEP_LOCATED:
            return self._lattice.locate(self._features(pixels))
        if self._located is None:
            everywhere = torch.arange(len(self._pixels), device=self._device)
            self._located = self._lattice.locate(self._features(everywhere))
        return Located(self._located.vertices[pixels], self._located.weights[pixels])

    def _interpolated(self, maps: Tensor, pixels: Tensor) -> Tensor:
        """Interpolate the samples' maps, float32 [n, K], at pixels, bilinearly: float32 [N, K]."""
        (height, width), (rows, columns) = self._size, self._grid
        y = ((pixels // width + 0.5) * (rows / height) - 0.5).clamp_(0, rows - 1)
        x = ((pixels % width + 0.5) * (columns / width) - 0.5).clamp_(0, columns - 1)
        top, left = y.floor(), x.floor()
        down, right = y - top, x - left
        top, left = top.int(), left.int()
        below, beside = (top + 1).clamp_(max=rows - 1) * columns, (left + 1).clamp_(max=columns - 1)
        top *= columns
        corners = torch.stack([top + left, top + beside, below + left, below + beside], 1)
        weights = torch.stack([(1 - down) * (1 - right), (1 - down) * right, down * (1 - right), down * right], 1)
        found: Tensor = embedding_bag(corners, maps, mode="sum", per_sample_weights=weights)
        return found


@dataclass(frozen=True)
class _Evidence:
    """Samples that are known: where, and their marginals."""

    samples: Tensor
    marginals: Tensor

    @staticmethod
    def of(known: Tensor, live: Tensor) -> _Evidence:
        samples = (known != IGNORE_INDEX).nonzero()[:, 0]
        return _Evidence(samples, (known[samples].long()[:, None] == live[None]).float())


def _clamped(marginals: Tensor, evidence: _Evidence | None) -> Tensor:
    if evidence is not None:
        marginals[evidence.samples] = evidence.marginals
    return marginals


class _Around:
    """The smoothness kernel at single pixels: what is undecided as it stands, what is settled at its class.

    A Gaussian is summed at distances of a standard deviation up to two of them, at least a pixel apart.
    """

    def __init__(
        self, size: tuple[int, int], sigma: float, settled: Tensor, undecided: Tensor, marginals: Tensor
    ) -> None:
        self._size = size
        device = settled.device
        self._numbers = len(undecided) + settled.int()
        self._numbers[undecided] = torch.arange(len(undecided), dtype=torch.int32, device=device)
        self._rows = torch.cat([marginals, torch.eye(marginals.shape[1], device=device)])
        step = max(1, round(sigma))
        reach = min(3, math.ceil(2.5 * sigma / step))
        self._offsets = [
            (down, right, math.exp(-0.5 * (down**2 + right**2) / sigma**2))
            for down in range(-reach * step, reach * step + 1, step)
            for right in range(-reach * step, reach * step + 1, step)
            if down**2 + right**2 <= (reach * step + 0.5) ** 2
        ]

    def smooth(self, pixels: Tensor) -> Tensor:
        height, width = self._size
        y, x = pixels // width, pixels % width
        rows = torch.empty(len(pixels), len(self._offsets), dtype=torch.int32, device=pixels.device)
        weights = torch.empty(len(pixels), len(self._offsets), device=pixels.device)
        for number, (down, right, weight) in enumerate(self._offsets):
            inside = (y >= -down) & (y < height - down) & (x >= -right) & (x < width - right)
            rows[:, number] = self._numbers[torch.where(inside, pixels + (down * width + right), pixels)]
            weights[:, number] = weight * inside
        weights /= weights.sum(1, keepdim=True)
        found: Tensor = embedding_bag(rows, self._rows, mode="sum", per_sample_weights=weights)
        return found


def _live(shares: Tensor, known: Tensor | None) -> Tensor:
    """Return the channels that can win, int64 [K]. Raises CrfError for values that are not finite or negative."""
    highest, lowest = shares.amax(1), shares.amin(1)  # NaN where there is one
    if not (torch.isfinite(highest).all() and (lowest >= 0).all()):
        raise CrfError("The CRF got probabilities that are not finite or negative.", "Predict this image again.")
    live = highest >= min(LIVE, 0.9 / len(shares))
    if known is not None:
        present = torch.bincount(known, minlength=256)[: len(live)] > 0
        live = live | present
    return live.nonzero()[:, 0] if live.any() else torch.arange(len(live), device=live.device)


def _spread_out(shares: Tensor, live: Tensor, maps: Tensor, size: tuple[int, int]) -> Tensor:
    """Interpolate the samples' marginals, float32 [h, w, K], everywhere: float32 [C, H * W]."""
    result = torch.zeros_like(shares)
    for number, channel in enumerate(live.tolist()):
        plane = interpolate(maps[None, None, :, :, number], size, mode="bilinear", align_corners=False)
        result[channel] = plane.reshape(-1)
    return result


def _tensor(array: NDArray[np.generic], device: torch.device) -> Tensor:
    if not array.flags.writeable or not array.flags.c_contiguous:  # torch warns of the first and cannot take the second
        array = array.copy()
    return torch.from_numpy(array).to(device)
