from __future__ import annotations

import numpy as np
import pytest

from segcore.editing.box import Box
from segcore.editing.brush import Point
from segcore.editing.shapes import ellipse, polygon, rectangle


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


@pytest.mark.parametrize("overlaps", [False, True])
def test_what_an_outline_goes_around_twice_is_inside_only_when_wanted(overlaps):
    # Once around 8x8, then on around 4x4 in its upper left corner, the same way round.
    twice = [Point(*p) for p in ((0, 0), (8, 0), (8, 8), (0, 8), (0, 0), (4, 0), (4, 4), (0, 4))]
    covered = polygon(twice, 8, 8, overlaps)
    assert covered.mask.sum() == (64 if overlaps else 64 - 16)
    assert covered.mask[2, 2] == overlaps


def test_a_hole_that_is_drawn_the_other_way_round_stays_a_hole():
    ring = [Point(*p) for p in ((0, 0), (8, 0), (8, 8), (0, 8), (0, 0), (2, 2), (2, 6), (6, 6), (6, 2), (2, 2))]
    assert polygon(ring, 8, 8, overlaps=True).mask.sum() == 64 - 16


def test_a_rectangle_is_cut_by_the_image():
    assert rectangle(Box(-2, 1, 3, 4), 10, 10).box == Box(0, 1, 3, 4)
    assert rectangle(Box(-2, 1, 3, 4), 10, 10).mask.sum() == 9
    assert rectangle(Box(20, 1, 30, 4), 10, 10).box.is_empty


def test_an_ellipse_by_hand():
    # 6 x 4: half the width in rows at +-0.5 is 3 sqrt(1 - 1/16) = 2.905, in rows at +-1.5 it is 3 sqrt(7/16) = 1.984;
    # centres lie at 0.5, 1.5 and 2.5.
    covered = ellipse(Box(1, 1, 7, 5), 10, 10)
    assert covered.box == Box(1, 1, 7, 5)
    assert covered.mask.astype(int).tolist() == [
        [0, 1, 1, 1, 1, 0],
        [1, 1, 1, 1, 1, 1],
        [1, 1, 1, 1, 1, 1],
        [0, 1, 1, 1, 1, 0],
    ]


def test_an_ellipse_of_one_pixel_or_one_row_is_all_of_it_and_one_that_is_cut_keeps_its_form():
    assert ellipse(Box(3, 3, 4, 4), 10, 10).mask.tolist() == [[True]]
    assert ellipse(Box(0, 3, 7, 4), 10, 10).mask.all()
    whole = ellipse(Box(0, 0, 9, 7), 20, 20).mask
    assert (ellipse(Box(-4, -3, 5, 4), 20, 20).mask == whole[3:, 4:]).all()
    assert ellipse(Box(-9, -9, -2, -2), 20, 20).box.is_empty
