"""A decision leaves alone what a person let pass, and hands nobody specks."""

from __future__ import annotations

import numpy as np

from segcore.adaptation.live_head import LiveHead
from segcore.adaptation.live_options import LiveOptions
from segcore.adaptation.tidying import drop_large_flips, drop_specks
from segcore.editing.box import Box
from segcore.labels.label_map import LabelMap, Provenance
from segcore.progress import drive
from tests.segcore.adaptation.scenes import HEIGHT, TRUTH, WIDTH, dab, scene

NOWHERE = np.zeros((6, 12), np.bool_)


def test_a_region_flips_only_up_to_a_size_and_empty_pixels_are_filled():
    labels = np.zeros((6, 12), np.uint8)
    labels[:, 10:] = 255
    decision = np.full_like(labels, 255)
    decision[0, :3], decision[3:, :4], decision[:, 10:] = 1, 1, 1
    painted = NOWHERE.copy()
    painted[2, 7] = True
    drop_large_flips(decision, labels, painted, 3)
    assert (decision[0, :3] == 1).all()
    assert (decision[3:, :4] == 255).all()
    assert (decision[:, 10:] == 1).all()


def test_what_flips_beside_a_stroke_says_how_large_the_rest_may_be():
    labels = np.zeros((6, 12), np.uint8)
    for most, stays in ((1.9, True), (2, False)):
        decision = np.full_like(labels, 255)
        decision[:, :2], decision[:, 4], decision[:, 6:8] = 1, 1, 1
        painted = NOWHERE.copy()
        painted[0, 4] = True
        drop_large_flips(decision, labels, painted, most)
        assert (decision[:, 4] == 1).all()
        assert (decision[:, 6:8] == 255).all() == stays
        assert (decision[:, :2] == 255).all() == stays


def test_specks_take_the_class_beside_them():
    labels = np.zeros((8, 8), np.uint8)
    labels[1, 1], labels[4:7, 4:7] = 1, 1
    decision = np.full_like(labels, 255)
    drop_specks(decision, labels, np.zeros_like(labels), 9)
    assert (decision == 255).all()  # nothing is new
    decision[3, 3] = 2
    drop_specks(decision, labels, np.zeros_like(labels), 9)
    assert decision[1, 1] == 0
    assert decision[3, 3] in (0, 1)
    assert (decision[4:7, 4:7] == 255).all()


def test_specks_of_the_decision_itself_never_appear():
    labels = np.full((8, 8), 255, np.uint8)
    decision = np.zeros_like(labels)
    decision[2, 2:4] = 5
    drop_specks(decision, labels, np.zeros_like(labels), 3)
    assert (decision == 0).all()


def test_a_speck_that_a_person_painted_stays():
    labels = np.zeros((8, 8), np.uint8)
    labels[1, 1:3] = 1
    provenance = np.zeros_like(labels)
    provenance[1, 1] = Provenance.PAINTED
    decision = np.full_like(labels, 255)
    drop_specks(decision, labels, provenance, 9)
    assert (decision == 255).all()


def test_an_image_that_is_all_specks_stays():
    labels = np.array([[0, 1], [2, 3]], np.uint8)
    decision = np.full_like(labels, 255)
    drop_specks(decision, labels, np.zeros_like(labels), 9)
    assert (decision == 255).all()


def test_a_small_stroke_turns_no_large_region_over_far_away():
    label_map = LabelMap(TRUTH.copy(), np.full(TRUTH.shape, Provenance.PREDICTED, np.uint8))
    label_map.labels[:31] = 3
    label_map.labels[45:53, 70:78] = 3
    for reach in (0.0, 2.0):
        head = LiveHead(LiveOptions(reach=reach, gain=0.1))
        drive(head.open_image(*scene(1)))
        drive(head.finish_image(TRUTH))
        drive(head.open_image(*scene(2)))
        head.add_stroke(dab(72, 47, side=4), 7)
        found = head.decide(label_map.labels, label_map.provenance).labels
        assert np.count_nonzero(found[45:53, 70:78] == 7) > 40
        assert (np.count_nonzero(found[:31] == 7) > 1000) == (reach == 0.0)


def test_a_region_has_the_specks_of_the_whole_image():
    rng = np.random.default_rng(0)
    image, pyramid = scene(3)
    head = LiveHead(LiveOptions(specks=16))
    drive(head.open_image(image, pyramid))
    head.add_stroke(dab(8, 20), 3)
    head.add_stroke(dab(70, 20), 7)
    label_map = LabelMap.blank(HEIGHT, WIDTH)
    label_map.labels[:] = rng.choice(np.array([3, 7], np.uint8), (HEIGHT, WIDTH), p=[0.9, 0.1])
    label_map.provenance[:] = Provenance.PREDICTED
    whole = head.decide(label_map.labels, label_map.provenance).labels
    box = Box(20, 10, 60, 50)
    part = head.decide(label_map.labels, label_map.provenance, box).labels
    inside = np.s_[4:-4, 4:-4]
    assert (part[inside] == whole[box.slices][inside]).mean() > 0.99
