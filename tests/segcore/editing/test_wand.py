from __future__ import annotations

import numpy as np
import pytest

from segcore.editing.wand import ends_at_reach, similar_at


def image() -> np.ndarray:
    """A ramp of rows 0, 10, 20, ... with one column of 200 and one pixel of noise."""
    made = np.repeat((np.arange(8) * 10).astype(np.uint8)[:, None], 12, axis=1)
    made = np.repeat(made[..., None], 3, axis=2)
    made[:, 6] = 200
    made[4, 3] = 255
    return made


def painted(covered, shape=(8, 12)) -> np.ndarray:
    canvas = np.zeros(shape, np.bool_)
    canvas[covered.box.slices] = covered.mask
    return canvas


def test_rows_within_the_tolerance_up_to_the_edge():
    found = painted(similar_at(image(), 1, 2, 10))
    expected = np.zeros((8, 12), np.bool_)
    expected[1:4, :6] = True
    assert np.array_equal(found, expected)


def test_every_channel_counts():
    coloured = np.zeros((3, 4, 3), np.uint8)
    coloured[:, 2:, 1] = 30
    assert painted(similar_at(coloured, 0, 0, 29), (3, 4)).sum() == 6
    assert painted(similar_at(coloured, 0, 0, 30), (3, 4)).sum() == 12


def test_noise_under_the_pointer_does_not_decide():
    found = painted(similar_at(image(), 3, 4, 10))
    assert found[4, 3]
    assert found[3:6, :6].all()
    assert found.sum() == 18


def test_it_ends_at_its_reach():
    flat = np.full((50, 60, 3), 9, np.uint8)
    found = similar_at(flat, 30, 2, 0, reach=5)
    assert (found.box.left, found.box.top, found.box.right, found.box.bottom) == (25, 0, 36, 8)
    assert found.mask.all()


@pytest.mark.parametrize(("x", "y"), [(-1, 0), (0, 8), (12, 0)])
def test_outside_the_image_there_is_nothing(x, y):
    assert similar_at(image(), x, y, 10).box.is_empty


def test_the_image_stays():
    before = image()
    after = before.copy()
    similar_at(after, 5, 5, 40)
    assert np.array_equal(before, after)


def test_that_the_region_goes_on_is_told_at_the_end_of_the_reach_only():
    plain = np.zeros((20, 30, 3), np.uint8)
    assert ends_at_reach(similar_at(plain, 10, 10, 5, 4), plain, 10, 10, 4)
    assert not ends_at_reach(similar_at(plain, 10, 10, 5, 40), plain, 10, 10, 40)
    plain[:, 14:], plain[:, :7], plain[:7], plain[14:] = 99, 99, 99, 99
    assert not ends_at_reach(similar_at(plain, 10, 10, 5, 4), plain, 10, 10, 4)
    assert not ends_at_reach(similar_at(plain, -1, 10, 5, 4), plain, -1, 10, 4)
