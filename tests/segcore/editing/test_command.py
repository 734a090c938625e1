from __future__ import annotations

import numpy as np

from segcore.editing.command import (
    clear,
    confirm,
    copy_labels,
    fill_holes,
    grow,
    remove_specks,
    replace,
    shrink,
    to_prediction,
)
from segcore.editing.outcome import changed_pixels, labels_after
from segcore.editing.paint_policy import PaintPolicy
from segcore.editing.target import Where, target_of
from segcore.labels.label_map import LabelMap, Provenance, State
from tests.segcore.editing.drawing import do, edit_by, labels_of, map_of, prediction_of, rows_of

U, P, T, C, B = (int(each) for each in Provenance)  # untouched, predicted, painted, confirmed, both


def test_replacing_a_class_leaves_others_and_unlabelled_pixels():
    after = do(replace, map_of("012", ".11"), old=1, new=2)
    assert rows_of(after.labels) == ["022", ".22"]
    assert after.provenance.tolist() == [[P, T, P], [U, T, T]]


def test_replacing_in_a_piece_leaves_other_pieces():
    assert rows_of(do(replace, map_of("1011"), Where.PIECE, point=(2, 0), old=1, new=2).labels) == ["1022"]


def test_unlabelled_pixels_become_a_class():
    after = do(replace, map_of(".1.", "..0"), old=255, new=3)
    assert rows_of(after.labels) == ["313", "330"]


def test_protected_classes_stay():
    after = do(replace, map_of("011"), old=1, new=2, policy=PaintPolicy(frozenset({0, 255})))
    assert rows_of(after.labels) == ["011"]
    assert rows_of(do(clear, map_of("012"), policy=PaintPolicy(frozenset({0, 1}))).labels) == ["..2"]


def test_unlabelled_is_what_nobody_has_ignored():
    before = LabelMap(labels_of("...0"), np.array([[U, T, C, P]], np.uint8))
    assert rows_of(do(replace, before, old=255, new=1).labels) == ["1..0"]
    ignored = do(replace, before, old=255, new=255)
    assert ignored.provenance.tolist() == [[T, T, C, P]]


def test_a_class_becomes_ignored():
    after = do(replace, map_of("01."), old=1, new=255)
    assert rows_of(after.labels) == ["0.."]
    assert after.provenance.tolist() == [[P, T, U]]


def test_ignored_pixels_are_cleared_and_grow_as_a_class():
    before = LabelMap(labels_of("...0"), np.array([[U, P, T, P]], np.uint8))
    assert do(clear, before, Where.CLASS, value=255).provenance.tolist() == [[U, P, U, P]]
    after = do(grow, before, Where.CLASS, value=255, number=1)
    assert rows_of(after.labels) == ["...."]
    assert after.provenance.tolist() == [[U, P, T, T]]


def test_clearing_frees_the_pixels():
    after = do(clear, map_of("011", provenance=Provenance.PAINTED_CONFIRMED), Where.CLASS, value=1)
    assert rows_of(after.labels) == ["0.."]
    assert after.provenance.tolist() == [[B, U, U]]


def test_back_to_the_prediction_also_where_the_label_is_right_by_chance():
    before = map_of("0112", provenance=Provenance.PAINTED)
    after = do(to_prediction, before, prediction=prediction_of(labels_of("012.")))
    assert rows_of(after.labels) == ["012."]
    assert after.provenance.tolist() == [[P, P, P, U]]


def test_labels_of_another_image_fill_free_pixels_only():
    before = LabelMap(labels_of("01.."), np.array([[T, P, U, U]], np.uint8))
    after = do(copy_labels, before, given=labels_of("222."))
    assert rows_of(after.labels) == ["022."]
    assert after.provenance.tolist() == [[T, P, P, U]]


def test_holes_of_a_class_up_to_a_size():
    before = map_of("11111111", "1.11..01", "11111111")
    assert rows_of(do(fill_holes, before, Where.CLASS, number=1).labels)[1] == "1111..01"
    assert rows_of(do(fill_holes, before, Where.CLASS, number=2).labels)[1] == "1111..01"
    assert rows_of(do(fill_holes, before, Where.CLASS, number=3).labels)[1] == "11111111"
    assert rows_of(do(fill_holes, before, Where.CLASS, number=0).labels)[1] == "11111111"


def test_a_hole_that_touches_the_border_of_the_image_is_none():
    before = map_of("1.1", "1.1", "111")
    assert rows_of(do(fill_holes, before, Where.CLASS, number=0).labels) == rows_of(before.labels)


def test_an_island_in_a_hole_stays_what_it_is():
    before = map_of("11111", "10001", "10101", "10001", "11111")
    assert rows_of(do(fill_holes, before, Where.CLASS, number=8).labels) == ["11111"] * 5
    assert rows_of(do(fill_holes, before, Where.CLASS, number=7).labels) == rows_of(before.labels)


def test_specks_keep_how_sure_a_pixel_was_and_unlabelled_pixels_stay():
    before = map_of("0000", "0100", "00..", "00.1")
    after = do(remove_specks, before, number=2)
    assert rows_of(after.labels) == ["0000", "0000", "00..", "00.0"]
    assert after.provenance[1, 1] == P
    assert rows_of(do(remove_specks, before, number=1).labels) == rows_of(before.labels)


def test_specks_of_one_class():
    after = do(remove_specks, map_of("0000000", "0100020", "0000000"), Where.CLASS, value=2, number=2)
    assert rows_of(after.labels)[1] == "0100000"


def test_what_is_checked_counts_as_truth_and_painted_pixels_stay_painted():
    before = LabelMap(labels_of("1110."), np.array([[P, T, B, P, U]], np.uint8))
    after = do(confirm, before, Where.PIECE, point=(0, 0))
    assert np.array_equal(after.labels, before.labels)
    assert after.provenance.tolist() == [[C, T, B, P, U]]
    assert after.state() is State.IN_PROGRESS
    assert do(confirm, before).provenance.tolist() == [[C, T, B, C, U]]


def test_an_edit_tells_how_many_pixels_change_and_is_undone():
    before = map_of("0110", "0110")
    edit = edit_by(shrink, before, Where.CLASS, number=1)
    assert changed_pixels(edit) == 4
    assert rows_of(labels_after(edit, before.labels)) == ["0000", "0000"]
    after = LabelMap(before.labels.copy(), before.provenance.copy())
    edit.redo(after)
    edit.undo(after)
    assert np.array_equal(after.labels, before.labels)
    assert np.array_equal(after.provenance, before.provenance)


def test_outside_of_the_image_there_is_no_piece():
    for point in (None, (9, 0), (0, -1)):
        target = target_of(map_of("01"), Where.PIECE, 1, point)
        assert target.covered.box.is_empty
        assert target.value is None
