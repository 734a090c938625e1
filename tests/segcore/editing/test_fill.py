from __future__ import annotations

import numpy as np

from segcore.editing import Recorder
from segcore.editing.fill import region_at
from segcore.labels.label_map import LabelMap

RING = np.array(
    [
        [0, 0, 0, 0, 0, 0],
        [0, 1, 1, 1, 1, 0],
        [0, 1, 2, 0, 1, 0],
        [0, 1, 1, 1, 1, 0],
        [0, 0, 0, 0, 0, 0],
    ],
    np.uint8,
)


def picture(covered) -> np.ndarray:
    canvas = np.zeros(RING.shape, np.bool_)
    canvas[covered.box.slices] = covered.mask
    return canvas


def test_a_ring_is_filled_without_its_hole():
    np.testing.assert_array_equal(picture(region_at(RING, 1, 1)), RING == 1)


def test_a_hole_is_filled_without_the_outside_of_the_same_label():
    covered = region_at(RING, 3, 2)
    assert covered.mask.tolist() == [[True]]
    assert (covered.box.left, covered.box.top) == (3, 2)


def test_pixels_that_touch_by_a_corner_are_not_connected():
    checks = np.array([[1, 0], [0, 1]], np.uint8)
    assert region_at(checks, 0, 0).mask.sum() == 1


def test_outside_the_image_there_is_no_region():
    assert region_at(RING, -1, 0).box.is_empty
    assert region_at(RING, 0, 5).box.is_empty


def test_filling_changes_the_region_only_and_its_input_not():
    labels = RING.copy()
    label_map = LabelMap(labels, np.zeros_like(labels))
    covered = region_at(labels, 0, 0)
    np.testing.assert_array_equal(labels, RING)
    recorder = Recorder(label_map, "Fill")
    recorder.paint(covered.box, covered.mask, 7)
    assert (labels == 7).sum() == 18
    assert labels[2, 3] == 0
    recorder.finish().undo(label_map)
    np.testing.assert_array_equal(labels, RING)
