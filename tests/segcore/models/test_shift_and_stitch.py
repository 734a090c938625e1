import pytest
import torch
from torch import nn

from segcore.models.shift_and_stitch import a_trous, shift_and_stitch


def network(padding: int) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=padding),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 5, 3, padding=padding),
        nn.ReLU(),
        nn.Conv2d(5, 6, 3, stride=2, padding=padding),
        nn.Conv2d(6, 2, 3, padding=padding),
    ).eval()


def test_a_pooling_of_stride_2_by_hand():
    x = torch.tensor([[[[3.0, 1.0, 4.0, 1.0], [5.0, 9.0, 2.0, 6.0], [5.0, 3.0, 5.0, 8.0], [9.0, 7.0, 9.0, 3.0]]]])
    expected = torch.tensor(
        [[[[9.0, 9.0, 6.0, 6.0], [9.0, 9.0, 8.0, 8.0], [9.0, 9.0, 9.0, 8.0], [9.0, 9.0, 9.0, 3.0]]]]
    )
    assert torch.equal(shift_and_stitch(nn.MaxPool2d(2), x, 2), expected)


@torch.no_grad()
def test_stitched_equals_a_trous_everywhere_without_padding():
    strided = network(padding=0)
    x = torch.randn(2, 3, 46, 50)
    stitched = shift_and_stitch(strided, x, 4)
    height, width = strided(x).shape[-2:]
    assert stitched.shape == (2, 2, 4 * height, 4 * width)
    assert torch.equal(stitched[..., ::4, ::4], strided(x))
    dense = a_trous(strided)(nn.functional.pad(x, (0, 3, 0, 3)))
    torch.testing.assert_close(stitched, dense[..., : 4 * height, : 4 * width])


@torch.no_grad()
def test_stitched_equals_a_trous_inside_with_padding():
    strided = network(padding=1)
    x = torch.randn(1, 3, 64, 64)
    stitched, dense = shift_and_stitch(strided, x, 4), a_trous(strided)(x)
    inside = (..., slice(16, 40), slice(16, 40))
    torch.testing.assert_close(stitched[inside], dense[inside])


def test_holes_come_after_strides():
    strided = network(padding=1)
    dense = a_trous(strided)
    assert [layer.dilation for layer in dense if isinstance(layer, nn.Conv2d)] == [(1, 1), (2, 2), (2, 2), (4, 4)]
    assert [layer.padding for layer in dense if isinstance(layer, nn.Conv2d)] == [(1, 1), (2, 2), (2, 2), (4, 4)]
    assert all(layer.stride == (1, 1) for layer in dense if isinstance(layer, nn.Conv2d | nn.MaxPool2d))
    assert strided[5].stride == (2, 2)


def test_layers_that_cannot_have_holes_are_refused():
    with pytest.raises(ValueError, match="AvgPool2d"):
        a_trous(nn.Sequential(nn.Conv2d(1, 1, 3, stride=2), nn.AvgPool2d(2)))
    with pytest.raises(ValueError, match="2 x 1"):
        a_trous(nn.Sequential(nn.Conv2d(1, 1, 3, stride=(2, 1))))
