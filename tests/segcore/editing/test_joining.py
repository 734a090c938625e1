from __future__ import annotations

import numpy as np
import pytest

from segcore.editing import strips
from segcore.editing.command import close_gaps, split_thin
from segcore.editing.joining import joined, split
from segcore.editing.target import Where, target_of
from segcore.labels.label_map import LabelMap
from segcore.progress import drive
from tests.segcore.editing.drawing import do, map_of, rows_of


@pytest.mark.parametrize(("gap", "closes"), [(1, True), (2, True), (3, False)])
def test_a_slit_of_at_most_twice_the_radius_closes(gap, closes):
    row = "0001111" + gap * "0" + "1111000"
    blank = "0" * len(row)
    before = map_of(*[blank] * 3, *[row] * 7, *[blank] * 3)
    after = rows_of(do(close_gaps, before, Where.CLASS, number=1).labels)
    middle = after[6]
    assert middle == (row.replace("1" + gap * "0" + "1", "1" + gap * "1" + "1") if closes else row)
    assert after[0] == blank, "nothing grows around it"
    assert after[6][:3] == "000"


def test_the_border_of_the_image_closes_nothing():
    before = map_of("01110", "01110", "01110")
    assert rows_of(do(close_gaps, before, Where.CLASS, number=2).labels) == ["01110"] * 3


@pytest.mark.parametrize(("bridge", "splits"), [(1, True), (4, True), (5, False)])
def test_a_bridge_of_at_most_twice_the_radius_is_taken_away(bridge, splits):
    blocks = "0" + 8 * "1" + 6 * "0" + 8 * "1" + "0"
    across = "0" + 22 * "1" + "0"
    blank = "0" * 24
    above = (8 - bridge) // 2
    rows = [blank, *[blocks] * above, *[across] * bridge, *[blocks] * (8 - bridge - above), blank]
    after = rows_of(do(split_thin, map_of(*rows), Where.CLASS, number=2).labels)
    assert after[1 + above + bridge // 2][11:13] == ("00" if splits else "11")
    assert after[4][4] == after[4][19] == "1", "the blocks stay"


def test_a_piece_that_is_thin_everywhere_takes_the_label_beside_it():
    before = map_of("0000", "1111", "2222")
    after = rows_of(do(split_thin, before, Where.CLASS, number=2).labels)
    assert after[1] in ("0000", "2222")
    assert (after[0], after[2]) == ("0000", "2222")


def test_a_thin_strip_along_the_border_of_the_image_is_not_thin_there():
    before = map_of("1111", "1111", "0000", "0000")
    assert rows_of(do(split_thin, before, Where.CLASS, number=1).labels)[0] == "1111"


def test_strips_make_no_difference(monkeypatch):
    rng = np.random.default_rng(8)
    labels = (rng.random((120, 40)) < 0.6).astype(np.uint8)
    region = target_of(LabelMap(labels, np.ones_like(labels)), Where.CLASS, 1).covered
    closed, opened = drive(joined(labels, region, 1, 2)), drive(split(labels, region, 1))
    assert (closed >= labels).all()
    assert (opened <= labels).all()
    monkeypatch.setattr(strips, "STRIP", 400)
    assert np.array_equal(drive(joined(labels, region, 1, 2)), closed)
    assert np.array_equal(drive(split(labels, region, 1)), opened)
