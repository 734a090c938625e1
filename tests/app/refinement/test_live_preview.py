"""The live preview: the newest wins, one runs and one waits, nothing stale is shown, and what is painted is seen."""

import threading

import numpy as np
import pytest
from PySide6.QtCore import QRect

from app.document.document import Document, LoadedImage
from app.jobs.job_runner import JobRunner
from app.refinement.live_preview import LivePreview
from app.refinement.preview_core import Preview, PreviewCore
from app.refinement.refinement import Refining
from segcore.crf import CrfParameters
from segcore.editing import Box
from segcore.errors import CrfError
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap
from segcore.labels.probability_map import ProbabilityMap
from segcore.progress import Progress

ALL = QRect(0, 0, 200, 100)


@pytest.fixture
def bench(qtbot, monkeypatch):
    class Bench:
        document, jobs = Document(), JobRunner()
        sights: list
        shown: list
        gate = threading.Event()
        """Previews wait for it."""
        speed, error = 1.5e6, None

        def labels(self):
            return self.live.preview.labels

    bench = Bench()
    bench.sights, bench.shown, bench.errors, bench.active = [], [], [], []
    bench.gate.set()

    def preview(window, area):
        bench.sights.append(area)
        yield Progress(0, 1)
        while not bench.gate.wait(0.005):
            yield Progress(0, 1)
        if bench.error:
            raise bench.error
        labels = area.label_map.labels.copy()
        labels[area.box.slices] = round(area.parameters.w1)
        pixels = round(area.box.width * area.box.height / area.step**2)
        return Preview(labels, area.box, area.step, pixels, pixels / bench.speed)

    monkeypatch.setattr(PreviewCore, "preview", preview)
    bench.document.set_classes(ClassSet.from_names([str(n) for n in range(20)]))
    bench.live = LivePreview(bench.document, bench.jobs)
    bench.live.shown.connect(lambda labels, rect: bench.shown.append((labels, rect)))
    bench.live.error.connect(bench.errors.append)
    bench.live.active_changed.connect(bench.active.append)
    show(bench)
    bench.live.look_at(ALL, 1.0)
    yield bench
    bench.gate.set()
    bench.jobs.shutdown()


def show(bench, height=100, width=200, image_id="a"):
    zeros = np.zeros((height, width), np.uint8)
    prediction = ProbabilityMap(np.full((1, height, width), 255, np.uint8), zeros, zeros, np.array([0], np.uint8), "m")
    image = np.zeros((height, width, 3), np.uint8)
    bench.document.show(LoadedImage(image_id, image, LabelMap.blank(height, width).accept(zeros), prediction))


def settle(qtbot, bench):
    qtbot.waitUntil(lambda: not bench.jobs.busy and not bench.live._settled.isActive())


def test_it_shows_what_the_values_would_do(qtbot, bench):
    bench.live.show(Refining(CrfParameters(w1=7.0), ("3", "5"), "fast", "cpu"))
    settle(qtbot, bench)
    labels, rect = bench.shown[-1]
    assert (labels == 7).all()
    assert rect == ALL
    assert bench.active == [True]
    area = bench.sights[0]
    assert area.protected == {3, 5}
    assert (area.box, area.engine, area.device) == (Box(0, 0, 200, 100), "fast", "cpu")
    assert (bench.document.label_map.labels == 0).all()
    assert bench.document.undo_name == ""


def test_one_runs_one_waits_and_the_newest_is_the_one(qtbot, bench):
    bench.gate.clear()
    for w1 in range(1, 9):
        bench.live.show(Refining(CrfParameters(w1=float(w1))))
    qtbot.waitUntil(lambda: bool(bench.sights))
    for w1 in range(9, 16):
        bench.live.show(Refining(CrfParameters(w1=float(w1))))
    bench.gate.set()
    settle(qtbot, bench)
    assert [round(area.parameters.w1) for area in bench.sights] == [1, 15]
    assert (bench.labels() == 15).all()


def test_moving_the_view_updates_the_preview(qtbot, bench):
    bench.live.look_at(QRect(0, 0, 50, 40), 2.0)
    assert bench.sights == []  # nothing is wanted yet
    bench.live.show(Refining(CrfParameters(w1=3.0)))
    settle(qtbot, bench)
    bench.live.look_at(QRect(100, 0, 50, 40), 2.0)
    settle(qtbot, bench)
    assert bench.sights[-1].box == Box(100, 0, 150, 40)
    labels, rect = bench.shown[-1]
    assert (labels[:40, :50] == 0).all()
    assert (labels[:40, 100:150] == 3).all()
    assert rect == QRect(0, 0, 150, 40)  # where it was is painted again


def test_it_is_never_finer_than_the_screen(qtbot, bench):
    bench.live.look_at(ALL, 0.25)
    bench.live.show(Refining(CrfParameters()))
    settle(qtbot, bench)
    assert bench.sights[-1].step == 4.0


