from __future__ import annotations

import pytest

from segcore.images.window_level import dragged

LIMITS = (0.0, 1000.0)


@pytest.mark.parametrize(
    ("right", "down", "wanted"),
    [
        (0, 0, (200, 600)),
        (150, 0, (0, 800)),  # twice the window of 400 around the level 400
        (-150, 0, (300, 500)),
        (0, 150, (400, 800)),  # half a window of 400 up the scale
        (0, -75, (100, 500)),
        (150, 150, (200, 1000)),
    ],
)
def test_the_window_follows_the_side_and_the_level_up_and_down(right, down, wanted):
    assert dragged(200, 600, right, down, LIMITS, 1) == (pytest.approx(wanted[0]), pytest.approx(wanted[1]))


def test_limits():
    assert dragged(200, 600, -5000, 0, LIMITS, 1) == (399.5, 400.5)
    low, high = dragged(200, 600, 5000, 0, LIMITS, 1)
    assert (low, high) == (-600, 1400), "twice as wide as all values"
    low, high = dragged(200, 600, 0, 9000, LIMITS, 1)
    assert (low + high) / 2 == 1000
    low, high = dragged(200, 600, 0, -9000, LIMITS, 1)
    assert (low + high) / 2 == 0


def test_a_range_beyond_the_values_of_this_image_does_not_jump():
    assert dragged(5000, 9000, 0, 0, LIMITS, 1) == (5000, 9000)


def test_floats_far_below_one():
    low, high = dragged(1e-6, 3e-6, -150, 0, (0.0, 4e-6), 1e-9)
    assert (low, high) == (pytest.approx(1.5e-6), pytest.approx(2.5e-6))
