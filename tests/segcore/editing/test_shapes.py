from __future__ import annotations

import numpy as np

from segcore.editing.brush import Point
from segcore.editing.shapes import polygon


def picture(points, height: int, width: int) -> np.ndarray:
    covered = polygon([Point(*p) for p in points], height, width)
    canvas = np.zeros((height, width), np.bool_)
    canvas[covered.box.slices] = covered.mask
    return canvas


def test_a_rectangle_on_pixel_corners_covers_exactly_its_pixels():
    covered = picture([(1, 2), (5, 2), (5, 4), (1, 4)], 6, 7)
    assert covered.sum() == 8
    assert covered[2:4, 1:5].all()


def test_a_triangle_covers_the_centres_inside():
    # x + y < 4 for centres (i + .5, j + .5): i + j < 3, with the side itself (i + j = 3) outside.
    covered = picture([(0, 0), (4, 0), (0, 4)], 4, 4)
    assert covered.astype(int).tolist() == [[1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]


def test_neighbours_that_share_a_side_leave_no_gap_and_do_not_overlap():
    a, b, c, d = (3.3, 2.1), (40.7, 9.9), (35.2, 44.4), (5.8, 38.6)
    first, second = picture([a, b, c], 50, 50), picture([c, d, a], 50, 50)
    assert not (first & second).any()
    np.testing.assert_array_equal(first | second, picture([a, b, c, d], 50, 50))


def test_a_star_that_crosses_itself_has_a_hole():
    angles = np.deg2rad([90 + 144 * k for k in range(5)])
    star = [(25 + 20 * np.cos(t), 25 - 20 * np.sin(t)) for t in angles]
    covered = picture(star, 50, 50)
    assert not covered[25, 25]
    assert covered[8, 25]


def test_outside_is_cut_and_too_few_points_cover_nothing():
    assert picture([(-100, -100), (200, -100), (200, 200), (-100, 200)], 9, 11).all()
    assert polygon([Point(1, 1), Point(5, 5)], 9, 9).box.is_empty
    assert polygon([Point(-9, -9), Point(-5, -9), Point(-5, -5)], 9, 9).box.is_empty
