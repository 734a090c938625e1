from __future__ import annotations

import numpy as np

from segcore.editing.box import Box
from segcore.labels.label_map import LabelMap, Provenance
from segcore.worklist.rarity import MOST, Rarity
from segcore.worklist.regions import find_regions
from segcore.worklist.uncertainty_map import Source, UncertaintyMap, uncertainty_map


def test_a_rare_class_weighs_more_and_an_average_one_weighs_1():
    rarity = Rarity.of({0: 8, 1: 2})
    assert rarity.weight(0) == (1 / (2 * 0.8)) ** 0.5
    assert rarity.weight(1) == (1 / (2 * 0.2)) ** 0.5
    assert Rarity.of({0: 5, 1: 5}).weight(0) == 1.0
    assert rarity.weight(9) == MOST
    assert rarity.weight(255) == 1.0
    assert Rarity().weight(3) == 1.0


def test_what_a_person_painted_or_confirmed_is_certain():
    label_map = LabelMap.blank(4, 4)
    label_map.provenance[0], label_map.provenance[1] = Provenance.PAINTED, Provenance.CONFIRMED
    predicted, doubt = np.full((4, 4), 2, np.uint8), np.full((4, 4), 200, np.uint8)
    found = uncertainty_map(label_map, predicted, doubt)
    assert found.source is Source.PREDICTION
    assert found.uncertainty[:2].max() == 0
    assert found.uncertainty[2:].min() == 200
    assert (found.values == 2).all()


def test_without_a_prediction_borders_and_empty_pixels_are_uncertain():
    label_map = LabelMap.blank(9, 20)
    label_map.labels[:, :10], label_map.labels[:, 10:15] = 0, 1
    label_map.provenance[:, :15] = Provenance.PREDICTED
    found = uncertainty_map(label_map)
    assert found.source is Source.LABELS
    assert found.uncertainty[4].tolist() == [0] * 8 + [128] * 4 + [0] + [128] * 2 + [255] * 5


def test_a_blank_image_says_nothing():
    assert uncertainty_map(LabelMap.blank(3, 3)).source is Source.NOTHING


def test_a_prediction_of_another_size_is_left_out():
    label_map = LabelMap.blank(3, 3)
    assert uncertainty_map(label_map, np.zeros((2, 2), np.uint8), np.zeros((2, 2), np.uint8)).source is Source.NOTHING


def scene() -> UncertaintyMap:
    doubt, values = np.full((60, 80), 5, np.uint8), np.zeros((60, 80), np.uint8)
    doubt[10:20, 10:20], values[10:20, 10:20] = 200, 1
    doubt[40:46, 60:66] = 200
    return UncertaintyMap(doubt, values, Source.PREDICTION)


def test_regions_are_boxes_around_uncertain_parts_the_larger_gain_first():
    large, small = find_regions(scene(), Rarity())
    assert (large.value, small.value) == (1, 0)
    left, top, right, bottom = large.box
    assert (abs(left - 10), abs(top - 10), abs(right - 20), abs(bottom - 20)) <= (1, 1, 1, 1)
    assert large.pixels >= 96
    assert large.gain > 2 * small.gain > 0


def test_a_small_region_of_a_rare_class_comes_first():
    first = find_regions(scene(), Rarity({0: 4.0, 1: 0.5}))[0]
    assert first.value == 0


def test_a_region_is_at_most_a_quarter_of_the_image():
    doubt = np.zeros((60, 80), np.uint8)
    doubt[5:55, 5:75] = 200
    found = find_regions(UncertaintyMap(doubt, np.zeros_like(doubt), Source.PREDICTION), Rarity())
    assert len(found) == 4 * 3  # 70 pixels in tiles of at most 20, 50 likewise
    assert max(max(each.box.width, each.box.height) for each in found) <= 20
    assert sum(each.pixels for each in found) == 50 * 70 - 4  # its corners are smoothed away


def test_a_large_image_gives_boxes_in_its_own_pixels():
    doubt = np.zeros((3000, 4000), np.uint8)
    doubt[1000:1200, 2000:2400] = 255
    region = find_regions(UncertaintyMap(doubt, np.zeros_like(doubt), Source.PREDICTION), Rarity())[0]
    assert abs(region.box.left - 2000) <= 8
    assert abs(region.box.bottom - 1200) <= 8
    assert abs(region.pixels - 80_000) < 4_000


def test_nothing_uncertain_is_no_region():
    for doubt in (0, 20):
        found = UncertaintyMap(np.full((30, 30), doubt, np.uint8), np.zeros((30, 30), np.uint8), Source.PREDICTION)
        assert find_regions(found, Rarity()) == []


def test_specks_are_no_regions():
    doubt = np.zeros((60, 80), np.uint8)
    doubt[30, 30] = 255
    assert find_regions(UncertaintyMap(doubt, np.zeros_like(doubt), Source.PREDICTION), Rarity()) == []


def test_a_box_is_inside_the_image():
    doubt = np.full((7, 2051), 255, np.uint8)
    for each in find_regions(UncertaintyMap(doubt, np.zeros_like(doubt), Source.PREDICTION), Rarity()):
        assert each.box == each.box.clipped(7, 2051) != Box(0, 0, 0, 0)
