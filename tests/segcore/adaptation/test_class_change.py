"""Classes that are merged, removed, re-ordered or added after the head has learned them."""

from __future__ import annotations

import numpy as np

from segcore.adaptation.class_change import change_between, renamed
from segcore.adaptation.live_head import LiveHead
from segcore.adaptation.ridge import Sums
from segcore.labels.class_history import ClassHistory
from segcore.labels.classes import ClassSet, SegClass
from segcore.progress import drive
from tests.segcore.adaptation.scenes import (
    TRUTH,
    assert_same,
    dab,
    decided,
    knowledge,
    scene,
)


def taught() -> LiveHead:
    """A head that knows two done images, and has strokes of 3 and 7 on a third."""
    head = LiveHead()
    for seed in range(2):
        drive(head.open_image(*scene(seed), key=str(seed)))
        drive(head.finish_image(TRUTH))
    drive(head.open_image(*scene(5), key="open"))
    head.add_stroke(dab(8, 20), 3)
    head.add_stroke(dab(70, 20), 7)
    return head


def test_a_table_by_class_values_is_added_where_classes_become_one():
    assert renamed({1: 2.0, 2: 5.0, 3: 7.0, 4: 1.0}, {1: 2, 3: None}) == {2: 7.0, 4: 1.0}
    assert renamed({0: 1.0, 1: 2.0}, {0: 1, 1: 0}) == {1: 1.0, 0: 2.0}


def test_swapped_classes_swap_all_that_is_decided():
    head = taught()
    before = decided(head)
    head.rename_classes({3: 7, 7: 3})
    after = decided(head)
    assert (after == np.where(before == 3, 7, 3)).mean() > 0.99
    head.leave_image()
    drive(head.open_image(*scene(9)))
    assert (decided(head) == np.where(TRUTH == 3, 7, 3)).mean() > 0.95


def test_swapping_twice_changes_nothing():
    head, other = taught(), taught()
    for _ in range(2):
        head.rename_classes({3: 7, 7: 3})
    assert_same(knowledge(head), knowledge(other))


def test_merged_classes_are_one():
    head = taught()
    head.rename_classes({7: 3})
    assert (decided(head) == 3).all()
    head.add_stroke(dab(70, 40), 3)
    drive(head.finish_image(np.full_like(TRUTH, 3)))
    drive(head.open_image(*scene(9)))
    assert (decided(head) == 3).all()


def test_merging_adds_the_sums():
    head = taught()
    head.leave_image()
    before = head._coarse.known().xy
    total = before[3] + before[7]
    head.rename_classes({3: 12, 7: 12})
    assert list(head._coarse.known().xy) == [12]
    np.testing.assert_allclose(head._coarse.known().xy[12], total)


def test_a_removed_class_is_never_decided():
    head = taught()
    head.rename_classes({7: None})
    assert (decided(head) == 3).all()
    for number in list(head._now.strokes):
        head.remove_stroke(number)
    assert (decided(head) == 3).all()


def test_strokes_of_before_a_change_can_be_undone_after_it():
    head = LiveHead()
    for seed in range(2):
        drive(head.open_image(*scene(seed)))
        drive(head.finish_image(TRUTH))
    head.rename_classes({3: 1, 7: 2})
    before = knowledge(head)
    head.rename_classes({1: 3, 2: 7})
    drive(head.open_image(*scene(5)))
    numbers = [head.add_stroke(dab(8, 20), 3), head.add_stroke(dab(70, 20), 7)]
    head.rename_classes({3: 1, 7: 2})
    for number in numbers:
        head.remove_stroke(number)
    assert_same(before, knowledge(head))


def test_an_image_is_taken_back_after_a_change_of_classes():
    head = LiveHead()
    drive(head.open_image(*scene(0), key="a"))
    drive(head.finish_image(TRUTH))
    head.rename_classes({3: 1, 7: 2})
    changed = np.where(TRUTH == 3, 1, 2).astype(np.uint8)
    once = knowledge(head)
    drive(head.open_image(*scene(0), changed, np.full_like(TRUTH, 3), "a"))
    drive(head.finish_image(changed))
    assert_same(once, knowledge(head))


def test_a_class_that_is_added_after_a_change_is_learned():
    head = taught()
    head.rename_classes({7: None})
    head.add_stroke(dab(70, 20), 9)
    head.add_stroke(dab(60, 40), 9)
    assert (decided(head)[:, 52:] == 9).mean() > 0.8


def test_sums_forget_a_class_that_nothing_is_left_of():
    first, second = Sums.none(2), Sums.none(2)
    first.add(np.array([[1.0, 2.0]], np.float32), np.ones(1, np.float32), 3)
    second.add(np.array([[3.0, 4.0]], np.float32), np.ones(1, np.float32), 5)
    left = first.plus(second).minus(second)
    assert list(left.xy) == [3]
    np.testing.assert_allclose(left.xx, [[1.0, 2.0], [2.0, 4.0]])


# -- from the classes of a file to those of a project ---------------------------------------------------------------

NAMES = {0: "road", 1: "tree", 2: "sky"}


def classes(*entries: tuple[int, str]) -> ClassSet:
    return ClassSet(tuple(SegClass(value, name, (value, 0, 0)) for value, name in entries))


def test_classes_are_found_by_name():
    assert change_between(NAMES, classes((0, "tree"), (1, "road"), (2, "Sky"))) == {0: 1, 1: 0, 2: 2}


def test_a_class_with_a_new_name_keeps_its_value():
    assert change_between(NAMES, classes((0, "road"), (1, "vegetation"), (2, "sky"))) == {0: 0, 1: 1, 2: 2}


def test_a_class_that_is_gone_is_removed():
    assert change_between(NAMES, classes((0, "road"), (2, "sky"))) == {0: 0, 1: None, 2: 2}


def test_a_value_that_went_to_another_class_is_not_the_old_class():
    history = ClassHistory(reused={1: "2026-02-01T00:00:00Z"})
    now = classes((0, "road"), (1, "car"), (2, "sky"))
    assert change_between(NAMES, now, history, "2026-01-01T00:00:00Z")[1] is None
    assert change_between(NAMES, now, history, "2026-03-01T00:00:00Z")[1] == 1
