from __future__ import annotations

import cv2
import numpy as np
import pytest

from segcore.editing.box import Box
from segcore.editing.brush import NOTHING, Covered, Point, Shape, covered_by, dab, sweep


def picture(covered, height: int, width: int) -> np.ndarray:
    canvas = np.zeros((height, width), np.bool_)
    canvas[covered.box.slices] = covered.mask
    return canvas


def rows(mask: np.ndarray) -> list[str]:
    return ["".join("#" if v else "." for v in row) for row in mask]


def test_a_disc_of_radius_2_on_a_pixel_centre_covers_thirteen_pixels():
    assert rows(picture(dab(Point(3.5, 3.5), 2, Shape.ROUND, 7, 7), 7, 7)) == [
        ".......",
        "...#...",
        "..###..",
        ".#####.",
        "..###..",
        "...#...",
        ".......",
    ]


def test_a_disc_of_radius_2_on_a_corner_covers_twelve_pixels():
    # Centres at distances (.5, 1.5)^2: .5, 2.5 and 4.5 > 4 at the corners of the 4 x 4 block.
    assert rows(picture(dab(Point(3, 3), 2, Shape.ROUND, 6, 6), 6, 6)) == [
        "......",
        "..##..",
        ".####.",
        ".####.",
        "..##..",
        "......",
    ]


def test_a_square_of_radius_1_5_covers_nine_pixels_wherever_it_is():
    assert picture(dab(Point(3.5, 3.5), 1.5, Shape.SQUARE, 7, 7), 7, 7)[2:5, 2:5].all()
    for x, y in ((3.5, 3.5), (3.0, 3.0), (3.2, 3.9), (3.999, 3.001)):
        covered = picture(dab(Point(x, y), 1.5, Shape.SQUARE, 7, 7), 7, 7)
        assert covered.sum() == 9, (x, y)


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize(("x", "y"), [(2.5, 2.5), (2.0, 2.0), (2.99, 2.01), (2.01, 2.99)])
def test_the_smallest_brush_is_the_pixel_under_the_cursor(shape, x, y):
    covered = picture(dab(Point(x, y), 0.5, shape, 5, 5), 5, 5)
    assert covered[2, 2]
    assert covered.sum() == 1


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize(
    ("start", "end"), [((3.2, 5.1), (90.7, 41.3)), ((80.5, 90.2), (77.1, 4.8)), ((5, 5), (95, 95))]
)
@pytest.mark.parametrize("radius", [0.5, 1.0, 6.3])
def test_a_fast_stroke_has_no_gap(shape, start, end, radius):
    covered = picture(sweep(Point(*start), Point(*end), radius, shape, 100, 100), 100, 100)
    pieces, _ = cv2.connectedComponents(covered.astype(np.uint8), connectivity=8)
    assert pieces == 2  # background and one stroke
    for x, y in (start, end):
        assert covered[int(y), int(x)]


@pytest.mark.parametrize("shape", Shape)
def test_a_sweep_is_the_union_of_its_dabs(shape):
    start, end, radius = Point(12.3, 20.8), Point(40.1, 31.4), 7.2
    covered = picture(sweep(start, end, radius, shape, 60, 60), 60, 60)
    union = np.zeros_like(covered)
    for share in np.linspace(0, 1, 4001):
        point = Point(start.x + share * (end.x - start.x), start.y + share * (end.y - start.y))
        union |= picture(dab(point, radius, shape, 60, 60), 60, 60)
    assert (union & ~covered).sum() == 0
    assert (covered & ~union).sum() <= 1


def test_a_round_sweep_is_the_pixels_near_the_way():
    y, x = np.mgrid[:60, :60] + 0.5
    a, b, radius = np.array([12.3, 20.8]), np.array([40.1, 31.4]), 9.0
    t = np.clip(((x - a[0]) * (b - a)[0] + (y - a[1]) * (b - a)[1]) / ((b - a) ** 2).sum(), 0, 1)
    near = np.hypot(x - a[0] - t * (b - a)[0], y - a[1] - t * (b - a)[1]) <= radius
    np.testing.assert_array_equal(picture(sweep(Point(*a), Point(*b), radius, Shape.ROUND, 60, 60), 60, 60), near)


def test_the_border_cuts_and_outside_covers_nothing():
    covered = dab(Point(0, 0), 2, Shape.ROUND, 5, 5)
    assert covered.box.left == covered.box.top == 0
    assert covered.mask.sum() == 3
    assert dab(Point(-50, 2), 2, Shape.ROUND, 5, 5).box.is_empty
    across = picture(sweep(Point(-20, 2.5), Point(30, 2.5), 0.5, Shape.ROUND, 5, 5), 5, 5)
    assert across[2].all()
    assert across.sum() == 5


@pytest.mark.parametrize("shape", Shape)
def test_huge_brushes_stay_quick(shape):
    from time import perf_counter

    sweep(Point(2000, 2000), Point(2010, 2005), 500, shape, 4096, 4096)
    best = min(
        _timed(lambda: sweep(Point(2000, 2000), Point(2010, 2005), 500, shape, 4096, 4096), perf_counter)
        for _ in range(5)
    )
    assert best < 0.05


def _timed(call, clock) -> float:
    start = clock()
    call()
    return clock() - start


CORNER = Covered(Box(4, 2, 6, 4), np.array([[True, False], [True, True]]))
"""Pixels (4, 2), (4, 3) and (5, 3)."""


def test_covered_pixels_are_known_by_their_place_in_the_image():
    found = {(x, y) for x in range(3, 8) for y in range(1, 6) if CORNER.has(x, y)}
    assert found == {(4, 2), (4, 3), (5, 3)}
    assert not CORNER.has(-2, -1)  # no index from the end
    assert not NOTHING.has(0, 0)


def test_covered_pixels_within_a_box_that_overlaps_goes_around_or_lies_beside():
    assert CORNER.within(Box(5, 3, 8, 5)).tolist() == [[True, False, False], [False, False, False]]
    assert rows(CORNER.within(Box(3, 2, 6, 5))) == [".#.", ".##", "..."]
    assert not CORNER.within(Box(0, 0, 4, 2)).any()
    assert CORNER.within(Box(4, 2, 6, 4)) is not CORNER.mask


def test_a_mask_is_held_in_its_smallest_box_at_its_place():
    mask = np.zeros((5, 7), np.bool_)
    mask[1:3, 4] = mask[2, 5] = True
    box, found = covered_by(mask, left=10, top=20)
    assert box == Box(14, 21, 16, 23)
    assert rows(found) == ["#.", "##"]
    assert covered_by(np.zeros((3, 3), np.bool_)) is NOTHING
