from __future__ import annotations

import numpy as np
import pytest

from segcore.editing import Box, PaintPolicy, Recorder
from segcore.labels.label_map import LabelMap, Provenance

LABELS = [255, 0, 0, 1, 1, 2]
PROVENANCE = [
    Provenance.UNTOUCHED,
    Provenance.PREDICTED,
    Provenance.PAINTED,
    Provenance.PREDICTED,
    Provenance.CONFIRMED,
    Provenance.PAINTED_CONFIRMED,
]


def after(policy: PaintPolicy, value: int) -> list[int]:
    """What the pixels are after painting all of them."""
    label_map = LabelMap(np.array([LABELS], np.uint8), np.array([PROVENANCE], np.uint8))
    box = Box(0, 0, len(LABELS), 1)
    Recorder(label_map, "Brush", policy).paint(box, np.ones((1, len(LABELS)), np.bool_), value)
    return label_map.labels[0].tolist()


@pytest.mark.parametrize(
    ("policy", "value", "expected"),
    [
        (PaintPolicy(), 2, [2, 2, 2, 2, 2, 2]),
        (PaintPolicy(over=frozenset({255, 1})), 2, [2, 0, 0, 2, 2, 2]),
        (PaintPolicy(only_free=True), 2, [2, 2, 0, 2, 1, 2]),
        (PaintPolicy(only_free=True), 255, [255, 255, 0, 255, 1, 2]),
        (PaintPolicy(only_free=True, over=frozenset({0})), 2, [255, 2, 0, 1, 1, 2]),
        (PaintPolicy(locked=frozenset({0})), 2, [2, 0, 0, 2, 2, 2]),
        (PaintPolicy(locked=frozenset({0})), 255, [255, 0, 0, 255, 255, 255]),
        (PaintPolicy(locked=frozenset({2})), 2, LABELS),
        (PaintPolicy(locked=frozenset({1}), over=frozenset({0, 1})), 2, [255, 2, 2, 1, 1, 2]),
    ],
)
def test_what_is_painted_over(policy, value, expected):
    assert after(policy, value) == expected


def test_a_class_may_be_painted_over_itself_whatever_is_excluded():
    label_map = LabelMap(np.array([[0, 1]], np.uint8), np.full((1, 2), Provenance.PREDICTED, np.uint8))
    box, mask = Box(0, 0, 2, 1), np.ones((1, 2), np.bool_)
    Recorder(label_map, "Brush", PaintPolicy(over=frozenset({255}))).paint(box, mask, 1)
    assert label_map.provenance.tolist() == [[Provenance.PREDICTED, Provenance.PAINTED]]


def test_a_locked_class_does_not_change_its_provenance_either():
    label_map = LabelMap(np.array([[1]], np.uint8), np.full((1, 1), Provenance.PREDICTED, np.uint8))
    Recorder(label_map, "Brush", PaintPolicy(locked=frozenset({1}))).paint(
        Box(0, 0, 1, 1), np.ones((1, 1), np.bool_), 1
    )
    assert label_map.provenance.tolist() == [[Provenance.PREDICTED]]


def test_locks_are_set_one_by_one():
    policy = PaintPolicy().with_lock(3, True).with_lock(4, True).with_lock(3, False)
    assert policy == PaintPolicy(locked=frozenset({4}))
    assert not policy.is_open
    assert PaintPolicy().is_open
