from __future__ import annotations

import numpy as np
import pytest

from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.editing.command import threshold
from segcore.editing.target import Where
from segcore.editing.thresholding import Channel, LevelRange, level_counts, levels_of, otsu
from segcore.labels.label_map import Provenance
from tests.segcore.editing.drawing import do, map_of, rows_of

IMAGE = np.array([[[10, 20, 30], [200, 0, 0], [0, 200, 0], [255, 255, 255]]], np.uint8)
WHOLE = Covered(Box(0, 0, 4, 1), np.ones((1, 4), np.bool_))


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        (Channel.GREY, [18, 60, 117, 255]),  # 0.299 * 10 + 0.587 * 20 + 0.114 * 30 = 18.15; 59.8; 117.4
        (Channel.RED, [10, 200, 0, 255]),
        (Channel.GREEN, [20, 0, 200, 255]),
        (Channel.BLUE, [30, 0, 0, 255]),
    ],
)
def test_levels_of_a_channel(channel, expected):
    assert levels_of(IMAGE, channel, WHOLE).tolist() == [expected]


def test_the_histogram_counts_pixels_of_the_region_only():
    region = Covered(Box(1, 0, 4, 1), np.array([[True, False, True]]))
    counts = level_counts(levels_of(IMAGE, Channel.RED, region), region)
    assert counts.sum() == 2
    assert counts[200] == counts[255] == 1


def test_the_best_threshold_lies_between_two_groups():
    counts = np.zeros(256, np.int64)
    counts[[20, 30]], counts[[180, 200]] = 50, 40
    assert 30 <= otsu(counts) < 180
    assert otsu(counts) == (30 + 180) // 2, "in the middle of those that are as good"


def test_a_threshold_of_one_level_and_of_nothing():
    counts = np.zeros(256, np.int64)
    assert otsu(counts) == 127
    counts[90] = 5
    assert otsu(counts) == 90


def test_pixels_in_the_range_get_the_class_both_ends_included():
    order = {"image": IMAGE, "channel": Channel.GREY, "new": 2}
    before = map_of("0001")
    assert rows_of(do(threshold, before, levels=LevelRange(60, 117), **order).labels) == ["0221"]
    assert rows_of(do(threshold, before, levels=LevelRange(61, 255), **order).labels) == ["0022"]
    assert rows_of(do(threshold, before, Where.CLASS, value=1, levels=LevelRange(0, 255), **order).labels) == ["0002"]


def test_what_a_model_said_already_counts_as_painted():
    """Grey levels are 18, 60, 117, 255: the last two are meant."""
    before = map_of("1110")
    after = do(threshold, before, Where.IMAGE, image=IMAGE, new=1, levels=LevelRange(100, 255))
    assert rows_of(after.labels) == ["1111"]
    assert after.provenance.tolist() == [[1, 1, 2, 2]]


def test_a_threshold_leaves_what_is_confirmed_as_it_is():
    before = map_of("1111", provenance=Provenance.CONFIRMED)
    after = do(threshold, before, Where.IMAGE, image=IMAGE, new=1, levels=LevelRange(0, 255))
    assert (after.provenance == Provenance.CONFIRMED).all()


def test_unlabelled_pixels_can_become_ignore():
    after = do(threshold, map_of("...1"), Where.IMAGE, image=IMAGE, new=255, levels=LevelRange(0, 59))
    assert after.provenance.tolist() == [[2, 0, 0, 1]]
