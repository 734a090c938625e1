"""The rules of the simulated person, on shapes whose numbers are known."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from benchmarks.person.assistance import Assistance
from benchmarks.person.bar import Bar
from benchmarks.person.data import Sample
from benchmarks.person.gesture import Outline, Stroke, Wrong, largest_wrong, outline_of, stroke_over
from benchmarks.person.labelling import label
from benchmarks.person.skeleton import inscribed_radius, length, longest_way, middle, thin
from segcore.editing.box import Box
from segcore.editing.brush import Covered, Point
from segcore.editing.shapes import polygon
from segcore.labels.classes import ClassSet, SegClass
from segcore.labels.label_map import Provenance

CLASSES = ClassSet([SegClass(0, "ground", (0, 0, 0)), SegClass(1, "thing", (255, 0, 0))])


def bar_and_speck() -> np.ndarray:
    """Ground with a thing of 60 x 11 pixels and one of 3 x 3."""
    truth = np.zeros((80, 100), np.uint8)
    truth[20:31, 20:80] = 1
    truth[60:63, 60:63] = 1
    return truth


# -- skeleton ------------------------------------------------------------------------------------------------------


def test_a_bar_thins_to_a_line_along_its_middle():
    mask = np.zeros((11, 60), np.bool_)
    mask[:] = True
    line = thin(mask)
    assert set(np.flatnonzero(line.any(axis=1))) <= {4, 5, 6}
    assert (line.sum(axis=0) <= 1).all()
    assert 45 <= line.sum() <= 60


def test_the_longest_way_of_a_t_leaves_out_its_stem():
    mask = np.zeros((20, 41), np.bool_)
    mask[0, :] = True
    mask[:12, 20] = True
    way = longest_way(mask)
    assert {way[0], way[-1]} == {(0, 0), (0, 40)}
    assert all(max(abs(a[0] - b[0]), abs(a[1] - b[1])) == 1 for a, b in pairwise(way))


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (1, 7), (3, 3), (2, 900), (900, 5)])
def test_every_region_has_a_way_inside_it(shape):
    way = longest_way(np.ones(shape, np.bool_))
    assert way
    assert all(0 <= y < shape[0] and 0 <= x < shape[1] for y, x in way)


def test_the_middle_leaves_out_a_tenth_at_each_end():
    way = [(0, x) for x in range(100)]
    assert middle(way, 0.8) == way[10:90]
    assert middle([(0, 0)], 0.8) == [(0, 0)]


def test_lengths_and_radii():
    assert length([(0, 0), (1, 1), (1, 2)]) == pytest.approx(np.sqrt(2) + 1)
    assert length([(5, 5)]) == 0.0
    assert inscribed_radius(np.ones((11, 60), np.bool_)) == pytest.approx(6.0)


# -- what is next --------------------------------------------------------------------------------------------------


def test_the_largest_wrong_region_of_one_true_class_is_next():
    truth = bar_and_speck()
    valid = np.ones(truth.shape, np.bool_)
    labels = np.zeros_like(truth)
    found = largest_wrong(labels, truth, valid, [0, 1])
    assert found is not None
    assert (found.value, found.region.box) == (1, Box(20, 20, 80, 31))
    labels[20:31, 20:80] = 1
    found = largest_wrong(labels, truth, valid, [0, 1])
    assert found is not None
    assert found.region.mask.sum() == 9
    assert largest_wrong(labels, truth, valid, [0]) is None
    valid[60:63] = False
    assert largest_wrong(labels, truth, valid, [0, 1]) is None


def test_a_stroke_runs_along_the_middle_with_four_fifths_of_the_radius():
    mask = np.ones((11, 60), np.bool_)
    stroke = stroke_over(Wrong(1, Covered(Box(20, 20, 80, 31), mask)))
    xs = [x for _, x in stroke.way]
    assert stroke.radius == pytest.approx(0.8 * 6)
    assert 20 + 5 <= min(xs) <= 20 + 15
    assert 80 - 15 <= max(xs) <= 80 - 5
    assert stroke_over(Wrong(1, Covered(Box(0, 0, 1, 1), mask[:1, :1]))).radius == 1.0
    assert stroke_over(Wrong(1, Covered(Box(0, 0, 200, 200), np.ones((200, 200), np.bool_)))).radius == 40.0


def test_costs_in_seconds():
    assert Stroke(1, [(0, x) for x in range(201)], 3.0).seconds == pytest.approx(1.5 + 1.0)
    assert Outline(1, [Point(0, 0)] * 5).seconds == pytest.approx(4.0)


def test_a_rectangle_is_outlined_by_four_corners_and_a_pixel_is_not_missed():
    box = Box(20, 20, 80, 31)
    outline = outline_of(Wrong(1, Covered(box, np.ones((11, 60), np.bool_))), (80, 100))
    assert len(outline.corners) == 4
    covered = polygon(outline.corners, 80, 100)
    assert covered.mask.sum() == 660
    single = outline_of(Wrong(1, Covered(Box(7, 9, 8, 10), np.ones((1, 1), np.bool_))), (80, 100))
    assert polygon(single.corners, 80, 100).mask.sum() == 1


# -- the bar -------------------------------------------------------------------------------------------------------


def test_small_classes_are_not_judged_and_unlabelled_pixels_are_wrong():
    truth = np.zeros((100, 100), np.uint8)
    truth[:10, :19] = 1
    truth[90:] = 255
    bar = Bar(truth)
    labels = np.where(truth == 255, 7, truth).astype(np.uint8)
    assert list(bar.judge(labels).f) == [0]
    assert bar.judge(labels).accepted
    labels[50:, :] = 255
    judged = bar.judge(labels)
    assert judged.right == pytest.approx(5 / 9)
    assert not judged.mostly_right


def test_f_forgives_two_pixels():
    truth = np.zeros((100, 100), np.uint8)
    truth[40:60, 10:90] = 1
    bar = Bar(truth)
    near = np.zeros_like(truth)
    near[42:62, 10:90] = 1
    assert bar.judge(near).f[1] == pytest.approx(1.0)
    far = np.zeros_like(truth)
    far[44:64, 10:90] = 1
    # 2 of 20 rows lie more than 2 pixels outside, and 2 of the true rows have nothing within 2 pixels.
    assert bar.judge(far).f[1] == pytest.approx(18 / 20)


def test_a_class_below_the_bar_is_not_accepted_however_many_pixels_are_right():
    truth = np.zeros((200, 200), np.uint8)
    truth[:20, :20] = 1
    judged = Bar(truth).judge(np.zeros_like(truth))
    assert judged.mostly_right
    assert judged.below == [1]
    assert not judged.accepted


# -- at the desk ---------------------------------------------------------------------------------------------------


def test_a_stroke_paints_through_the_brush_and_stays_inside_its_class(desk):
    truth = bar_and_speck()
    desk.open("one", np.zeros((80, 100, 3), np.uint8))
    covered = desk.draw(Stroke(1, [(25, x) for x in range(26, 74)], 9.0), truth == 1)
    painted = desk.label_map.labels == 1
    assert painted.sum() == covered.mask.sum() > 400
    assert not (painted & (truth != 1)).any()
    assert (desk.label_map.provenance[painted] == Provenance.PAINTED).all()
    desk.document.undo()
    assert (desk.label_map.labels == 255).all()


@pytest.mark.parametrize("tool", ["brush", "polygon"])
def test_the_person_labels_an_image_until_it_is_accepted(desk, tool):
    truth = bar_and_speck()
    labour = label(desk, Sample("one", np.zeros((80, 100, 3), np.uint8), truth), tool, Assistance())
    assert labour.accepted
    assert Bar(truth).judge(desk.label_map.labels).accepted
    assert 0 < labour.to_right <= labour.actions
    assert labour.person > 2.0
    assert labour.first_right == 0.0
