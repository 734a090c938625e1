"""A stroke on a thin thing brings what looks like it within seven pixels, and never what a person painted."""

from __future__ import annotations

import numpy as np
import pytest

from segcore.adaptation.fine_head import FineHead, FineImage
from segcore.adaptation.live_head import LiveHead
from segcore.adaptation.live_options import LiveOptions
from segcore.adaptation.pixel_features import CHANNELS
from segcore.adaptation.ridge import Sums
from segcore.adaptation.spread import Spread, alike
from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.labels.label_map import Provenance
from segcore.progress import drive
from tests.segcore.adaptation.scenes import HEIGHT, WIDTH, scene

ROAD, CRACK = 1, 2
WHOLE = Box(0, 0, 60, 40)
PAINTED = Covered(Box(30, 14, 32, 24), np.ones((10, 2), np.bool_))
"""The middle of a crack of 2 pixels from top to bottom."""


@pytest.fixture
def road():
    """A dark crack on a road with noise, and another one far from it; all but the stroke was taken for road."""
    rng = np.random.default_rng(0)
    image = np.full((40, 60, 3), 150, np.uint8)
    image[:, 30:32] = image[:, 5:7] = 60
    image += rng.integers(0, 12, image.shape).astype(np.uint8)
    labels = np.full((40, 60), ROAD, np.uint8)
    provenance = np.full_like(labels, Provenance.PREDICTED)
    labels[PAINTED.box.slices], provenance[PAINTED.box.slices] = CRACK, Provenance.PAINTED
    return image, labels, provenance


def spread_over(road, region: Box = WHOLE, stroke: Covered = PAINTED) -> np.ndarray:
    image, labels, provenance = road
    spread = Spread(FineHead().look(image), labels.shape)
    spread.add(1, stroke, CRACK)
    decision = np.full_like(labels, 255)
    spread.into(decision[region.slices], labels, provenance, region)
    return decision


def test_it_follows_the_crack_for_seven_pixels_and_no_further(road):
    found = spread_over(road) == CRACK
    assert found[7:14, 30:32].all()
    assert found[24:31, 30:32].all()
    assert not found[:7].any()
    assert not found[31:].any()
    beside = found.copy()
    beside[:, 29:33] = False
    assert not beside.any()


def test_what_is_empty_painted_or_confirmed_stays(road):
    _, labels, provenance = road
    labels[7:9, 30:32] = 255
    provenance[9:11, 30:32] = Provenance.PAINTED
    provenance[11:14, 30:32] = Provenance.CONFIRMED
    found = spread_over(road)
    assert (found[:14] == 255).all()
    assert (found[24:31, 30:32] == CRACK).all()


def test_a_part_of_the_image_gets_its_part_of_it(road):
    whole, upper = spread_over(road), spread_over(road, Box(0, 0, 60, 20))
    np.testing.assert_array_equal(upper[:20], whole[:20])
    assert (upper[20:] == 255).all()


def test_strokes_far_apart_spread_over_features_of_half_the_resolution():
    """Columns 30, 31 and 930, 931 are a crack: columns 15 and 465 of the features."""
    pixels = np.zeros((CHANNELS, 60, 500), np.float16)
    pixels[0, :, 15] = pixels[0, :, 465] = 4
    labels = np.full((120, 1000), ROAD, np.uint8)
    provenance = np.full_like(labels, Provenance.PREDICTED)
    spread = Spread(FineImage(pixels, 2, Sums.none(1)), labels.shape)
    for number, (left, top) in enumerate(((30, 20), (930, 80))):
        spread.add(number, Covered(Box(left, top, left + 2, top + 20), np.ones((20, 2), np.bool_)), CRACK)
    decision = np.full_like(labels, 255)
    spread.into(decision, labels, provenance, Box(0, 0, 1000, 120))
    expected = np.full_like(labels, 255)
    expected[13:47, 30:32] = expected[73:107, 930:932] = CRACK
    np.testing.assert_array_equal(decision, expected)


def test_a_stroke_on_the_rim_of_a_large_thing_brings_nothing(road):
    road[1][:, 32:50] = CRACK
    assert (spread_over(road) == 255).all()


def test_a_wide_stroke_brings_nothing(road):
    """A square of 8 pixels holds a circle of radius 4."""
    assert (spread_over(road, stroke=Covered(Box(28, 14, 36, 22), np.ones((8, 8), np.bool_))) == 255).all()


def test_nothing_is_brought_where_all_looks_alike(road):
    road[0][:] = 150
    assert (spread_over(road) == 255).all()


def test_the_threshold_is_that_of_the_best_squared_recall_over_share_taken():
    """10 painted pixels, 8 of them at 1 as 2 of 90 others are: 0.8² / 0.1 = 6.4; taking all has 1 / 1."""
    painted = np.arange(100) < 10
    features = np.zeros((100, 2), np.float32)
    features[2:12, 0] = 1
    np.testing.assert_array_equal(alike(features, painted), features[:, 0] == 1)


@pytest.mark.parametrize(("others", "brought"), [(20, True), (21, False)])
def test_more_than_two_pixels_for_each_painted_one_are_none(others, brought):
    painted = np.arange(200) < 10
    features = (np.arange(200) < 10 + others).astype(np.float32)[:, None].repeat(2, 1)
    assert alike(features, painted).any() == brought


def test_too_few_painted_pixels_are_no_example():
    painted = np.arange(100) < 7
    assert not alike(np.where(painted, 1.0, 0.0).astype(np.float32)[:, None].repeat(2, 1), painted).any()


@pytest.mark.parametrize("spreads", [True, False])
def test_the_live_head_lets_thin_strokes_spread_until_they_are_taken_back(spreads):
    image, pyramid = scene()
    image += np.random.default_rng(0).integers(0, 12, image.shape).astype(np.uint8)
    image[:, 20:22] = 0
    head = LiveHead(LiveOptions(spreads=spreads, grows=False, gain=9.0, specks=0))
    drive(head.open_image(image, pyramid))
    labels, provenance = np.full((HEIGHT, WIDTH), 3, np.uint8), np.full((HEIGHT, WIDTH), Provenance.PREDICTED, np.uint8)
    head.add_stroke(Covered(Box(4, 4, 12, 12), np.ones((8, 8), np.bool_)), 3)
    box = Box(20, 20, 22, 40)
    number = head.add_stroke(Covered(box, np.ones((20, 2), np.bool_)), 7)
    labels[box.slices], provenance[box.slices] = 7, Provenance.PAINTED
    assert (head.decide(labels, provenance).labels[14:20, 20:22] == 7).all() == spreads
    head.rename_classes({7: 9})
    labels[labels == 7] = 9
    assert (head.decide(labels, provenance).labels[14:20, 20:22] == 9).all() == spreads
    head.remove_stroke(number)
    labels[box.slices], provenance[box.slices] = 3, Provenance.PREDICTED
    assert (head.decide(labels, provenance).labels != 9).all()
