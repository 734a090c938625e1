import numpy as np
import pytest

from segcore.images.tiling import GRID, tiles_for


@pytest.mark.parametrize(("height", "width", "side"), [(100, 300, 128), (1, 1, 64), (257, 64, 64), (640, 1000, 256)])
@pytest.mark.parametrize("overlap", [None, 0, 64, 1000])
def test_weights_sum_to_one_everywhere(height, width, side, overlap):
    total = np.zeros((height, width))
    for tile in tiles_for(height, width, side, overlap):
        assert tile.rows.start % GRID == 0
        assert tile.columns.start % GRID == 0
        assert tile.weight.shape == (tile.rows.stop - tile.rows.start, tile.columns.stop - tile.columns.start)
        assert max(tile.weight.shape) <= side
        assert tile.weight.min() >= 0
        total[tile.rows, tile.columns] += tile.weight
    np.testing.assert_allclose(total, 1.0, atol=1e-6)


def test_what_fits_is_one_tile():
    (tile,) = tiles_for(64, 128, 128)
    assert (tile.weight == 1).all()


def test_a_side_off_the_grid_is_not_cut():
    assert len(tiles_for(375, 500, 500)) == len(tiles_for(33, 71, 71)) == 1


def test_a_tile_does_not_count_at_an_inner_edge():
    first, second = tiles_for(64, 192, 128)
    assert not first.weight[:, -16:].any()
    assert not second.weight[:, :16].any()


@pytest.mark.parametrize(("overlap", "shared"), [(None, 64), (0, 32), (32, 32), (100, 96), (128, 128), (500, 128)])
def test_neighbours_share_what_was_asked(overlap, shared):
    first, second, *_ = tiles_for(64, 1000, 256, overlap)
    assert first.columns.stop - second.columns.start == shared


def test_the_tiles_of_a_huge_image_take_little_room():
    tiles = tiles_for(20_000, 20_000, 1024)
    assert len(tiles) == 23 * 23
    arrays = {id(array): array.nbytes for tile in tiles for array in (tile.row_weight, tile.column_weight)}
    assert sum(arrays.values()) < 1_000_000
