from __future__ import annotations

import numpy as np

import segcore.labels.specks
from segcore.labels.specks import speck_size, without_specks


def test_a_speck_takes_the_label_around_it_and_larger_parts_stay():
    labels = np.zeros((20, 20), np.uint8)
    labels[:, 10:] = 1
    labels[3, 3] = 1  # 1 pixel
    labels[15, 14:17] = 0  # 3 pixels
    labels[8:10, 4:6] = 2  # 4 pixels
    expected = labels.copy()
    expected[3, 3], expected[15, 14:17] = 0, 1
    before = labels.copy()
    assert (without_specks(labels, 4) == expected).all()
    assert (labels == before).all()


def test_a_thin_line_is_one_part_also_over_corners():
    labels = np.zeros((12, 12), np.uint8)
    labels[np.arange(12), np.arange(12)] = 1
    assert (without_specks(labels, 12) == labels).all()
    assert (without_specks(labels, 13) == 0).all()


def test_a_speck_between_two_classes_takes_the_nearer_one():
    labels = np.zeros((9, 30), np.uint8)
    labels[:, 20:] = 1
    labels[4, 17:20] = 2  # touches class 1, is surrounded by class 0
    found = without_specks(labels, 5)
    assert set(np.unique(found)) == {0, 1}
    assert found[4, 17] == 0


def test_specks_beside_each_other_take_what_lies_beyond_them():
    labels = np.full((9, 9), 3, np.uint8)
    labels[4, 3], labels[4, 4] = 1, 2
    assert (without_specks(labels, 4) == 3).all()


def test_pixels_without_a_label_stay_and_give_none():
    labels = np.full((12, 12), 255, np.uint8)
    labels[:, 8:] = 1
    labels[5, 5] = 2
    found = without_specks(labels, 4)
    assert found[5, 5] == 1
    assert ((labels == 255) == (found == 255)).all()


def test_nothing_but_specks_stays_as_it_is():
    labels = np.indices((10, 10)).sum(0).astype(np.uint8) % 2 * 3
    labels[::2] += 1
    assert (without_specks(labels, 200) == labels).all()


def test_how_large_a_speck_is():
    assert [speck_size(360, 480), speck_size(1080, 1920), speck_size(4, 6), speck_size(99, 100)] == [17, 32, 0, 0]


def test_in_strips_it_is_the_same(monkeypatch):
    random = np.random.default_rng(3)
    labels = (random.random((90, 40)) < 0.06).astype(np.uint8)
    labels[:, 20:22] = 2  # a line through all strips
    labels[30:34, 5] = labels[56:64, 10] = 3  # across the borders of strips; of 4 and 8 pixels
    whole = without_specks(labels, 6)
    assert (whole[30:34, 5] == 0).all()
    assert (whole[56:64, 10] == 3).all()
    monkeypatch.setattr(segcore.labels.specks, "STRIP", 40 * 20)
    assert (without_specks(labels, 6) == whole).all()
