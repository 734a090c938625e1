import numpy as np
import pytest

from segcore.images.blending import blended
from segcore.images.tiling import tiles_for


@pytest.mark.parametrize(
    ("height", "width", "side", "overlap"),
    [(300, 421, 128, None), (64, 64, 128, None), (200, 1000, 64, 32), (129, 97, 96, None), (1000, 65, 128, 64)],
)
def test_pieces_are_what_adding_all_tiles_gives(height, width, side, overlap):
    random = np.random.default_rng(0)
    tiles = tiles_for(height, width, side, overlap)
    shares = {id(tile): random.random((3, *tile.weight.shape), np.float32) for tile in tiles}
    whole = np.zeros((3, height, width), np.float32)
    for tile in tiles:
        whole[:, tile.rows, tile.columns] += shares[id(tile)] * tile.weight
    result, times = np.zeros_like(whole), np.zeros((height, width), int)
    for piece in blended(tiles, lambda tile: shares[id(tile)].copy()):
        result[:, piece.rows, piece.columns] = piece.probabilities
        times[piece.rows, piece.columns] += 1
    assert (times == 1).all()
    np.testing.assert_array_equal(result, whole)
