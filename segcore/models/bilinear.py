"""Upsampling by transposed convolution, initialised to bilinear interpolation (Long et al. 2015, section 3.3)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from segcore.models.grid import Grid


def bilinear_kernel(size: int) -> Tensor:
    """Return the kernel that makes a transposed convolution interpolate bilinearly.

    With the stride ``f = (size + 1) // 2`` and the centre ``c = (size - 1) / 2``, the values are
    ``(1 - |y - c| / f) (1 - |x - c| / f)``; size 3 gives [[.25, .5, .25], [.5, 1, .5], [.25, .5, .25]].

    Returns
    -------
    Tensor
        Float32 [size, size], above 0, at most 1.
    """
    away = (torch.arange(size, dtype=torch.float32) - (size - 1) / 2).abs()
    line = 1 - away / ((size + 1) // 2)
    return line[:, None] * line[None, :]


class LearnedUpsampling(nn.ConvTranspose2d):
    """A transposed convolution that starts as bilinear interpolation of each channel, and learns.

    Its weight is float32 [C, C, 2 stride, 2 stride], as in the authors' networks: classes may influence each other.

    Parameters
    ----------
    channels : int
        C, of input and output.
    stride : int
        How many times larger the output is; even.
    padding : int or None
        Rows and columns removed at each border; None is ``stride / 2``: the output is exactly ``stride`` times as
        large. 0 keeps the half cell around the map, as the authors do before they crop.
    """

    def __init__(self, channels: int, stride: int, padding: int | None = None) -> None:
        padding = stride // 2 if padding is None else padding
        super().__init__(channels, channels, 2 * stride, stride, padding, bias=False)
        self._geometry = (2 * stride, stride, padding)

    def grid(self, of: Grid) -> Grid:
        """Return the grid of the output for an input with grid ``of``."""
        return of.upsampled(*self._geometry)

    @torch.no_grad()
    def reset_parameters(self) -> None:
        """Set the bilinear kernel on the diagonal, zero elsewhere."""
        nn.init.zeros_(self.weight)
        every = torch.arange(self.in_channels)
        self.weight[every, every] = bilinear_kernel(self.kernel_size[0]).to(self.weight)

    @torch.no_grad()
    def keep_channels(self, sources: list[int | None]) -> None:
        """Set the channels: channel k continues old channel ``sources[k]``, or starts bilinear on its own."""
        old = self.weight
        self.in_channels = self.out_channels = len(sources)
        self.weight = nn.Parameter(old.new_empty(len(sources), len(sources), *old.shape[2:]), old.requires_grad)
        self.reset_parameters()
        kept = [channel for channel, source in enumerate(sources) if source is not None]
        before = [source for source in sources if source is not None]
        if kept:
            self.weight[torch.tensor(kept)[:, None], torch.tensor(kept)] = old[torch.tensor(before)[:, None], before]


class FixedUpsampling(nn.Module):
    """The same transposed convolution with a fixed bilinear kernel, for any number of channels, without weights.

    With a ring of zeros around the map, interpolation gives the same numbers at a fraction of the cost.

    Parameters
    ----------
    stride : int
        How many times larger the output is; even.
    kernel : int or None
        ``2 stride`` (the default), or ``2 stride - 1``, which centres each cell on a pixel instead of between two.
    padding : int or None
        As for `LearnedUpsampling`.
    """

    def __init__(self, stride: int, kernel: int | None = None, padding: int | None = None) -> None:
        super().__init__()
        self.stride = stride
        self.kernel = 2 * stride if kernel is None else kernel
        self.padding = stride // 2 if padding is None else padding
        if stride % 2 or self.kernel not in (2 * stride, 2 * stride - 1):
            raise ValueError(
                f"bilinear upsampling needs an even stride s and kernel 2s or 2s - 1, not {stride} and {self.kernel}"
            )

    def grid(self, of: Grid) -> Grid:
        """Return the grid of the output for an input with grid ``of``."""
        return of.upsampled(self.kernel, self.stride, self.padding)

    def forward(self, x: Tensor) -> Tensor:
        """Float [N, C, h, w] -> float [N, C, s (h - 1) + k - 2 p, s (w - 1) + k - 2 p]."""
        height, width = x.shape[-2:]
        ringed = functional.pad(x, (1, 1, 1, 1))
        if self.kernel % 2:
            size = [self.stride * (height + 1) + 1, self.stride * (width + 1) + 1]
            larger = functional.interpolate(ringed, size, mode="bilinear", align_corners=True)
            margin = 1 + self.padding
        else:
            size = [self.stride * (height + 2), self.stride * (width + 2)]
            larger = functional.interpolate(ringed, size, mode="bilinear", align_corners=False)
            margin = self.stride // 2 + self.padding
        return larger[..., margin:-margin, margin:-margin]
