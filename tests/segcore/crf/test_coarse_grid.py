import numpy as np
import pytest
import torch

from segcore.crf.coarse_grid import CoarseGrid

CPU = torch.device("cpu")


def test_a_small_image_is_its_own_grid():
    grid = CoarseGrid(7, 5, 35, CPU)
    assert grid.is_whole
    assert grid.pixels.tolist() == list(range(35))


def test_grid_pixels_lie_in_the_middle_of_their_cells():
    grid = CoarseGrid(9, 12, 12, CPU)
    assert grid.shape == (3, 4)
    assert grid.pixels.tolist() == [12 * y + x for y in (1, 4, 7) for x in (1, 4, 7, 10)]


@pytest.mark.parametrize("size", [(1, 500), (500, 1), (37, 41), (375, 500)])
def test_linear_maps_are_interpolated_exactly(size):
    grid = CoarseGrid(*size, 60, CPU)
    height, width = size
    everywhere = torch.arange(height * width)
    ramp = (everywhere % width + 3.0 * (everywhere // width))[:, None].float()
    # where the grid pixels' centres are, before they are rounded to pixels
    down, across = (
        (torch.arange(count) + 0.5) * (length / count) - 0.5 for count, length in zip(grid.shape, size, strict=True)
    )
    maps = (across + 3.0 * down[:, None]).reshape(-1, 1)
    found = grid.interpolated(maps, everywhere)
    inside = (
        (everywhere % width >= across[0])
        & (everywhere % width <= across[-1])
        & (everywhere // width >= down[0])
        & (everywhere // width <= down[-1])
    )
    torch.testing.assert_close(found[inside], ramp[inside], atol=0.05, rtol=0)
    plane = torch.empty(height * width)
    grid.interpolate_all(maps[:, 0], plane)
    torch.testing.assert_close(plane, found[:, 0], atol=0.05, rtol=0)


def test_pixels_agree_between_equal_grid_pixels_only():
    grid = CoarseGrid(9, 12, 12, CPU)
    labels = torch.zeros(3, 4, dtype=torch.uint8)
    labels[:, 2:] = 1
    agreed = grid.agreed(labels.reshape(-1)).reshape(9, 12)
    np.testing.assert_array_equal(agreed[0], [0, 0, 0, 0, 255, 255, 255, 1, 1, 1, 1, 1])
    assert (agreed == agreed[0]).all()


def test_one_known_pixel_speaks_for_its_cell():
    grid = CoarseGrid(9, 12, 12, CPU)
    labels = torch.full((9, 12), 255, dtype=torch.uint8)
    labels[0, 5] = 3  # the corner of the second cell
    labels[1, 1] = 2  # a grid pixel itself
    labels[2, 2] = 4  # in its cell, and not heard
    known = grid.known(labels.reshape(-1)).reshape(3, 4)
    assert known[0].tolist() == [2, 3, 255, 255]
    assert (known[1:] == 255).all()
