from __future__ import annotations

from itertools import pairwise

import numpy as np

from segcore.editing.brush import Point
from segcore.editing.livewire import Livewire


def disc(size: int = 80, radius: int = 25) -> np.ndarray:
    y, x = np.mgrid[:size, :size]
    inside = np.hypot(x - size / 2 + 0.5, y - size / 2 + 0.5) <= radius
    return np.where(inside[..., None], 210, 40).astype(np.uint8).repeat(3, axis=2)


def off_the_edge(points: list[Point], size: int = 80, radius: int = 25) -> np.ndarray:
    return np.array([abs(np.hypot(p.x - size / 2, p.y - size / 2) - radius) for p in points])


def test_a_line_follows_the_edge_of_a_disc_and_not_the_chord():
    line = Livewire(disc(), Point(40.5, 15.5)).line_to(Point(64.5, 40.5))
    assert line[-1] == Point(64.5, 40.5)
    assert off_the_edge(line).max() <= 2.5, "the chord is 7 pixels away from the edge"
    assert len(line) >= 24


def test_a_line_begins_beside_its_start_and_has_no_gap():
    start = Point(40.5, 15.5)
    line = [start, *Livewire(disc(), start).line_to(Point(64.5, 40.5))]
    steps = [max(abs(a.x - b.x), abs(a.y - b.y)) for a, b in pairwise(line)]
    assert max(steps) == 1


def test_beyond_the_reach_it_is_straight():
    line = Livewire(np.zeros((50, 200, 3), np.uint8), Point(10.5, 25.5), reach=20).line_to(Point(150.5, 25.5))
    assert line[-1] == Point(150.5, 25.5)
    assert max(p.x for p in line[:-1]) <= 30.5


def test_on_a_smaller_copy_the_points_are_those_of_the_image():
    small = disc()[::2, ::2]
    line = Livewire(np.ascontiguousarray(small), Point(40.5, 15.5), stride=2).line_to(Point(64.5, 40.5))
    assert off_the_edge(line).max() <= 4.5
    assert line[-1] == Point(64.5, 40.5)


def test_a_point_outside_and_an_image_of_one_row():
    assert Livewire(disc(), Point(-9.0, 500.0)).line_to(Point(900.0, -4.0))[-1] == Point(900.0, -4.0)
    assert Livewire(np.zeros((1, 9, 3), np.uint8), Point(0, 0)).line_to(Point(8, 0)) == [Point(8, 0)]
