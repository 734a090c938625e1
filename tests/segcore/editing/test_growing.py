from __future__ import annotations

import numpy as np
import pytest

from segcore.editing import strips
from segcore.editing.brush import Covered
from segcore.editing.command import grow, shrink
from segcore.editing.growing import grown, shrunk
from segcore.editing.target import Where, target_of
from segcore.labels.label_map import LabelMap
from segcore.progress import drive
from tests.segcore.editing.drawing import do, labels_of, map_of, rows_of


def region_of(labels: np.ndarray) -> Covered:
    return target_of(LabelMap(labels, np.ones_like(labels)), Where.CLASS, 1).covered


DOT = (".......", ".......", ".......", "...1...", ".......", ".......", ".......")


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        (1, [".......", ".......", "...1...", "..111..", "...1...", ".......", "......."]),
        (2, [".......", "...1...", "..111..", ".11111.", "..111..", "...1...", "......."]),
        (3, ["...1...", ".11111.", ".11111.", "1111111", ".11111.", ".11111.", "...1..."]),
    ],
)
def test_a_pixel_grows_to_a_disc(pixels, expected):
    assert rows_of(do(grow, map_of(*DOT), Where.CLASS, number=pixels).labels) == expected


def test_a_disc_shrinks_to_a_pixel():
    disc = do(grow, map_of(*DOT), Where.CLASS, number=2)
    assert rows_of(do(shrink, disc, Where.CLASS, number=2).labels) == list(DOT)


def test_what_is_lost_takes_the_nearest_label_also_none():
    before = map_of("00111..", "00111..", "00111..")
    assert rows_of(do(shrink, before, Where.CLASS, number=1).labels) == ["0001...", "0001...", "0001..."]


def test_a_region_at_the_border_of_the_image_keeps_its_pixels_there():
    before = map_of("1110", "1110", "1110")
    assert rows_of(do(shrink, before, Where.CLASS, number=1).labels) == ["1100"] * 3
    full = map_of("11", "11")
    assert rows_of(do(shrink, full, Where.CLASS, number=1).labels) == ["11", "11"]


def test_only_the_piece_that_was_chosen_grows():
    before = map_of("1...1", "1...1")
    assert rows_of(do(grow, before, Where.PIECE, point=(0, 0), number=1).labels) == ["11..1", "11..1"]


def test_a_shape_in_many_strips_is_the_same_as_in_one(monkeypatch):
    rng = np.random.default_rng(3)
    labels = np.where(rng.random((90, 40)) < 0.02, 1, 0).astype(np.uint8)
    region = region_of(labels)
    wide, narrow = drive(grown(labels, region, 1, 4)), None
    region_wide = region_of(wide)
    narrow = drive(shrunk(wide, region_wide, 3))
    monkeypatch.setattr(strips, "STRIP", 400)
    assert np.array_equal(drive(grown(labels, region, 1, 4)), wide)
    assert np.array_equal(drive(shrunk(wide, region_wide, 3)), narrow)
    rows, columns = np.nonzero(labels)
    y, x = np.mgrid[:90, :40]
    near = (np.hypot(y[..., None] - rows, x[..., None] - columns) <= 4).any(axis=2)
    assert np.array_equal(wide == 1, near)


def test_the_labels_that_were_given_do_not_change():
    labels = labels_of("010", "010")
    before = labels.copy()
    drive(grown(labels, region_of(labels), 1, 1))
    drive(shrunk(labels, region_of(labels), 1))
    assert np.array_equal(labels, before)


def test_nothing_grows_from_nothing():
    nothing = region_of(labels_of("00"))
    assert rows_of(drive(grown(labels_of("00"), nothing, 1, 3))) == ["00"]
