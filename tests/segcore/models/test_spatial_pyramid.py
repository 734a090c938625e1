from __future__ import annotations

from math import ceil, floor

import pytest
import torch
from torch.nn.functional import max_pool2d

from segcore.models.spatial_pyramid import SpatialPyramidPooling


@pytest.mark.parametrize("size", [(13, 13), (10, 17), (4, 4), (3, 5), (2, 2), (1, 1), (1, 40)])
def test_the_length_is_fixed(size):
    assert SpatialPyramidPooling()(torch.randn(2, 256, *size)).shape == (2, (16 + 4 + 1) * 256)


def test_the_papers_windows_on_13x13():
    """Figure 4: pool 3x3 has window 5 and stride 4, pool 2x2 has 7 and 6, pool 1x1 has 13."""
    x = torch.randn(1, 2, 13, 13)
    slid = [max_pool2d(x, *window).flatten(1) for window in ((5, 4), (7, 6), (13, 13))]
    torch.testing.assert_close(SpatialPyramidPooling((3, 2, 1))(x), torch.cat(slid, 1), rtol=0, atol=0)


@pytest.mark.parametrize("size", [(3, 7), (11, 2)])
def test_the_bins_of_appendix_a(size):
    x = torch.randn(1, 1, *size)
    height, width = size
    bins = [
        x[0, 0, floor(i * height / n) : ceil((i + 1) * height / n), floor(j * width / n) : ceil((j + 1) * width / n)]
        for n in (4, 2, 1)
        for i in range(n)
        for j in range(n)
    ]
    assert SpatialPyramidPooling()(x)[0].tolist() == [float(part.max()) for part in bins]
