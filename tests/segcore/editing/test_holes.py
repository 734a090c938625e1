from __future__ import annotations

import numpy as np

from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.editing.fill import region_at
from segcore.editing.holes import holes_of


def covered(rows: list[str]) -> Covered:
    mask = np.array([[letter == "#" for letter in row] for row in rows])
    return Covered(Box(5, 7, 5 + mask.shape[1], 7 + mask.shape[0]), mask)


def drawn(region: Covered) -> list[str]:
    return ["".join("o" if hole else "." for hole in row) for row in region.mask]


def test_two_holes_and_a_bay():
    region = covered(["#######", "#.#.#..", "#######"])
    assert drawn(holes_of(region)) == [".......", ".o.o...", "......."]
    assert holes_of(region).box == region.box


def test_a_gap_at_a_corner_only_does_not_open_a_hole():
    assert drawn(holes_of(covered([".###", "#..#", "####"]))) == ["....", ".oo.", "...."]


def test_an_island_in_a_hole_is_filled_with_it():
    labels = np.zeros((9, 9), np.uint8)
    labels[1:8, 1:8], labels[2:7, 2:7], labels[4, 4] = 1, 0, 1
    holes = holes_of(region_at(labels, 1, 1))
    assert holes.mask.sum() == 25


def test_a_region_without_holes_and_one_at_the_border_of_the_image():
    assert not holes_of(covered(["##", "##"])).mask.any()
    labels = np.zeros((4, 4), np.uint8)
    labels[:, 2] = 1
    assert not holes_of(region_at(labels, 2, 0)).mask.any()