def test_a_slow_machine_gets_coarse_previews_then_a_fine_one(qtbot, bench):
    show(bench, 1000, 1200)
    bench.live.look_at(QRect(0, 0, 1200, 1000), 1.0)
    bench.live.show(Refining(CrfParameters(w1=2.0)))
    settle(qtbot, bench)
    steps = [area.step for area in bench.sights]
    assert len(steps) == 2
    assert steps[0] > 2.0  # 1.7 million pixels with their surroundings; a tenth of that can be done in time
    assert steps[1] < steps[0]
    assert bench.sights[0].grid_pixels < 100_000
    assert bench.sights[1].grid_pixels is None
    bench.speed = 0.5e6
    for w1 in range(3, 8):
        bench.live.show(Refining(CrfParameters(w1=float(w1))))
        settle(qtbot, bench)
    assert bench.sights[-2].step > 1.2 * steps[0]


def test_dropping_shows_the_labels_again_and_what_runs_is_never_shown(qtbot, bench):
    bench.live.show(Refining(CrfParameters(w1=2.0)))
    settle(qtbot, bench)
    bench.gate.clear()
    bench.live.show(Refining(CrfParameters(w1=3.0)))
    bench.live.drop()
    bench.gate.set()
    settle(qtbot, bench)
    assert bench.shown[-1][0] is None
    assert [labels is None for labels, _ in bench.shown] == [False, True]
    assert bench.active == [True, False]
    assert bench.live.preview is None
    bench.live.drop()
    assert bench.active == [True, False]


def test_after_a_drop_a_new_value_is_shown(qtbot, bench):
    bench.gate.clear()
    bench.live.show(Refining(CrfParameters(w1=3.0)))
    bench.live.drop()
    bench.live.show(Refining(CrfParameters(w1=4.0)))
    bench.gate.set()
    settle(qtbot, bench)
    assert (bench.labels() == 4).all()


def test_another_image_drops_it(qtbot, bench):
    bench.live.show(Refining(CrfParameters(w1=2.0)))
    show(bench, image_id="b")
    settle(qtbot, bench)
    assert not bench.live.active
    assert bench.live.preview is None


def test_another_prediction_is_refined_anew(qtbot, bench):
    bench.live.show(Refining(CrfParameters(w1=2.0)))
    settle(qtbot, bench)
    old = bench.document.prediction
    new = ProbabilityMap(old.probabilities, old.labels, old.uncertainty, old.indices, "other")
    bench.document.set_prediction(new, accept=False)
    settle(qtbot, bench)
    assert bench.sights[-1].prediction is new


def test_without_a_prediction_nothing_happens(qtbot, bench):
    image = np.zeros((10, 10, 3), np.uint8)
    bench.document.show(LoadedImage("c", image, LabelMap.blank(10, 10)))
    bench.live.show(Refining(CrfParameters()))
    assert not bench.live.active
    assert bench.sights == []


def test_what_is_painted_is_seen_at_once_and_refined_round_soon(qtbot, bench):
    bench.live.show(Refining(CrfParameters(w1=2.0)))
    settle(qtbot, bench)
    count = len(bench.sights)
    recorder = bench.document.begin("Brush")
    recorder.paint(Box(10, 10, 20, 20), np.ones((10, 10), bool), 9)
    bench.document.commit(recorder)
    assert (bench.labels()[10:20, 10:20] == 9).all()
    assert (bench.labels()[10:20, 20:30] == 2).all()
    qtbot.waitUntil(lambda: len(bench.sights) > count)
    settle(qtbot, bench)


def test_it_leaves_the_lane_to_a_stroke_and_comes_back(qtbot, bench):
    bench.gate.clear()
    bench.live.show(Refining(CrfParameters(w1=2.0)))
    qtbot.waitUntil(lambda: bool(bench.sights))
    recorder = bench.document.begin("Brush")
    bench.live.look_at(QRect(0, 0, 50, 50), 1.0)
    qtbot.waitUntil(lambda: not bench.jobs.busy)
    assert len(bench.sights) == 1
    bench.document.revert(recorder)
    bench.gate.set()
    qtbot.waitUntil(lambda: bench.live.preview is not None)
    assert bench.sights[-1].box == Box(0, 0, 50, 50)


def test_what_is_edited_while_it_runs_is_seen(qtbot, bench):
    recorder = bench.document.begin("Brush")
    recorder.paint(Box(10, 10, 20, 20), np.ones((10, 10), bool), 9)
    bench.document.commit(recorder)
    bench.gate.clear()
    bench.live.show(Refining(CrfParameters(w1=2.0)))
    qtbot.waitUntil(lambda: bool(bench.sights))
    bench.document.undo()
    bench.document.redo()
    bench.gate.set()
    qtbot.waitUntil(lambda: bench.live.preview is not None)
    assert (bench.labels()[10:20, 10:20] == 9).all()
    settle(qtbot, bench)


def test_an_error_is_said_once_and_drops_it(qtbot, bench):
    bench.error = CrfError("It broke.", "Try again.")
    bench.live.show(Refining(CrfParameters()))
    settle(qtbot, bench)
    assert bench.errors == [bench.error]
    assert not bench.live.active


def test_resting_leaves_what_is_shown(qtbot, bench):
    bench.live.show(Refining(CrfParameters(w1=2.0)))
    settle(qtbot, bench)
    bench.gate.clear()
    bench.live.show(Refining(CrfParameters(w1=3.0)))
    bench.live.rest()
    bench.gate.set()
    settle(qtbot, bench)
    assert (bench.labels() == 2).all()
    assert bench.live.active
