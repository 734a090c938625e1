from __future__ import annotations

import numpy as np
import pytest

from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.errors import CrfError
from segcore.interactive.edge_refine import EdgeRefine
from segcore.interactive.window import Windows
from segcore.labels.label_map import Provenance
from segcore.progress import drive

NO_VALUES = np.zeros(0, np.uint8)


def halves(height=140, width=160, edge=80):
    """A red and a blue half that meet at column ``edge``."""
    image = np.empty((height, width, 3), np.int16)
    image[:, :edge], image[:, edge:] = (190, 60, 50), (60, 80, 190)
    image += np.random.default_rng(0).integers(-8, 9, image.shape, np.int16)
    return image.astype(np.uint8)


def split(height, width, at, left=1, right=2):
    labels = np.full((height, width), right, np.uint8)
    labels[:, :at] = left
    return labels, np.full(labels.shape, Provenance.PREDICTED, np.uint8)


def pen(top, bottom, left, right):
    return Covered(Box(left, top, right, bottom), np.ones((bottom - top, right - left), np.bool_))


def refined(image, labels, provenance, band, probabilities=None, values=NO_VALUES):
    """The whole label map after the band was decided anew."""
    answer = drive(EdgeRefine(image, labels, provenance, probabilities, values).decide(band))
    found = labels.copy()
    found[answer.box.slices] = answer.labels
    return found


@pytest.mark.parametrize("at", [75, 77, 83, 85])
def test_the_border_moves_to_the_image_s_edge(at):
    labels, provenance = split(140, 160, at)
    found = refined(halves(), labels, provenance, pen(20, 120, 70, 90))
    truth, _ = split(140, 160, 80)
    assert (found == truth)[20:120].mean() > 0.995


def test_outside_the_band_nothing_changes():
    labels, provenance = split(140, 160, 76)
    before = labels.copy()
    band = pen(40, 80, 70, 90)
    found = refined(halves(), labels, provenance, band)
    outside = np.ones(labels.shape, np.bool_)
    outside[band.box.slices] = False
    assert np.array_equal(found[outside], before[outside])
    assert np.array_equal(labels, before)


def test_painted_pixels_in_the_band_move_too():
    labels, provenance = split(140, 160, 76)
    provenance[:] = Provenance.PAINTED
    found = refined(halves(), labels, provenance, pen(20, 120, 70, 90))
    assert (found[30:110, 76:80] == 1).mean() > 0.99


def test_only_classes_that_touch_the_band_appear():
    image = halves()
    labels, provenance = split(140, 160, 76)
    labels[:, 120:] = 7
    shares = np.full((3, 140, 160), 0.05, np.float32)
    shares[2] = 0.9  # the network says 7 everywhere
    values = np.array([1, 2, 7], np.uint8)
    found = refined(image, labels, provenance, pen(20, 120, 70, 90), lambda box: shares[:, *box.slices], values)
    assert set(np.unique(found[:, :110])) == {1, 2}


def test_no_class_has_a_border_like_any_other():
    labels, provenance = split(140, 160, 76, left=3, right=255)
    found = refined(halves(), labels, provenance, pen(20, 120, 70, 90))
    truth, _ = split(140, 160, 80, left=3, right=255)
    assert (found == truth)[20:120].mean() > 0.99


@pytest.mark.parametrize("labels_value", [5, 255])
def test_one_class_stays(labels_value):
    labels = np.full((140, 160), labels_value, np.uint8)
    found = refined(halves(), labels, np.zeros_like(labels), pen(20, 120, 70, 90))
    assert (found == labels_value).all()


@pytest.mark.parametrize("width", [1, 3])
def test_what_is_thin_and_wholly_in_the_band_does_not_vanish(width):
    image = np.full((140, 160, 3), 120, np.uint8)
    labels, provenance = split(140, 160, 160)
    labels[30:110, 80 : 80 + width] = 9
    found = refined(image, labels, provenance, pen(20, 120, 70, 92))
    assert (found[32:108] == 9).any(axis=1).mean() > 0.95


def test_the_network_helps_where_the_image_shows_no_edge():
    image = np.full((140, 160, 3), 120, np.uint8)
    labels, provenance = split(140, 160, 77)
    shares = np.empty((2, 140, 160), np.float32)
    shares[0, :, :82], shares[0, :, 82:] = 0.999, 0.001
    shares[1] = 1 - shares[0]
    values = np.array([1, 2], np.uint8)
    found = refined(image, labels, provenance, pen(20, 120, 70, 90), lambda box: shares[:, *box.slices], values)
    assert (found[40:100] == 1).sum(axis=1).mean() > 79.5
    without = refined(image, labels, provenance, pen(20, 120, 70, 90))
    assert abs((without[40:100] == 1).sum(axis=1).mean() - 77) < 3


def test_a_long_band_is_decided_in_tiles_and_only_where_it_has_grown():
    image = np.ascontiguousarray(halves(160, 900, 450).transpose(1, 0, 2))  # 900 rows: a border at row 450
    image = np.ascontiguousarray(np.concatenate([image] * 5, axis=1))  # 800 columns
    labels = np.ones(image.shape[:2], np.uint8)
    labels[446:] = 2
    asked = []

    def probabilities(box):
        asked.append(box)
        return np.full((2, box.height, box.width), 0.5, np.float32)

    decider = EdgeRefine(image, labels, np.ones_like(labels), probabilities, np.array([1, 2], np.uint8))
    first = drive(decider.decide(pen(438, 458, 20, 700)))
    assert len(asked) > 3
    assert (first.labels[:, 8:-8] == np.where(np.arange(438, 458) < 450, 1, 2)[:, None]).mean() > 0.98
    asked.clear()
    drive(decider.decide(pen(438, 458, 20, 780)))
    assert 1 <= len(asked) <= 4


@pytest.mark.parametrize("at", [(0, 1, 80, 81), (0, 140, 0, 160), (139, 140, 70, 90), (0, 140, 155, 160)])
def test_bands_at_the_border_of_one_pixel_and_of_everything(at):
    labels, provenance = split(140, 160, 80)
    found = refined(halves(), labels, provenance, pen(*at))
    assert (found == labels).mean() > 0.97


def test_nothing_covered_and_a_whole_mask():
    image = halves()
    labels, provenance = split(140, 160, 76)
    decider = EdgeRefine(image, labels, provenance, None, NO_VALUES, windows=Windows(image))
    assert drive(decider.decide(np.zeros(labels.shape, np.bool_))).box.is_empty
    whole = np.zeros(labels.shape, np.bool_)
    whole[20:120, 70:90] = True
    assert np.array_equal(drive(decider.decide(whole)).labels, drive(decider.decide(pen(20, 120, 70, 90))).labels)


def test_closing_it_leaves_it_ready_for_the_next():
    image = halves()
    labels, provenance = split(140, 160, 76)
    decider = EdgeRefine(image, labels, provenance, None, NO_VALUES)
    for steps in (1, 2, 4):
        task = decider.decide(pen(20, 120, 70, 90))
        for _ in range(steps):
            next(task)
        task.close()
    assert (drive(decider.decide(pen(20, 120, 70, 90))).labels != labels[20:120, 70:90]).any()


def test_a_band_outside_the_image_is_an_error():
    labels, provenance = split(140, 160, 76)
    with pytest.raises(CrfError, match="fit"):
        refined(halves(), labels, provenance, pen(100, 160, 70, 90))
