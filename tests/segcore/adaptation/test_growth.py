"""A stroke grows to the border of what it lies on, two pixels at most, and never over what a person painted."""

from __future__ import annotations

import numpy as np
import pytest

from segcore.adaptation.growth import Growth
from segcore.adaptation.live_head import LiveHead
from segcore.adaptation.live_options import LiveOptions
from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.labels.label_map import Provenance
from segcore.progress import drive
from tests.segcore.adaptation.scenes import HEIGHT, WIDTH, scene

POLE = slice(20, 28)
WHOLE = Box(0, 0, 48, 30)
STROKE = Covered(Box(22, 5, 26, 25), np.ones((20, 4), np.bool_))
"""Along the middle of the pole, 2 pixels from each of its sides."""


@pytest.fixture
def street():
    """A bright pole, 8 pixels wide, on a dark wall with noise; all of it was taken for the wall, class 1."""
    rng = np.random.default_rng(0)
    image = np.full((30, 48, 3), 70, np.uint8)
    image[:, POLE] = 170
    image += rng.integers(0, 12, image.shape).astype(np.uint8)
    labels = np.ones((30, 48), np.uint8)
    provenance = np.full_like(labels, Provenance.PREDICTED)
    labels[STROKE.box.slices], provenance[STROKE.box.slices] = 4, Provenance.PAINTED
    return image, labels, provenance


def grown(street, region: Box = WHOLE) -> np.ndarray:
    image, labels, provenance = street
    decision = np.full_like(labels, 255)
    part = decision[region.slices]
    Growth(image, STROKE, 4).into(part, labels, provenance, region)
    return decision


def test_it_grows_to_the_sides_of_the_pole_and_two_pixels_along_it(street):
    expected = np.full((30, 48), 255, np.uint8)
    expected[5:25, 20:22] = expected[5:25, 26:28] = 4
    expected[3:5, 22:26] = expected[25:27, 22:26] = 4
    # Euclidean reach: (1, 1) beside a corner of the stroke is within 2 pixels, (2, 1) is not.
    for row, column in ((4, 21), (4, 26), (25, 21), (25, 26)):
        expected[row, column] = 4
    np.testing.assert_array_equal(grown(street), expected)


def test_it_does_not_grow_where_the_colours_hardly_differ(street):
    street[0][:] = 90 + np.random.default_rng(1).integers(0, 12, street[0].shape)
    assert (grown(street) == 255).all()


def test_what_is_empty_painted_or_confirmed_stays(street):
    _, labels, provenance = street
    labels[:10, 20:22] = 255
    provenance[10:15, 20:22] = Provenance.PAINTED
    provenance[15:20, 20:22] = Provenance.CONFIRMED
    found = grown(street)
    assert (found[5:20, 20:22] == 255).all()
    assert (found[20:25, 20:22] == 4).all()
    assert (found[5:25, 26:28] == 4).all()


def test_a_part_of_the_image_gets_its_part_of_it(street):
    whole = grown(street)
    left = grown(street, Box(0, 0, 24, 30))
    np.testing.assert_array_equal(left[:, :24], whole[:, :24])
    assert (left[:, 24:] == 255).all()


def test_a_part_far_from_the_stroke_is_left_alone(street):
    assert (grown(street, Box(40, 0, 48, 30)) == 255).all()


def test_it_keeps_to_what_it_found_first_but_not_over_an_eraser(street):
    image, labels, provenance = street
    growth = Growth(image, STROKE, 4)
    growth.into(np.full_like(labels, 255), labels, provenance, WHOLE)
    labels[5:25, 20:22], provenance[5:25, 20:22] = 255, Provenance.UNTOUCHED
    again = np.full_like(labels, 255)
    growth.into(again, labels, provenance, WHOLE)
    assert (again[5:25, 20:22] == 255).all()
    assert (again[5:25, 26:28] == 4).all()


@pytest.mark.parametrize("grows", [True, False])
def test_the_live_head_lets_its_last_stroke_grow_until_it_is_taken_back(grows):
    """Class 7 lies right of column 48; a stroke of it 2 pixels from that border."""
    head = LiveHead(LiveOptions(grows=grows, gain=9.0, specks=0))
    drive(head.open_image(*scene()))
    labels, provenance = np.full((HEIGHT, WIDTH), 3, np.uint8), np.full((HEIGHT, WIDTH), Provenance.PREDICTED, np.uint8)
    head.add_stroke(Covered(Box(4, 4, 12, 12), np.ones((8, 8), np.bool_)), 3)
    box = Box(50, 10, 58, 40)
    number = head.add_stroke(Covered(box, np.ones((30, 8), np.bool_)), 7)
    labels[box.slices], provenance[box.slices] = 7, Provenance.PAINTED
    decision = head.decide(labels, provenance).labels
    assert (decision[10:40, 48:50] == 7).all() == grows
    assert (decision[:, :48] != 7).all()
    head.remove_stroke(number)
    labels[box.slices], provenance[box.slices] = 3, Provenance.PREDICTED
    assert (head.decide(labels, provenance).labels != 7).all()
