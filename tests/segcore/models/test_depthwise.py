from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from segcore.models.depthwise import depthwise


@pytest.mark.parametrize("kernel", [(3, 5), (5, 5), (3, 7), (5, 4)])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("padding", [0, 2])
def test_result_and_gradients_equal_those_of_conv2d(kernel, stride, padding):
    torch.manual_seed(0)
    x = torch.randn(2, 6, 11, 14).contiguous(memory_format=torch.channels_last).requires_grad_()
    weight, bias = torch.randn(6, 1, *kernel, requires_grad=True), torch.randn(6, requires_grad=True)
    steps, edges = (stride, stride), (padding, padding)
    ours, plain = depthwise(x, weight, bias, steps, edges), F.conv2d(x, weight, bias, stride, padding, 1, 6)
    assert torch.equal(ours, plain)
    gradient = torch.randn_like(plain)
    found = torch.autograd.grad(ours, (x, weight, bias), gradient)
    for mine, theirs in zip(found, torch.autograd.grad(plain, (x, weight, bias), gradient), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-4, atol=1e-4)


def test_the_gradient_of_each_weight_is_the_pixels_that_it_saw():
    """One channel, one row: each weight's gradient is the sum of input times gradient, by hand."""
    x, weight = torch.tensor([[[[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]]]]), torch.zeros(1, 1, 1, 5, requires_grad=True)
    (depthwise(x, weight, None, (1, 1), (0, 0)) * torch.tensor([1.0, 10.0])).sum().backward()
    assert weight.grad is not None
    assert weight.grad.flatten().tolist() == [21.0, 32.0, 43.0, 54.0, 65.0]


def test_only_wide_kernels_that_learn_take_the_other_way():
    x = torch.randn(1, 2, 8, 8)
    wide, narrow = torch.randn(2, 1, 5, 5), torch.randn(2, 1, 3, 3, requires_grad=True)
    assert depthwise(x, wide, None, (1, 1), (2, 2)).grad_fn is None
    assert "Wide" not in type(depthwise(x, narrow, None, (1, 1), (1, 1)).grad_fn).__name__
    wide.requires_grad_()
    assert "Wide" in type(depthwise(x, wide, None, (1, 1), (2, 2)).grad_fn).__name__
    with torch.autocast("cpu", torch.bfloat16):
        assert "Wide" not in type(depthwise(x, wide, None, (1, 1), (2, 2)).grad_fn).__name__
