from __future__ import annotations

import numpy as np
import pytest

from segcore.editing import superpixels as module
from segcore.editing.superpixels import SuperpixelTiles, superpixels


def halves(height: int = 32, width: int = 32, border: int = 13) -> np.ndarray:
    """Dark to the left of a column, light to the right of it."""
    image = np.full((height, width, 3), 40, np.uint8)
    image[:, border:] = 200
    return image


def test_there_is_one_for_each_cell_and_each_pixel_has_one():
    numbers = superpixels(halves(), 8)
    assert set(np.unique(numbers)) == set(range(1, 17))


def test_none_crosses_an_edge_in_the_image():
    numbers = superpixels(halves(), 8)
    assert not set(np.unique(numbers[:, :13])) & set(np.unique(numbers[:, 13:]))


def test_on_an_even_image_they_are_about_as_large_as_a_cell():
    counts = np.bincount(superpixels(np.full((64, 64, 3), 90, np.uint8), 16).ravel())[1:]
    assert counts.size == 16
    assert counts.min() > 128
    assert counts.max() < 512


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 40), (37, 3), (33, 41)])
def test_images_that_cells_do_not_fit_into(height, width):
    numbers = superpixels(halves(height, width), 8)
    assert numbers.shape == (height, width)
    assert set(np.unique(numbers)) == set(range(1, -(-height // 8) * -(-width // 8) + 1))


def test_each_is_connected():
    import cv2

    numbers = superpixels(np.random.default_rng(2).integers(0, 255, (48, 48, 3)).astype(np.uint8), 8)
    for number in np.unique(numbers):
        parts, _ = cv2.connectedComponents((numbers == number).astype(np.uint8), connectivity=8)
        assert parts == 2


def test_the_piece_of_a_pixel_with_its_place_in_the_image(monkeypatch):
    monkeypatch.setattr(module, "TILE", 32)
    image = halves(40, 80, 50)
    tiles = SuperpixelTiles(image, 8)
    box, mask = tiles.at(52, 35)
    assert mask.shape == (box.height, box.width)
    assert mask[35 - box.top, 52 - box.left]
    assert box.left >= 50, "the edge is its border"
    assert box.top >= 32, "no piece crosses a tile"
    assert box.right <= 64
    covered = np.zeros((40, 80), np.int32)
    done = np.zeros((40, 80), bool)
    for y, x in np.ndindex(40, 80):
        if not done[y, x]:
            box, mask = tiles.at(x, y)
            covered[box.slices] += mask
            done[box.slices] |= mask
    assert (covered == 1).all()


def test_outside_of_the_image_there_is_none():
    tiles = SuperpixelTiles(halves(), 8)
    for x, y in ((-1, 0), (32, 0), (0, 32)):
        assert tiles.at(x, y).box.is_empty


def test_the_tiles_of_a_large_image_do_not_add_up(monkeypatch):
    monkeypatch.setattr(module, "TILE", 8)
    monkeypatch.setattr(module, "KEPT", 3)
    tiles = SuperpixelTiles(halves(), 4)
    for x in (1, 9, 17, 25):
        tiles.at(x, 1)
    assert len(tiles._tiles) == 3
