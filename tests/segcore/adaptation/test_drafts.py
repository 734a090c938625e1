"""Drafts: one decision for a cell of four pixels, before all pixels are decided."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from segcore.adaptation.deciding import cells_of, in_the_middle
from segcore.adaptation.live_options import LiveOptions
from segcore.editing.box import Box
from segcore.labels.label_map import LabelMap, Provenance
from segcore.progress import drive
from tests.segcore.adaptation.scenes import HEIGHT, TRUTH, WIDTH, dab, opened, scene

WHOLE = Box(0, 0, WIDTH, HEIGHT)


def test_cells_of_a_region_and_what_is_in_their_middle():
    assert cells_of(Box(3, 4, 9, 8)) == Box(0, 1, 3, 2)
    array = np.arange(48, dtype=np.uint8).reshape(6, 8)
    np.testing.assert_array_equal(in_the_middle(array, Box(0, 0, 2, 2)), [[18, 22], [42, 46]])  # the last row is short
    np.testing.assert_array_equal(in_the_middle(array, Box(1, 0, 2, 1)), [[22]])


@pytest.mark.parametrize("box", [WHOLE, Box(41, 10, 70, 33), Box(88, 60, 90, 62)])
@pytest.mark.parametrize("sharpened", [False, True])
def test_a_draft_is_what_is_decided_in_the_middle_of_each_cell(box, sharpened, monkeypatch):
    head = opened(LiveOptions(specks=0, grows=False))
    drive(head.finish_image(TRUTH))
    drive(head.open_image(*scene(1)))
    monkeypatch.setattr(type(head._records), "sharp_is_better", sharpened)
    head.add_stroke(dab(8, 20), 3)
    label_map = LabelMap.blank(HEIGHT, WIDTH)
    label_map.labels[32:], label_map.provenance[32:] = 7, Provenance.PREDICTED
    label_map.provenance[:, 40:48] = Provenance.PAINTED
    assert (head._scorer.fine is not None) == sharpened
    draft, cells = head.draft(label_map.labels, label_map.provenance, box)
    assert cells == cells_of(box)
    assert draft.shape == (cells.height, cells.width)
    expected = in_the_middle(head.decide(label_map.labels, label_map.provenance).labels, cells)
    assert (draft == expected).mean() > 0.97  # borders differ: pixels are interpolated


def test_a_head_that_knows_no_class_drafts_nothing():
    draft, cells = opened().draft(*(LabelMap.blank(HEIGHT, WIDTH).labels,) * 2, WHOLE)
    assert (draft == 255).all()
    assert draft.shape == (cells.height, cells.width) == (16, 23)


def test_a_draft_of_two_strokes_is_right():
    head = opened()
    head.add_stroke(dab(8, 20), 3)
    head.add_stroke(dab(70, 20), 7)
    blank = LabelMap.blank(HEIGHT, WIDTH)
    draft, _ = head.draft(blank.labels, blank.provenance, WHOLE)
    large = cv2.resize(draft, None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST)[:HEIGHT, :WIDTH]
    assert (large == TRUTH).mean() > 0.95
