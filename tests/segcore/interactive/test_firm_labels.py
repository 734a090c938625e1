"""What a new scribble cannot change, counted on small maps."""

from __future__ import annotations

import numpy as np
import pytest

from segcore.interactive.firm_labels import firm
from segcore.interactive.stroke_record import Origin
from segcore.labels.label_map import Provenance

SHAPE = 20, 40


def maps():
    labels = np.full(SHAPE, 255, np.uint8)
    return labels, np.zeros(SHAPE, np.uint8), np.full(SHAPE, Origin.UNKNOWN, np.uint8)


def scribble(rows, columns):
    mask = np.zeros(SHAPE, np.bool_)
    mask[rows, columns] = True
    return mask


def put(arrays, rows, columns, value, provenance=Provenance.PAINTED, origin=Origin.UNKNOWN):
    for array, new in zip(arrays, (value, provenance, origin), strict=True):
        array[rows, columns] = new


NOWHERE = scribble(slice(0, 0), slice(0, 0))


@pytest.mark.parametrize(
    ("provenance", "origin", "is_firm"),
    [
        (Provenance.UNTOUCHED, Origin.UNKNOWN, False),
        (Provenance.PREDICTED, Origin.UNKNOWN, False),
        (Provenance.PAINTED, Origin.UNKNOWN, True),
        (Provenance.PAINTED, Origin.SCRIBBLE, True),
        (Provenance.PAINTED, Origin.GROWN, False),
        (Provenance.CONFIRMED, Origin.UNKNOWN, True),
        (Provenance.PAINTED_CONFIRMED, Origin.GROWN, True),
    ],
)
def test_what_is_firm_without_a_scribble_over_it(provenance, origin, is_firm):
    arrays = maps()
    put(arrays, slice(5, 10), slice(5, 15), 1, provenance, origin)
    assert firm(*arrays, NOWHERE, 2).sum() == 50 * is_firm


def test_a_patch_that_is_run_over_is_firm_no_more_and_one_beside_it_is():
    arrays = maps()
    put(arrays, slice(0, 20), slice(0, 10), 1)
    put(arrays, slice(0, 20), slice(30, 40), 1)
    over = scribble(slice(8, 12), slice(4, 20))
    expected = scribble(slice(0, 20), slice(30, 40))
    assert np.array_equal(firm(*arrays, over, 2), expected)


def test_a_patch_ends_at_another_class_and_old_scribbles_are_patches_of_their_own():
    arrays = maps()
    put(arrays, slice(0, 20), slice(0, 20), 1)
    put(arrays, slice(0, 20), slice(20, 40), 3)
    put(arrays, slice(0, 2), slice(0, 20), 1, origin=Origin.SCRIBBLE)
    over = scribble(slice(10, 12), slice(4, 16))
    expected = scribble(slice(0, 20), slice(20, 40)) | scribble(slice(0, 2), slice(0, 20))
    assert np.array_equal(firm(*arrays, over, 2), expected)
    across = scribble(slice(0, 12), slice(8, 10))  # 4 of the 40 pixels of the old scribble: a tenth
    assert np.array_equal(firm(*arrays, across, 2), scribble(slice(0, 20), slice(20, 40)))


@pytest.mark.parametrize(("overlap", "is_firm"), [(4, True), (5, False)])
def test_a_twentieth_of_the_scribble_has_to_lie_on_the_patch(overlap, is_firm):
    arrays = maps()
    put(arrays, slice(0, 20), slice(20, 40), 1)
    over = scribble(slice(0, 5), slice(0, 19))  # 95 pixels beside the patch
    over[:overlap, 20] = True
    over[5, : 5 - overlap] = True  # 100 in all
    assert over.sum() == 100
    left = firm(*arrays, over, 2).sum()
    assert left == (400 - overlap if is_firm else 0)


def test_of_a_small_patch_a_twentieth_is_enough():
    arrays = maps()
    put(arrays, slice(4, 6), slice(4, 14), 1)
    over = scribble(slice(0, 20), slice(13, 33))  # 400 pixels, 2 of the patch's 20
    assert not firm(*arrays, over, 2).any()


def test_a_patch_of_the_scribble_s_own_class_stays_firm():
    arrays = maps()
    put(arrays, slice(0, 20), slice(0, 20), 1)
    over = scribble(slice(10, 12), slice(4, 30))
    assert np.array_equal(firm(*arrays, over, 1), scribble(slice(0, 20), slice(0, 20)) & ~over)
