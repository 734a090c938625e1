from __future__ import annotations

import numpy as np

from app.adaptation.answer import answer_of
from segcore.editing import Box
from segcore.editing.brush import Covered
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap, Provenance

HEIGHT, WIDTH = 200, 300
SKY, ROAD = 1, 2
REGION = Box(100, 50, 260, 180)


def test_only_free_pixels_of_the_region_change_and_the_edit_has_just_their_tiles():
    label_map = LabelMap.blank(HEIGHT, WIDTH)
    label_map.labels[:, 120:140], label_map.provenance[:, 120:140] = SKY, Provenance.PAINTED
    label_map.labels[:, 200:], label_map.provenance[:, 200:] = SKY, Provenance.PREDICTED
    kept = Covered(Box(90, 40, 110, 60), np.ones((20, 20), np.bool_))
    before = LabelMap(label_map.labels.copy(), label_map.provenance.copy())
    decided = np.full((REGION.height, REGION.width), ROAD, np.uint8)
    answer = answer_of(label_map, decided, REGION, [kept], "Live")
    np.testing.assert_array_equal(label_map.labels, before.labels)
    answer.edit.redo(label_map)
    expected = before.labels.copy()
    expected[REGION.slices] = ROAD
    expected[:, 120:140] = before.labels[:, 120:140]
    expected[50:60, 100:110] = IGNORE_INDEX
    np.testing.assert_array_equal(label_map.labels, expected)
    changed = expected != before.labels
    assert (label_map.provenance[changed] == Provenance.PREDICTED).all()
    np.testing.assert_array_equal(label_map.provenance[~changed], before.provenance[~changed])
    assert answer.changed == changed.sum() == 130 * 140 - 100
    assert answer.flipped.box == Box(200, 50, 260, 180)
    assert answer.flipped.mask.all()
    assert answer.values == {SKY, ROAD}
    assert answer.edit.name == "Live"


def test_an_answer_that_changes_nothing_has_no_tile():
    label_map = LabelMap(np.full((HEIGHT, WIDTH), SKY, np.uint8), np.full((HEIGHT, WIDTH), 1, np.uint8))
    decided = np.full((HEIGHT, WIDTH), SKY, np.uint8)
    answer = answer_of(label_map, decided, Box(0, 0, WIDTH, HEIGHT), [], "Live")
    assert answer.edit.is_empty
    assert answer.changed == 0
    assert answer.flipped.box.is_empty
