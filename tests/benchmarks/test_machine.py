"""What the machine of the labour benchmark does: waiting is counted, work beside the person is not."""

from __future__ import annotations

import numpy as np

from benchmarks.person.assistance import Assistance
from benchmarks.person.data import Sample
from benchmarks.person.kept_learning import KeptLearning
from benchmarks.person.labelling import label
from benchmarks.person.predicted import Predicted
from segcore.adaptation.live_options import LiveOptions
from segcore.labels.classes import ClassSet, SegClass

CLASSES = ClassSet([SegClass(0, "ground", (0, 0, 0)), SegClass(1, "thing", (255, 0, 0))])


def half(name: str) -> Sample:
    truth = np.zeros((96, 128), np.uint8)
    truth[:, 64:] = 1
    image = np.where(truth[..., None], 200, 40) + np.random.default_rng(len(name)).integers(0, 30, (96, 128, 3))
    return Sample(name, image.astype(np.uint8), truth)


def test_what_the_person_waits_for_counts_and_what_goes_on_beside_does_not(desk):
    told = []

    class Slow(Assistance):
        def accepted(self, desk):
            return 100.0

        def worked(self, seconds):
            told.append(seconds)

    labour = label(desk, half("one"), "brush", Slow())
    assert 100.0 <= labour.machine < 110.0
    assert told == [labour.person]


def test_a_prediction_opens_the_images_after_the_first_fine_tuning(desk, monkeypatch):
    monkeypatch.setattr("benchmarks.person.predicted.AFTER", (2,))
    assistance = Predicted(CLASSES, seconds=1.0)
    first = label(desk, half("a"), "brush", assistance)
    assert first.machine < 0.5
    second = label(desk, half("bb"), "brush", assistance)
    assert second.machine >= 0.5
    assert (first.first_right, second.first_right) == (0.0, 0.0)
    assistance.opened(desk, half("ccc"))
    assert assistance._predictor is not None
    assistance.close()


def test_learning_goes_on_for_as_long_as_the_person_works(desk):
    assistance = KeptLearning(LiveOptions(), CLASSES)
    labour = label(desk, half("a"), "brush", assistance)
    assert labour.accepted
    assert assistance._project.corrected_ids() == ["a.png"]
    assert assistance._control.changes == 1
    assistance.close()
