"""The origin of painted pixels through edits, undo and redo."""

from __future__ import annotations

import numpy as np
import pytest

from segcore.editing import Box, Edit, Recorder
from segcore.editing.brush import Covered
from segcore.editing.edit import Tile
from segcore.editing.paint_policy import OPEN, PaintPolicy
from segcore.interactive.stroke_record import Origin, StrokeRecord
from segcore.labels.label_map import LabelMap

HEIGHT, WIDTH = 150, 200
ALL = Box(0, 0, WIDTH, HEIGHT)


def full(box):
    return Covered(box, np.ones((box.height, box.width), np.bool_))


class Image:
    """A label map and its record."""

    def __init__(self):
        self.map = LabelMap.blank(HEIGHT, WIDTH)
        self.record = StrokeRecord(HEIGHT, WIDTH)

    def paint(self, box, value, scribble=None, policy=OPEN):
        recorder = Recorder(self.map, "", policy)
        recorder.paint(*full(box), value)
        edit = recorder.finish()
        self.record.done(edit, None if scribble is None else lambda: full(scribble))
        return edit

    def undo(self, edit):
        edit.undo(self.map)
        self.record.undone(edit)

    def redo(self, edit):
        edit.redo(self.map)
        self.record.redone(edit)

    @property
    def counts(self):
        """How many pixels are grown and scribbled."""
        origins = self.record.origins(ALL)
        return int((origins == Origin.GROWN).sum()), int((origins == Origin.SCRIBBLE).sum())


GROWN = Box(100, 100, 140, 120)
"""Forty by twenty pixels, in four tiles."""
LINE = Box(105, 108, 135, 110)
"""Thirty by two."""


def test_a_smart_stroke_is_its_scribble_and_what_it_grew():
    image = Image()
    image.paint(GROWN, 1, LINE)
    assert image.counts == (40 * 20 - 60, 60)
    assert (image.record.origins(LINE) == Origin.SCRIBBLE).all()


def test_undo_and_redo_take_the_scribble_along():
    image = Image()
    first = image.paint(GROWN, 1, LINE)
    second = image.paint(Box(100, 100, 120, 120), 2, Box(102, 102, 104, 118))
    after_both = image.record.origins(ALL).copy()
    image.undo(second)
    assert image.counts == (740, 60)
    image.undo(first)
    assert image.counts == (0, 0)
    image.redo(first)
    assert image.counts == (740, 60)
    image.redo(second)
    assert np.array_equal(image.record.origins(ALL), after_both)


def test_a_stroke_that_goes_on_takes_its_scribble_back_and_again():
    image = Image()
    stroke = image.paint(GROWN, 1, LINE)
    joined = stroke.joined(Recorder(image.map, "Live").finish())
    image.record.extended(stroke, joined)
    assert image.counts == (40 * 20 - 60, 60)
    image.undo(joined)
    assert image.counts == (0, 0)
    image.redo(joined)
    assert image.counts == (40 * 20 - 60, 60)


def test_many_steps_that_nobody_asked_about_in_between_come_to_the_same():
    asked, silent = Image(), Image()
    for image in (asked, silent):
        first = image.paint(GROWN, 1, LINE)
        brush = image.paint(Box(100, 100, 110, 110), 2)
        for step, edit in ((image.undo, brush), (image.undo, first), (image.redo, first)):
            step(edit)
            if image is asked:
                image.record.origins(ALL)
        image.paint(Box(120, 100, 140, 105), 3)
    assert np.array_equal(asked.record.origins(ALL), silent.record.origins(ALL))


def test_what_is_painted_by_hand_is_known_no_more():
    image = Image()
    image.paint(GROWN, 1, LINE)
    brush = image.paint(Box(100, 100, 120, 120), 2)
    assert (image.record.origins(Box(100, 100, 120, 120)) == Origin.UNKNOWN).all()
    assert image.counts == (20 * 20 - 30, 30)
    image.undo(brush)
    assert image.counts == (740, 60)


def test_grown_erased_and_brushed_again_is_by_hand():
    image = Image()
    image.paint(GROWN, 1, LINE)
    image.paint(GROWN, 255)
    image.paint(GROWN, 1)
    assert image.counts == (0, 0)


def test_only_what_a_stroke_changed_is_grown():
    image = Image()
    image.paint(Box(100, 100, 120, 120), 2)
    image.paint(GROWN, 1, LINE, policy=PaintPolicy(frozenset({255})))
    assert image.counts[0] == 20 * 20 - 30


def test_an_edit_older_than_the_record_leaves_nothing_known_of_its_pixels():
    image = Image()
    old = image.paint(Box(100, 100, 120, 120), 3)
    image.record = StrokeRecord(HEIGHT, WIDTH)
    image.undo(old)
    image.redo(old)
    assert image.counts == (0, 0)
    image.paint(GROWN, 1, LINE)
    image.record.undone(old)
    assert (image.record.origins(Box(100, 100, 120, 120)) == Origin.UNKNOWN).all()


def test_a_step_whose_file_is_damaged_leaves_nothing_known_of_its_tiles():
    image = Image()
    image.paint(GROWN, 1, LINE)
    image.record.undone(Edit("", [Tile(Box(0, 0, 128, 128), b"no zlib", b"no zlib")]))
    assert image.counts == (12 * 20 - 14, 14)


def test_the_record_does_not_keep_edits_that_the_history_dropped():
    import gc
    import weakref

    image = Image()
    edit = image.paint(GROWN, 1, LINE)
    assert image.counts == (740, 60)
    alive = weakref.ref(edit)
    del edit
    gc.collect()
    assert alive() is None


@pytest.mark.parametrize("box", [Box(0, 0, 1, 1), ALL])
def test_nothing_is_known_at_first(box):
    assert (StrokeRecord(HEIGHT, WIDTH).origins(box) == Origin.UNKNOWN).all()
