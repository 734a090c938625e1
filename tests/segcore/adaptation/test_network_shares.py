"""What the network in use says, among the features of the live head."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from segcore.adaptation.class_shares import ClassShares
from segcore.adaptation.feature_pyramid import FeaturePyramid
from segcore.adaptation.live_head import LiveHead
from segcore.labels.label_map import LabelMap
from segcore.progress import drive
from tests.segcore.adaptation.scenes import (
    HEIGHT,
    TRUTH,
    WIDTH,
    assert_same,
    dab,
    decided,
    knowledge,
    scene,
    with_network,
)


def blind(pyramid: FeaturePyramid) -> FeaturePyramid:
    """The frozen features say nothing."""
    return replace(pyramid, levels=tuple(np.zeros_like(level) for level in pyramid.levels))


def open_with(head: LiveHead, seed: int = 0, key: str = "", **network) -> None:
    image, pyramid = scene(seed)
    drive(head.open_image(image, with_network(pyramid, **network), key=key))


def test_what_the_network_says_is_decided_before_anyone_has_painted():
    head = LiveHead()
    open_with(head)
    assert (decided(head) == TRUTH).mean() > 0.95


def test_a_class_that_the_network_does_not_say_is_painted():
    head = LiveHead()
    image, pyramid = scene()
    said = with_network(pyramid).shares
    drive(head.open_image(image, replace(pyramid, shares=replace(said, values=(3,), shares=said.shares[..., :1]))))
    assert (decided(head) == 3).all()
    head.add_stroke(dab(70, 20), 7)
    assert (decided(head) == TRUTH).mean() > 0.95


def test_the_network_decides_where_the_features_say_nothing():
    head = LiveHead()
    image, pyramid = scene()
    drive(head.open_image(image, with_network(blind(pyramid))))
    head.add_stroke(dab(8, 20), 3)
    head.add_stroke(dab(70, 20), 7)
    assert (decided(head) == TRUTH).mean() > 0.95


def test_strokes_and_done_images_overrule_a_network_that_is_wrong():
    head = LiveHead()
    for seed in range(3):
        open_with(head, seed, left=7, right=3)
        head.add_stroke(dab(8, 20), 3)
        head.add_stroke(dab(70, 20), 7)
        drive(head.finish_image(TRUTH))
    open_with(head, 5, left=7, right=3)
    assert (decided(head) == TRUTH).mean() > 0.95


def test_a_network_that_was_trained_on_an_image_is_heard_but_not_judged_by_it():
    heard, without = LiveHead(), LiveHead()
    image, pyramid = scene()
    known = with_network(blind(pyramid))
    drive(heard.open_image(image, replace(known, shares=replace(known.shares, trained_on_it=True))))
    assert (decided(heard) == TRUTH).mean() > 0.95
    drive(without.open_image(image, blind(pyramid)))
    for head in (heard, without):
        head.add_stroke(dab(8, 20), 3)
        head.add_stroke(dab(70, 20), 7)
        drive(head.finish_image(TRUTH))
    fixed = without._coarse.known().dimensions
    sums = heard._coarse.known()
    assert not sums.xx[fixed:].any()
    np.testing.assert_allclose(sums.xx[:fixed, :fixed], without._coarse.known().xx)


def test_without_a_network_an_image_is_scored_as_if_there_had_never_been_one():
    with_one, without = LiveHead(), LiveHead()
    for seed in range(2):
        open_with(with_one, seed)
        drive(with_one.finish_image(TRUTH))
        drive(without.open_image(*scene(seed)))
        drive(without.finish_image(TRUTH))
    scores = []
    for head in (with_one, without):
        drive(head.open_image(*scene(5)))
        scores.append(head._plain.coarse(head._now).scores)
    np.testing.assert_allclose(*scores, atol=1e-4)


def test_a_network_of_other_classes_joins_later():
    head = LiveHead()
    open_with(head, 0)
    drive(head.finish_image(TRUTH))
    open_with(head, 1, left=9, right=7)
    assert head._coarse.slots == (3, 7, 9)
    assert (decided(head)[:, 48:] == 7).mean() > 0.9
    head.leave_image()
    open_with(head, 2)
    assert (decided(head) == TRUTH).mean() > 0.95


def test_an_image_that_is_opened_again_counts_once():
    once, twice = LiveHead(), LiveHead()
    for head, times in ((once, 1), (twice, 2)):
        for _ in range(times):
            open_with(head, 0, key="a")
            head.add_stroke(dab(8, 20), 3)
            head.leave_image()
            if head is twice:
                open_with(head, 0, key="a", left=9)
                drive(head.open_image(*scene(1), key="b"))
                head.leave_image()
    state = knowledge(twice)
    np.testing.assert_allclose(state["coarse.xx"], np.zeros_like(state["coarse.xx"]), atol=1e-6)
    assert knowledge(once)["coarse.xx"].any()


def test_swapped_classes_swap_what_the_network_says():
    head, other = LiveHead(), LiveHead()
    for each in (head, other):
        open_with(each, 0)
        drive(each.finish_image(TRUTH))
        open_with(each, 1, key="open")
    before = decided(head)
    head.rename_classes({3: 7, 7: 3})
    assert (decided(head) == np.where(before == 3, 7, 3)).mean() > 0.99
    head.rename_classes({3: 7, 7: 3})
    restored, expected = knowledge(head), knowledge(other)
    assert_same({k: v for k, v in restored.items()}, expected)


def test_a_removed_class_is_not_said_and_merged_ones_are_one():
    head = LiveHead()
    open_with(head)
    drive(head.finish_image(TRUTH))
    open_with(head, 1)
    head.rename_classes({7: None})
    assert (decided(head) == 3).all()
    other = LiveHead()
    open_with(other)
    drive(other.finish_image(TRUTH))
    open_with(other, 1)
    other.rename_classes({7: 3})
    assert (decided(other) == 3).all()
    assert other._coarse.slots == other._now.shares.values == (3,)


def test_shares_by_other_class_values():
    shares = np.array([[[0.25, 0.5, 0.125]]], np.float16)
    found = ClassShares((3, 7, 9), shares, 4).renamed({3: 9, 7: None})
    assert found.values == (9,)
    np.testing.assert_allclose(found.shares, [[[0.375]]])
    assert found.renamed({9: None}) is None


def test_a_shrunken_image_has_its_shares_on_the_finest_level():
    image, pyramid = scene()
    coarse = replace(pyramid, levels=pyramid.levels[1:], strides=(8,))
    shares = with_network(pyramid).shares
    small = replace(shares, shares=shares.shares[::2, ::2], stride=8)
    head = LiveHead()
    drive(head.open_image(image, replace(coarse, shares=small)))
    head.add_stroke(dab(8, 20), 3)
    assert (decided(head, LabelMap.blank(HEIGHT, WIDTH)) == TRUTH).mean() > 0.9
