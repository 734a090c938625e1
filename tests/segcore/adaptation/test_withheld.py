"""A rare class of earlier images is said in an image only once it was painted there."""

from __future__ import annotations

import numpy as np

from segcore.adaptation.deciding import Rule
from segcore.adaptation.feature_pyramid import FeaturePyramid
from segcore.adaptation.live_head import LiveHead
from segcore.adaptation.live_options import LiveOptions
from segcore.labels.label_map import LabelMap, Provenance
from segcore.progress import drive
from tests.segcore.adaptation.scenes import HEIGHT, TRUTH, WIDTH, dab, decided, scene

RARE = 5
SIGN = np.s_[12:20, 60:68]
"""Of class `RARE`: 64 pixels of 5580, a share of 0.011."""


def scene_with_a_sign(seed: int) -> tuple[np.ndarray, FeaturePyramid]:
    image, pyramid = scene(seed)
    image[SIGN] = (200, 30, 30)
    for level, stride in zip(pyramid.levels, pyramid.strides, strict=True):
        level[-(-12 // stride) : 20 // stride, -(-60 // stride) : 68 // stride, 1] += 9
    return image, pyramid


def taught(**options: bool) -> LiveHead:
    """Return a head that learned two images with a sign, and has a third one open."""
    head, truth = LiveHead(LiveOptions(**options)), TRUTH.copy()
    truth[SIGN] = RARE
    for seed in range(2):
        drive(head.open_image(*scene_with_a_sign(seed)))
        drive(head.finish_image(truth))
    drive(head.open_image(*scene_with_a_sign(2)))
    return head


def test_a_rare_class_waits_for_its_first_stroke():
    head = taught()
    found = decided(head)
    assert not (found == RARE).any()
    assert (found[:, :44] == 3).mean() > 0.95  # common classes are said at once
    head.add_stroke(dab(62, 14, 3), RARE)
    assert (decided(head)[SIGN] == RARE).mean() > 0.6


def test_without_the_option_it_is_said_at_once():
    assert (decided(taught(withholds=False))[SIGN] == RARE).mean() > 0.6


def test_the_pixels_that_have_it_already_keep_it():
    head, label_map = taught(), LabelMap.blank(HEIGHT, WIDTH)
    label_map.labels[SIGN], label_map.provenance[SIGN] = RARE, Provenance.PREDICTED
    after = label_map.accept(decided(head, label_map)).labels
    assert (after[SIGN] == RARE).mean() > 0.8
    after[SIGN] = 3
    assert not (after == RARE).any()


def test_the_rule_takes_the_bias_and_withholds():
    planes = np.ones((2, 1, 2), np.float32)
    rule = Rule.of({4: 0.0, 6: 0.25}, 0.4, 0.2, frozenset({6}))
    rule.apply((4, 6), planes, np.array([[6, 255]], np.uint8))
    np.testing.assert_array_equal(planes, [[[1, 1]], [[0.75, -1.25]]])
