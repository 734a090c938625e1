import pytest
import torch
from torch.nn import functional

from segcore.models.bilinear import FixedUpsampling, LearnedUpsampling, bilinear_kernel
from segcore.models.grid import Grid

CASES = [(2, 4, 1), (2, 4, 0), (2, 3, 0), (8, 16, 4), (16, 32, 8), (32, 64, 16), (32, 64, 0), (32, 63, 0)]


def transposed(x, stride, kernel, padding):
    """The transposed convolution of the paper, each channel by itself."""
    channels = x.shape[1]
    weight = bilinear_kernel(kernel).expand(channels, 1, kernel, kernel).contiguous()
    return functional.conv_transpose2d(x, weight, stride=stride, padding=padding, groups=channels)


def test_kernel_3_in_closed_form():
    expected = torch.tensor([[0.25, 0.5, 0.25], [0.5, 1.0, 0.5], [0.25, 0.5, 0.25]])
    assert torch.equal(bilinear_kernel(3), expected)


def test_kernel_4_in_closed_form():
    line = torch.tensor([0.25, 0.75, 0.75, 0.25])
    assert torch.equal(bilinear_kernel(4), line[:, None] * line)


@pytest.mark.parametrize("stride", [2, 8, 32])
def test_the_taps_that_meet_in_a_pixel_sum_to_one(stride):
    kernel = bilinear_kernel(2 * stride)
    sums = kernel.reshape(2, stride, 2, stride).sum((0, 2))
    torch.testing.assert_close(sums, torch.ones(stride, stride))


@pytest.mark.parametrize("stride", [2, 8, 32])
def test_it_is_interpolation_away_from_the_border(stride):
    torch.manual_seed(0)
    x = torch.randn(2, 3, 5, 4)
    expected = functional.interpolate(x, scale_factor=float(stride), mode="bilinear", align_corners=False)
    inside = (..., slice(stride // 2, -stride // 2), slice(stride // 2, -stride // 2))
    learned = LearnedUpsampling(3, stride)
    with torch.no_grad():
        for result in (FixedUpsampling(stride)(x), learned(x)):
            assert result.shape == expected.shape == (2, 3, 5 * stride, 4 * stride)
            torch.testing.assert_close(result[inside], expected[inside])
    assert not torch.allclose(result, expected)  # outside of the map are zeros, not the border repeated


@pytest.mark.parametrize(("stride", "kernel", "padding"), CASES)
def test_fixed_upsampling_computes_the_transposed_convolution(stride, kernel, padding):
    torch.manual_seed(0)
    x = torch.randn(2, 3, 5, 4)
    torch.testing.assert_close(FixedUpsampling(stride, kernel, padding)(x), transposed(x, stride, kernel, padding))


@pytest.mark.parametrize("padding", [None, 0])
def test_learned_upsampling_starts_bilinear(padding):
    torch.manual_seed(0)
    layer = LearnedUpsampling(3, 2, padding)
    x = torch.randn(1, 3, 6, 5)
    assert layer.weight.shape == (3, 3, 4, 4)
    with torch.no_grad():
        torch.testing.assert_close(layer(x), transposed(x, 2, 4, 1 if padding is None else 0))


def test_learned_learns_and_fixed_stores_nothing():
    layer = LearnedUpsampling(2, 2)
    layer(torch.randn(1, 2, 3, 3)).square().sum().backward()
    assert layer.weight.grad is not None
    assert bool(layer.weight.grad.any())
    assert not FixedUpsampling(8).state_dict()
    assert not list(FixedUpsampling(8).parameters())


def test_gradients_pass_through_fixed_upsampling():
    x = torch.randn(1, 2, 3, 3, requires_grad=True)
    FixedUpsampling(8)(x).sum().backward()
    inner = x.grad[..., 1, 1]
    torch.testing.assert_close(inner, torch.full_like(inner, 64.0))


def test_the_grid_says_where_the_cells_lie():
    x = torch.zeros(1, 1, 3, 3)
    x[..., 1, 1] = 1
    for layer in (FixedUpsampling(32, 63, padding=0), FixedUpsampling(8, padding=0), FixedUpsampling(8)):
        grid = layer.grid(Grid(layer.stride, 0))
        line = layer(x)[0, 0].sum(0)
        centre = (line * torch.arange(len(line))).sum() / line.sum()
        assert grid.step == 1
        assert float(centre) + grid.start == pytest.approx(layer.stride, abs=1e-4)


def test_classes_kept_keep_what_they_learned_from_each_other():
    torch.manual_seed(0)
    layer = LearnedUpsampling(3, 2)
    torch.nn.init.normal_(layer.weight)
    before = layer.weight.detach().clone()
    layer.keep_channels([2, None, 0])
    after = layer.weight.detach()
    assert torch.equal(after[0, 0], before[2, 2])
    assert torch.equal(after[0, 2], before[2, 0])
    assert torch.equal(after[2, 0], before[0, 2])
    assert torch.equal(after[1, 1], bilinear_kernel(4))
    assert not after[1, [0, 2]].any()
    assert not after[[0, 2], 1].any()
    assert layer(torch.randn(1, 3, 2, 2)).shape == (1, 3, 4, 4)


@pytest.mark.parametrize(("stride", "kernel"), [(3, None), (2, 5)])
def test_other_kernels_are_refused(stride, kernel):
    with pytest.raises(ValueError, match="even stride"):
        FixedUpsampling(stride, kernel)
