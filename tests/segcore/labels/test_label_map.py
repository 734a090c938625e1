from __future__ import annotations

import numpy as np
import pytest

from segcore.errors import LabelError
from segcore.labels.label_map import LabelMap, Provenance, State

U, P, H, C = Provenance.UNTOUCHED, Provenance.PREDICTED, Provenance.PAINTED, Provenance.CONFIRMED
HC = Provenance.PAINTED_CONFIRMED


def label_map(labels, provenance):
    return LabelMap(np.array([labels], np.uint8), np.array([provenance], np.uint8))


def test_blank():
    blank = LabelMap.blank(2, 3)
    assert blank.shape == (2, 3)
    assert (blank.labels == 255).all()
    assert (blank.provenance == 0).all()
    assert blank.state() == State.NEW


@pytest.mark.parametrize(
    ("labels", "provenance"),
    [
        (np.zeros((2, 2), np.int64), np.zeros((2, 2), np.uint8)),
        (np.zeros((2, 2), np.uint8), np.zeros((2, 3), np.uint8)),
        (np.zeros((2, 2, 1), np.uint8), np.zeros((2, 2, 1), np.uint8)),
    ],
)
def test_wrong_arrays_are_refused(labels, provenance):
    with pytest.raises(LabelError):
        LabelMap(labels, provenance)


def test_accept_changes_open_pixels_only():
    before = label_map([255, 1, 2, 3, 255, 7], [U, P, H, C, H, P])
    after = before.accept(np.array([[9, 9, 9, 9, 9, 255]], np.uint8))
    assert after.labels.tolist() == [[9, 9, 2, 3, 255, 7]]
    assert after.provenance.tolist() == [[P, P, H, C, H, P]]
    assert after.labels.dtype == after.provenance.dtype == np.uint8
    assert before.labels.tolist() == [[255, 1, 2, 3, 255, 7]]


def test_accept_refuses_another_size():
    with pytest.raises(LabelError, match="Predict this image again"):
        LabelMap.blank(2, 2).accept(np.zeros((2, 3), np.uint8))


def test_confirm_and_reopen():
    before = label_map([255, 1, 2, 3], [U, P, H, C])
    confirmed = before.confirm()
    assert confirmed.provenance.tolist() == [[C, C, HC, C]]
    assert confirmed.labels.tolist() == [[255, 1, 2, 3]]
    assert confirmed.ground_truth().tolist() == [[255, 1, 2, 3]]
    assert confirmed.reopen().provenance.tolist() == [[U, P, H, P]]
    assert before.provenance.tolist() == [[U, P, H, C]]


def test_an_image_with_a_few_strokes_can_be_done():
    painted = label_map([255, 255, 2, 2], [U, U, H, H])
    assert painted.state() == State.IN_PROGRESS
    assert painted.confirm().state() == State.DONE
    assert painted.confirm().reopen().provenance.tolist() == painted.provenance.tolist()


def test_human_open_and_ground_truth():
    m = label_map([0, 1, 2, 3], [U, P, H, C])
    assert m.human().tolist() == [[False, False, True, True]]
    assert m.open().tolist() == [[True, True, False, False]]
    assert m.ground_truth().tolist() == [[255, 255, 2, 3]]
    assert m.ground_truth().dtype == np.uint8


@pytest.mark.parametrize(
    ("provenance", "state"),
    [
        ([U, U], State.NEW),
        ([U, P], State.PREDICTED),
        ([P, P], State.PREDICTED),
        ([U, H], State.IN_PROGRESS),
        ([P, H], State.IN_PROGRESS),
        ([P, C], State.IN_PROGRESS),
        ([H, H], State.IN_PROGRESS),
        ([U, C], State.DONE),
        ([H, C], State.DONE),
        ([H, HC], State.DONE),
        ([HC, HC], State.DONE),
        ([P, HC], State.IN_PROGRESS),
    ],
)
def test_state(provenance, state):
    assert label_map([0, 0], provenance).state() == state


def test_only_a_person_says_done():
    filled = label_map([1, 1, 1], [H, H, H])
    assert filled.complete()
    assert filled.state() == State.IN_PROGRESS
    done = filled.confirm()
    assert done.state() == State.DONE
    assert done.ground_truth().tolist() == [[1, 1, 1]]
    assert done.confirm().provenance.tolist() == done.provenance.tolist()
    again = done.reopen()
    assert again.state() == State.IN_PROGRESS
    assert again.accept(np.array([[0, 0, 0]], np.uint8)).labels.tolist() == [[1, 1, 1]]


def test_a_done_image_stays_done_when_it_is_corrected():
    done = label_map([0, 0, 0], [P, P, H]).confirm()
    done.labels[0, 0], done.provenance[0, 0] = 1, H
    assert done.state() == State.DONE
    assert done.reopen().provenance.tolist() == [[H, P, H]]


@pytest.mark.parametrize(
    ("provenance", "complete"), [([U, H], False), ([P, H], False), ([H, H], True), ([H, C], False), ([HC, C], False)]
)
def test_complete_is_painted_all_over_and_not_done(provenance, complete):
    assert label_map([0, 0], provenance).complete() is complete


def test_one_pixel_that_is_not_painted_is_found():
    painted = LabelMap(np.zeros((70, 70), np.uint8), np.full((70, 70), Provenance.PAINTED, np.uint8))
    assert painted.complete()
    painted.provenance[69, 69] = Provenance.PREDICTED
    assert not painted.complete()
    assert painted.state() is State.IN_PROGRESS
    assert LabelMap.blank(2, 3).is_new()
    assert not painted.is_new()
