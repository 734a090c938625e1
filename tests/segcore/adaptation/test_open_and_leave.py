"""What strokes taught stays when a person leaves an image; what is painted already is learned; nothing counts twice."""

from __future__ import annotations

import numpy as np
import pytest

from segcore.adaptation import learned_images
from segcore.adaptation.live_head import LiveHead
from segcore.errors import AdaptationError, LabelError
from segcore.labels.label_map import LabelMap, Provenance
from segcore.progress import drive
from tests.segcore.adaptation.scenes import (
    HEIGHT,
    TRUTH,
    WIDTH,
    assert_same,
    dab,
    decided,
    knowledge,
    opened,
    scene,
)


def painted() -> LabelMap:
    """A map with one dab of each class, painted."""
    label_map = LabelMap.blank(HEIGHT, WIDTH)
    for left, value in ((8, 3), (70, 7)):
        label_map.labels[20:28, left : left + 8] = value
        label_map.provenance[20:28, left : left + 8] = Provenance.PAINTED
    return label_map


def open_with(head: LiveHead, label_map: LabelMap, key: str = "", seed: int = 0) -> None:
    drive(head.open_image(*scene(seed), label_map.labels, label_map.provenance, key))


def finished(keys: str = "a") -> LiveHead:
    head = LiveHead()
    for seed, key in enumerate(keys):
        drive(head.open_image(*scene(seed), key=key))
        drive(head.finish_image(TRUTH))
    return head


def test_strokes_of_an_image_that_is_left_label_the_next_one():
    head = opened()
    head.add_stroke(dab(8, 20), 3)
    head.add_stroke(dab(70, 20), 7)
    head.leave_image()
    assert not head.is_open
    drive(head.open_image(*scene(1)))
    assert (decided(head) == TRUTH).mean() > 0.95


def test_opening_another_image_leaves_the_first():
    left, opened_over = opened(), opened()
    for head in (left, opened_over):
        head.add_stroke(dab(8, 20), 3)
    left.leave_image()
    for head in (left, opened_over):
        drive(head.open_image(*scene(1)))
    assert_same(knowledge(left), knowledge(opened_over))


def test_leaving_an_image_without_strokes_changes_nothing():
    head = finished()
    before = knowledge(head)
    drive(head.open_image(*scene(5), key="b"))
    head.leave_image()
    head.leave_image()
    assert_same(before, knowledge(head))


def test_what_is_painted_already_is_learned_when_the_image_is_opened():
    head = LiveHead()
    open_with(head, painted())
    assert (decided(head) == TRUTH).mean() > 0.95


def test_predicted_pixels_are_not_learned():
    label_map = LabelMap(TRUTH.copy(), np.full((HEIGHT, WIDTH), Provenance.PREDICTED, np.uint8))
    head = LiveHead()
    open_with(head, label_map)
    assert (decided(head) == 255).all()


def test_an_image_that_is_left_and_opened_again_counts_once():
    head = LiveHead()
    open_with(head, painted(), "a")
    once = knowledge(head)
    for _ in range(3):
        head.leave_image()
        open_with(head, painted(), "a")
    assert_same(once, knowledge(head))


def test_an_image_that_is_done_twice_counts_once():
    once, twice = finished(), finished()
    done = LabelMap(TRUTH, np.full((HEIGHT, WIDTH), Provenance.CONFIRMED, np.uint8))
    open_with(twice, done, "a")
    drive(twice.finish_image(TRUTH))
    assert_same(knowledge(once), knowledge(twice))


def test_a_done_image_of_long_ago_adds_its_new_strokes_only(monkeypatch):
    monkeypatch.setattr(learned_images, "RECENT", 2)
    head = finished("abcd")
    before = knowledge(head)
    done = LabelMap(TRUTH, np.full((HEIGHT, WIDTH), Provenance.CONFIRMED, np.uint8))
    open_with(head, done, "a")
    drive(head.finish_image(TRUTH))
    assert_same(before, knowledge(head))
    open_with(head, done, "a")
    head.add_stroke(dab(8, 20), 3)
    drive(head.finish_image(TRUTH))
    assert np.abs(knowledge(head)["coarse.xx"]).sum() > np.abs(before["coarse.xx"]).sum()


def test_only_so_many_images_can_be_taken_back():
    head = finished("abcdefghijklmnop")
    assert len(head._images.recent) == learned_images.RECENT
    assert len(head.state()[1]) == 16


def test_an_image_without_a_key_is_always_new():
    head = LiveHead()
    for _ in range(2):
        open_with(head, painted())
        head.leave_image()
    once = LiveHead()
    open_with(once, painted())
    np.testing.assert_allclose(knowledge(head)["coarse.xx"], 2 * knowledge(once)["coarse.xx"], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("steps", range(1, 5))
def test_an_image_whose_opening_is_cancelled_changes_nothing(steps):
    head = finished()
    before = knowledge(head)
    task = head.open_image(*scene(2), painted().labels, painted().provenance, "a")
    for _ in range(steps):
        next(task)
    task.close()
    assert not head.is_open
    assert_same(before, knowledge(head))
    open_with(head, painted(), "b")
    assert (decided(head) == TRUTH).mean() > 0.95


@pytest.mark.parametrize("steps", [1, 2])
def test_an_image_whose_end_is_cancelled_is_still_open(steps):
    head = finished()
    open_with(head, painted(), "b", seed=1)
    before = knowledge(head)
    task = head.finish_image(TRUTH)
    for _ in range(steps):
        next(task)
    task.close()
    assert head.is_open
    assert_same(before, knowledge(head))
    number = head.add_stroke(dab(20, 40), 3)
    head.remove_stroke(number)
    drive(head.finish_image(TRUTH))


def test_features_of_another_network_are_refused():
    head = finished()
    image, pyramid = scene(1)
    other = type(pyramid)((pyramid.levels[0][..., :5], pyramid.levels[1]), pyramid.strides, HEIGHT, WIDTH)
    with pytest.raises(AdaptationError):
        drive(head.open_image(image, other))
    with pytest.raises(LabelError):
        drive(head.open_image(image, pyramid, TRUTH[:5], TRUTH[:5]))
