from __future__ import annotations

import numpy as np
import pytest

from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.editing.recorder import Recorder
from segcore.interactive.smart_stroke import SmartStroke
from segcore.interactive.stroke_record import StrokeRecord
from segcore.interactive.window import Windows
from segcore.labels.label_map import LabelMap, Provenance
from segcore.progress import drive
from tests.segcore.interactive.small_scenes import NO_VALUES, disc, pen, two_halves


class Painter:
    """A label map and the record of its strokes, as the app keeps them."""

    def __init__(self, image):
        self.image = image
        self.map = LabelMap.blank(*image.shape[:2])
        self.record = StrokeRecord(*image.shape[:2])
        self.windows = Windows(image)

    def smart(self, covered, value):
        """Return bool [H, W] of the pixels that have the value now."""
        stroke = SmartStroke(
            self.image,
            self.map.labels,
            self.map.provenance,
            None,
            NO_VALUES,
            value,
            windows=self.windows,
            origins=self.record.origins,
        )
        decision = drive(stroke.decide(covered))
        self.paint(Covered(decision.box, decision.mask), value, lambda: covered)
        return self.map.labels == value

    def paint(self, covered, value, scribble=None):
        recorder = Recorder(self.map, "")
        recorder.paint(covered.box, covered.mask, value)
        edit = recorder.finish()
        self.record.done(edit, scribble)
        return edit


RIGHT, WRONG = 3, 1


MIDDLE = pen(78, 82, 40, 60)


def yellow_disc():
    image = two_halves()
    return image, disc(image, 80, 50, 24, (230, 220, 60))


def on_an_empty_map(image, covered=MIDDLE):
    return Painter(image).smart(covered, RIGHT)


def test_a_stroke_takes_back_what_a_wrong_one_in_the_same_place_flooded():
    image, object_ = yellow_disc()
    painter = Painter(image)
    assert (painter.smart(MIDDLE, WRONG) & object_).sum() > 0.9 * object_.sum()
    wanted, found = on_an_empty_map(image), painter.smart(MIDDLE, RIGHT)
    assert (found & wanted).sum() >= 0.8 * wanted.sum()


@pytest.mark.parametrize("rows", [(64, 68), (90, 93)], ids=["above", "below"])
def test_a_stroke_takes_what_is_nearer_to_it_than_to_the_wrong_one_beside_it_and_all_when_it_runs_over_that(rows):
    image, object_ = yellow_disc()
    top, bottom = rows
    flood = pen(top, bottom, 42, 58)
    painter = Painter(image)
    assert (painter.smart(flood, WRONG) & object_).sum() > 0.9 * object_.sum()
    wanted, found = on_an_empty_map(image), painter.smart(MIDDLE, RIGHT)
    row = np.arange(160)[:, None]
    nearer = np.maximum(78 - row, row - 81) < np.maximum(top - row, row - (bottom - 1))
    assert (found & wanted & nearer).sum() >= 0.95 * (wanted & nearer).sum()
    assert not found[flood.box.slices].any(), "the old scribble itself is evidence still"
    taken = painter.smart(pen(min(top, 78), max(bottom, 82), 48, 52), RIGHT)
    assert (taken & object_).sum() >= 0.95 * object_.sum()


def test_what_is_nearer_to_an_older_scribble_than_to_a_thin_one_stays():
    image = np.full((160, 200, 3), 120, np.uint8)
    painter = Painter(image)
    everything = pen(0, 160, 0, 200)
    old = pen(60, 100, 40, 100)
    painter.paint(everything, WRONG, lambda: old)
    found = painter.smart(pen(20, 140, 129, 132), RIGHT)
    assert not found[:, :112].any(), "half way to the old scribble"


@pytest.mark.parametrize("provenance", [Provenance.PAINTED, Provenance.CONFIRMED, Provenance.PAINTED_CONFIRMED])
def test_a_stroke_takes_back_a_region_that_was_filled_confirmed_or_painted_before_the_image_was_opened(provenance):
    image, _ = yellow_disc()
    painter = Painter(image)
    painter.map.labels[:] = WRONG
    painter.map.provenance[:] = provenance
    assert np.array_equal(painter.smart(MIDDLE, RIGHT), on_an_empty_map(image))


def test_taking_back_stops_at_the_edge_and_where_the_flood_was_right():
    image, object_ = yellow_disc()
    painter = Painter(image)
    red = pen(20, 30, 5, 90)
    painter.smart(red, WRONG)
    everything = np.ones(object_.shape, np.bool_)
    painter.paint(Covered(Box(0, 0, 200, 160), everything), WRONG, lambda: red)  # it flooded the disc as well
    found = painter.smart(MIDDLE, RIGHT)
    assert (found & object_).sum() > 0.95 * object_.sum()
    assert (found & ~object_).sum() < 0.03 * object_.sum()


def test_a_brush_stroke_in_a_flooded_region_stays_unless_the_scribble_runs_over_it():
    image, _ = yellow_disc()
    brushed, beside = pen(88, 92, 34, 66), Box(34, 88, 66, 92).slices
    for covered, stays in ((MIDDLE, True), (pen(76, 94, 48, 52), False)):
        painter = Painter(image)
        painter.smart(MIDDLE, WRONG)
        painter.paint(brushed, 2)
        found = painter.smart(covered, RIGHT)
        assert not found[beside].any() if stays else found[beside].all()


def test_a_region_that_another_stroke_grew_stays_when_the_pen_does_not_cross_it():
    image = two_halves()
    painter = Painter(image)
    left = painter.smart(pen(78, 82, 20, 80), WRONG).copy()
    painter.smart(pen(78, 82, 120, 180), RIGHT)
    assert (painter.map.labels[left] == WRONG).all()


def test_a_scribble_that_was_taken_back_is_no_evidence():
    image, _ = yellow_disc()
    old = pen(64, 68, 42, 58)
    painter = Painter(image)
    edit = painter.paint(old, WRONG, lambda: old)
    edit.undo(painter.map)
    painter.record.undone(edit)
    assert np.array_equal(painter.smart(MIDDLE, RIGHT), on_an_empty_map(image))


def test_erasing_takes_back_a_flooded_region():
    image, object_ = yellow_disc()
    painter = Painter(image)
    painter.smart(MIDDLE, WRONG)
    painter.smart(pen(84, 88, 40, 60), 255)
    assert (painter.map.labels[object_] == WRONG).sum() <= MIDDLE.mask.sum() + 0.05 * object_.sum()


def test_a_flood_across_a_large_image_is_taken_back_at_a_coarser_scale():
    image = np.tile(two_halves(100, 200), (6, 9, 1))
    covered = pen(300, 302, 2, 1798)
    painter = Painter(image)
    painter.paint(Covered(Box(0, 0, 1800, 600), np.ones((600, 1800), np.bool_)), WRONG)
    assert np.array_equal(painter.smart(covered, RIGHT), on_an_empty_map(image, covered))
