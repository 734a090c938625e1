"""The à-trous convolution in two other forms: a filter with zeros, and a sum of shifted pointwise convolutions.

Chen et al. 2016 (DeepLab v2), equation 1, in two dimensions: ``y[i] = sum_k x[i + rate k] w[k]``. `nn.Conv2d` with
``dilation`` computes it. The forms here test it, and replace it where it is slow.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn


def with_holes(weight: Tensor, rate: int) -> Tensor:
    """Upsample a filter by putting ``rate - 1`` zeros between its taps (DeepLab v2, section 3.1, figure 3).

    Parameters
    ----------
    weight : Tensor
        Float [O, I, k, k'].
    rate : int
        1 or more.

    Returns
    -------
    Tensor
        Float [O, I, k + (k - 1)(rate - 1), k' + (k' - 1)(rate - 1)]; an ordinary convolution with it is the à-trous
        convolution with ``weight``.
    """
    spread = [(taps - 1) * rate + 1 for taps in weight.shape[2:]]
    holed = weight.new_zeros(*weight.shape[:2], *spread)
    holed[..., ::rate, ::rate] = weight
    return holed


class ShiftedAtrous(nn.Module):
    """An à-trous convolution as a sum over its taps: each a pointwise convolution of the shifted map.

    ``y = b + sum_t shift(x, rate t) W[t]``. Every tap is one matrix product over the pixels whose shifted partner lies
    inside the map; taps that meet nothing but padding cost nothing. The sum is taken in float32, whatever the input's
    dtype. It equals the `nn.Conv2d` it was made from, and is faster at large rates: at rate 24 on a 45x60
    map more than half of the multiplications of a convolution meet padding, and kernels for dilated convolutions in
    bfloat16 are slow.

    Attributes
    ----------
    taps : Tensor
        Float [k, k', I, O]; the convolution's weight, one matrix a tap.
    bias : Tensor or None
        Float [O].
    """

    taps: Tensor
    bias: Tensor | None

    def __init__(self, conv: nn.Conv2d) -> None:
        super().__init__()
        if conv.stride != (1, 1) or conv.groups != 1 or conv.padding_mode != "zeros" or isinstance(conv.padding, str):
            raise ValueError(
                f"a sum of shifts needs a convolution with stride 1, one group and zero padding, not {conv}"
            )
        self.rate = cast(tuple[int, int], conv.dilation)
        self.padding = cast(tuple[int, int], conv.padding)
        self.register_buffer("taps", conv.weight.detach().permute(2, 3, 1, 0).contiguous())
        self.register_buffer("bias", None if conv.bias is None else conv.bias.detach().clone())

    def forward(self, x: Tensor) -> Tensor:
        """Float [N, I, h, w], best in channels-last -> float [N, O, h', w'] in channels-last, as the convolution."""
        count, inside, height, width = x.shape
        out_height, rows = _valid(height, self.taps.shape[0], self.rate[0], self.padding[0])
        out_width, columns = _valid(width, self.taps.shape[1], self.rate[1], self.padding[1])
        total = torch.zeros(count, out_height, out_width, self.taps.shape[3], device=x.device)
        if self.bias is not None:
            total += self.bias
        pixels = x.permute(0, 2, 3, 1)
        for column, left, right, shift in columns:
            # Copied once for all taps of this column: matrix products of strided views are many times slower.
            strip = pixels[:, :, left + shift : right + shift].contiguous()
            for row, top, bottom, drop in rows:
                window = strip[:, top + drop : bottom + drop]
                product = window.reshape(-1, inside) @ self.taps[row, column]
                total[:, top:bottom, left:right] += product.view(count, bottom - top, right - left, -1)
        return total.to(x.dtype).permute(0, 3, 1, 2)


def shifted(conv: nn.Conv2d) -> nn.Module:
    """Build the sum of shifts that equals a convolution, for inference; its weights are copies.

    Raises ValueError for a convolution with stride, groups or another padding than zeros.
    """
    return ShiftedAtrous(conv)


def _valid(size: int, taps: int, rate: int, padding: int) -> tuple[int, list[tuple[int, int, int, int]]]:
    """Return the output's size and, for each tap inside the map, (tap, first output, end of outputs, shift)."""
    out = size + 2 * padding - rate * (taps - 1)
    shifts = [(tap, tap * rate - padding) for tap in range(taps)]
    windows = [(tap, max(0, -shift), min(out, size - shift), shift) for tap, shift in shifts]
    return out, [window for window in windows if window[1] < window[2]]
