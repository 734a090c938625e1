"""Which head's scores were right before a person saw them."""

from __future__ import annotations

import numpy as np
import pytest

from segcore.adaptation.live_head import LiveHead
from segcore.adaptation.live_options import LiveOptions
from segcore.adaptation.track_record import TrackRecord, mean_f
from segcore.progress import drive
from tests.segcore.adaptation.scenes import HEIGHT, WIDTH, dab, scene

HALVES = np.where(np.arange(WIDTH) < 48, 3, 7).astype(np.uint8) * np.ones((HEIGHT, 1), np.uint8)


def test_f_forgives_two_pixels_and_counts_each_class_once():
    labels = np.zeros((10, 20), np.uint8)
    labels[:, 10:] = 1
    shifted = np.roll(labels, 2, axis=1)
    shifted[:, :2] = 0
    assert mean_f(shifted, labels) == 1.0
    nothing = np.full_like(labels, 0)
    # Class 0 has precision 12 / 20 and recall 1, class 1 has nothing.
    assert mean_f(nothing, labels) == pytest.approx((2 * 0.6 / 1.6 + 0) / 2)
    assert mean_f(nothing, np.full_like(labels, 255)) == 0.0


def test_a_head_that_was_right_gains_merit_and_earlier_images_fade():
    options = LiveOptions(fine=None, trust_decay=0.5)
    head = LiveHead(options)
    for seed in range(3):
        drive(head.open_image(*scene(seed)))
        drive(head.finish_image(HALVES))
    # The first image was opened with nothing known: 0, then 0.5 * 0 + 1, then 0.5 * 1 + 1.
    arrays, _ = head.state()
    assert arrays["plain.merit"] == pytest.approx(1.5, abs=0.03)


def test_the_fine_head_learns_from_the_first_image_by_the_scores_of_its_strokes():
    head = LiveHead()
    drive(head.open_image(*scene()))
    head.add_stroke(dab(8, 16), 3)
    head.add_stroke(dab(64, 16), 7)
    drive(head.finish_image(HALVES))
    arrays, _ = head.state()
    assert arrays["fine.values"].tolist() == [3, 7]
    assert arrays["sharp.merit"] == arrays["plain.merit"] == 0.0  # no head had said anything of it before


def test_the_record_comes_back_from_its_state():
    record = TrackRecord(LiveOptions())
    record.merit = 2.5
    record.trust.count({3: 10.0})
    again = TrackRecord(LiveOptions())
    again.restore(record.state("plain"), "plain")
    assert again.merit == 2.5
    assert again.trust.share(3, {}) == 1.0
    with pytest.raises(ValueError, match="finite"):
        again.restore(record.state("plain") | {"plain.merit": np.array(np.nan)}, "plain")
    with pytest.raises(KeyError):
        again.restore(record.state("plain"), "sharp")
    assert again.merit == 2.5
