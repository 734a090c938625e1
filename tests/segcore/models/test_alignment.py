from __future__ import annotations

import pytest
import torch

from segcore.models.alignment import upsample_aligned


@pytest.mark.parametrize(("stride", "size"), [(8, (33, 40)), (16, (32, 50)), (4, (7, 1)), (2, (9, 10))])
def test_every_feature_returns_to_its_pixel(stride, size):
    cells = [-(-n // stride) for n in size]
    x = torch.randn(2, 3, *cells)
    y = upsample_aligned(x, stride, size)
    assert y.shape == (2, 3, *size)
    torch.testing.assert_close(y[..., ::stride, ::stride], x)


def test_between_features_it_is_linear_and_beyond_the_last_it_goes_on():
    y = upsample_aligned(torch.tensor([[[[0.0, 4.0]]]]), 4, (1, 7))
    assert y.flatten().tolist() == [0, 1, 2, 3, 4, 4, 4]


def test_a_cell_behind_the_last_pixel_is_interpolated_to():
    y = upsample_aligned(torch.tensor([[[[0.0, 4.0]]]]), 4, (1, 4))
    assert y.flatten().tolist() == [0, 1, 2, 3]


def test_a_chain_of_strided_convolutions_puts_features_where_it_says():
    centre = torch.zeros(1, 1, 3, 3)
    centre[..., 1, 1] = 1
    image = torch.arange(50.0).expand(1, 1, 50, 50)
    x = image
    for _ in range(3):
        x = torch.nn.functional.conv2d(x, centre, stride=2, padding=1)
    torch.testing.assert_close(upsample_aligned(x, 8, (50, 50))[..., :49], image[..., :49])


def test_low_precision_and_channels_last():
    x = torch.randn(1, 8, 5, 6).to(memory_format=torch.channels_last)
    y = upsample_aligned(x.bfloat16(), 8, (40, 48))
    assert y.dtype == torch.bfloat16
    torch.testing.assert_close(y.float(), upsample_aligned(x, 8, (40, 48)), rtol=0.02, atol=0.02)
