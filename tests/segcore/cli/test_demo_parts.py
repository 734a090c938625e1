"""The words of the demo's outcome, and its recorded strokes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from segcore.cli.demo_roads import outcome
from segcore.cli.demo_strokes import RecordedStroke, read_strokes
from segcore.editing.brush import Point
from segcore.project.sample_project import NUCLEI
from segcore.training.comparison import Comparison, Verdict

BETTER = Comparison(Verdict.BETTER, 8, 0, False, 0.5, 0.6, (0.05, 0.15), (), (), (), ())


@pytest.mark.parametrize(
    ("comparison", "words"),
    [
        (BETTER, "is better (+0.100 mean IoU, with 95 % confidence between +0.050 and +0.150). It is used now."),
        (replace(BETTER, verdict=Verdict.NOT_SHOWN, after=0.49), "not used: it is not shown to be better (-0.010"),
        (replace(BETTER, verdict=Verdict.NOT_SHOWN, collapsed=("crack",)), "not used: it loses too much of crack"),
        (
            replace(BETTER, verdict=Verdict.TOO_FEW, images=2, interval=None),
            "not used: 2 held-out images are too few to judge; 5 are needed (+0.100 mean IoU).",
        ),
    ],
)
def test_the_outcome_in_words(comparison, words):
    text = "\n".join(outcome(comparison))
    assert words in text
    assert ("The model before stays in use; the version is kept." in text) == (comparison.verdict != Verdict.BETTER)


def test_a_recorded_stroke_stays_inside_its_class():
    truth = np.zeros((20, 30), np.uint8)
    truth[10:] = 1
    covered = RecordedStroke("a", 1, 3.0, (Point(5.5, 11.5), Point(20.5, 11.5))).covered(truth)
    # Rows 10 to 14 of the disc's reach 8.5 to 14.5; at its row the brush reaches 3 pixels beyond both ends.
    assert (covered.box.top, covered.box.bottom) == (10, 15)
    assert (covered.box.left, covered.box.right) == (2, 24)
    assert covered.mask[1].all()


def test_the_bundled_strokes_lie_on_the_labelled_images():
    strokes = read_strokes(NUCLEI.source / "strokes.json")
    assert {each.image_id for each in strokes} <= set(NUCLEI.labels())
    assert {each.value for each in strokes} == {0, 1}
