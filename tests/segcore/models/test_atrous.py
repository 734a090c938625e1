from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn.functional import conv2d

from segcore.models.atrous import shifted, with_holes

SIZES = [(45, 60), (9, 13), (1, 1), (5, 1)]


def dilated(rate: int, kernel: int = 3, channels: tuple[int, int] = (5, 7), bias: bool = True) -> nn.Conv2d:
    torch.manual_seed(rate)
    return nn.Conv2d(*channels, kernel, padding=rate * (kernel // 2), dilation=rate, bias=bias)


def test_a_filter_with_holes_by_hand():
    holed = with_holes(torch.tensor([[[[1.0, 2, 3], [4, 5, 6], [7, 8, 9]]]]), 2)
    assert holed[0, 0].tolist() == [[1, 0, 2, 0, 3], [0] * 5, [4, 0, 5, 0, 6], [0] * 5, [7, 0, 8, 0, 9]]
    assert with_holes(torch.ones(2, 4, 7, 5), 4).shape == (2, 4, 25, 17)


@pytest.mark.parametrize("rate", [1, 2, 6, 12])
@pytest.mark.parametrize("size", SIZES)
def test_dilation_equals_the_filter_with_holes(rate, size):
    conv, x = dilated(rate).double(), torch.randn(2, 5, *size, dtype=torch.float64)
    with torch.inference_mode():
        holed = conv2d(x, with_holes(conv.weight, rate), conv.bias, padding=rate)
        torch.testing.assert_close(conv(x), holed, rtol=1e-10, atol=1e-10)


def test_atrous_equals_subsampled_filtering_interleaved():
    """DeepLab v2, figure 2: the responses of the strided network, for every phase of the stride, laid together."""
    conv, x = dilated(2, bias=False), torch.randn(1, 5, 16, 20)
    woven = torch.empty(1, 7, 16, 20)
    for row in (0, 1):
        for column in (0, 1):
            woven[..., row::2, column::2] = conv2d(x[..., row::2, column::2], conv.weight, padding=1)
    with torch.inference_mode():
        torch.testing.assert_close(conv(x), woven, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("rate", [1, 2, 6, 12, 18, 24, 36, 100])
@pytest.mark.parametrize("size", SIZES)
@torch.inference_mode()
def test_a_sum_of_shifts_equals_the_convolution(rate, size):
    conv, x = dilated(rate), torch.randn(2, 5, *size)
    y = shifted(conv)(x)
    assert y.is_contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(y, conv(x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "conv",
    [
        nn.Conv2d(5, 7, (3, 5), padding=(2, 12), dilation=(2, 6)),
        nn.Conv2d(5, 7, 3, padding=0, dilation=3, bias=False),
        nn.Conv2d(5, 7, 7, padding=20, dilation=4),
        nn.Conv2d(5, 7, 4, padding=3, dilation=2),
        nn.Conv2d(5, 7, 1, padding=2),
    ],
)
@torch.inference_mode()
def test_other_kernels_and_paddings(conv):
    x = torch.randn(1, 5, 17, 30).to(memory_format=torch.channels_last)
    torch.testing.assert_close(shifted(conv)(x), conv(x), rtol=1e-5, atol=1e-5)


@torch.inference_mode()
def test_the_sum_of_shifts_in_bfloat16_is_as_near_as_the_convolution():
    conv, x = dilated(12, channels=(64, 16)), torch.randn(1, 64, 30, 40)
    exact = conv(x)
    y = shifted(conv.bfloat16())(x.bfloat16())
    assert y.dtype == torch.bfloat16
    ours, theirs = (y.float() - exact).abs().mean(), (conv(x.bfloat16()).float() - exact).abs().mean()
    assert ours < 1.2 * theirs


def test_weights_are_copied_and_do_not_learn():
    conv = dilated(6)
    module = shifted(conv)
    assert not list(module.parameters())
    before = module.taps.clone()
    nn.init.zeros_(conv.weight)
    assert torch.equal(module.taps, before)


@pytest.mark.parametrize(
    "options", [{"stride": 2}, {"groups": 2}, {"padding": "same"}, {"padding": 1, "padding_mode": "reflect"}]
)
def test_what_is_no_sum_of_shifts_is_refused(options):
    with pytest.raises(ValueError, match="stride 1, one group"):
        shifted(nn.Conv2d(4, 4, 3, **options))
