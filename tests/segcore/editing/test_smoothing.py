from __future__ import annotations

import numpy as np

from segcore.editing import strips
from segcore.editing.box import Box
from segcore.editing.command import smooth
from segcore.editing.smoothing import smoothed
from segcore.editing.target import Where
from segcore.progress import drive
from tests.segcore.editing.drawing import do, map_of, rows_of


def test_a_corner_goes_and_a_straight_border_stays():
    # The corner pixel has 4 of 9 votes, a pixel at the edge 6.
    before = map_of("000000", "000000", "001111", "001111", "001111", "001111")
    after = ["000000", "000000", "000111", "001111", "001111", "001111"]
    assert rows_of(do(smooth, before, number=1).labels) == after


def test_a_lone_pixel_goes_and_at_the_border_of_the_image_only_pixels_inside_vote():
    assert rows_of(do(smooth, map_of("100", "000", "010"), number=1).labels) == ["000", "000", "000"]


def test_with_as_many_votes_as_the_others_a_pixel_stays():
    # In the left column 1 has two of four votes.
    assert rows_of(do(smooth, map_of("10", "10"), number=1).labels) == ["10", "10"]


def test_pixels_without_a_label_stay_and_have_no_vote():
    before = map_of("...", ".1.", "...")
    assert rows_of(do(smooth, before, number=1).labels) == rows_of(before.labels)
    assert rows_of(do(smooth, map_of("000", "0.0", "000"), number=1).labels) == ["000", "0.0", "000"]


def test_of_a_class_only_its_own_border_moves():
    before = map_of("0000000", "0100020", "0000000")
    assert rows_of(do(smooth, before, Where.CLASS, value=1, number=1).labels) == ["0000000", "0000020", "0000000"]


def test_of_a_piece_only_its_own_border_moves():
    before = map_of("0000000", "0100010", "0000000")
    after = do(smooth, before, Where.PIECE, point=(5, 1), number=1)
    assert rows_of(after.labels) == ["0000000", "0100000", "0000000"]


def test_a_notch_of_a_piece_is_filled_by_it():
    # The notch has 5 of 9 votes of 1.
    before = map_of("0000000", "1110111", "1111111", "1111111")
    after = do(smooth, before, Where.PIECE, point=(0, 2), number=1)
    assert rows_of(after.labels) == ["0000000", "1111111", "1111111", "1111111"]


def test_strips_make_no_difference(monkeypatch):
    labels = np.random.default_rng(5).integers(0, 3, (120, 30)).astype(np.uint8)
    labels[40:50, 5:9] = 255
    box = Box(0, 0, 30, 120)
    whole = drive(smoothed(labels, box, 2))
    monkeypatch.setattr(strips, "STRIP", 300)
    assert np.array_equal(drive(smoothed(labels, box, 2)), whole)
