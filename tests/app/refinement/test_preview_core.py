"""The part visible: its size, what is evidence, what is kept between two sights, and what stays as it is."""

import sys
from types import ModuleType

import numpy as np
import pytest

from app.refinement.preview_core import PreviewCore, VisibleArea, with_evidence
from segcore.crf import CrfParameters, crf_available
from segcore.editing import Box
from segcore.labels.label_map import LabelMap, Provenance
from segcore.labels.probability_map import ProbabilityMap
from segcore.progress import drive

VALUES = np.array([3, 5, 9], np.uint8)
PARAMETERS = CrfParameters(theta_alpha=20.0, theta_gamma=2.0, iterations=2)


@pytest.fixture
def engine(monkeypatch):
    """Stand-in for the fast engine: notes what it gets; the channel `winner` wins where nothing is known."""

    engine = ModuleType("segcore.crf.fast")
    engine.built, engine.inferred, engine.winner = [], [], 1

    class FastCrf:
        def __init__(self, image, parameters, device=None, grid_pixels=None):
            engine.built.append((image.copy(), parameters, grid_pixels))
            self.image, self.device, self.grid_pixels = image, device, grid_pixels

        def with_parameters(self, parameters):
            return FastCrf(self.image, parameters, self.device, self.grid_pixels)

        def infer(self, probabilities, hard=None):
            engine.inferred.append((probabilities.copy(), hard.copy()))
            yield 1
            yield 2
            out = np.zeros_like(probabilities)
            out[engine.winner] = 1
            return out

    engine.FastCrf = FastCrf
    monkeypatch.setitem(sys.modules, "segcore.crf.fast", engine)
    import segcore.crf

    monkeypatch.setattr(segcore.crf, "fast", engine, raising=False)
    return engine


def scene(height=40, width=60):
    """Class 3 is likely everywhere, 5 possible everywhere, 9 nowhere."""
    image = np.random.default_rng(0).integers(0, 255, (height, width, 3), np.uint8)
    planes = np.zeros((3, height, width), np.uint8)
    planes[0], planes[1] = 170, 85
    labels = np.full((height, width), 3, np.uint8)
    prediction = ProbabilityMap(planes, labels, np.zeros_like(labels), VALUES, "m")
    return image, prediction, LabelMap.blank(height, width).accept(labels)


def area(box=Box(10, 8, 50, 28), step=1.0, **others):  # noqa: B008
    image, prediction, label_map = others.pop("of", None) or scene()
    return VisibleArea(image, prediction, label_map, box, step, others.pop("parameters", PARAMETERS), **others)


def test_only_what_is_visible_rect_changes_and_it_looks_a_little_round_it(engine):
    preview = drive(PreviewCore().preview(area()))
    inside = np.zeros((40, 60), bool)
    inside[8:28, 10:50] = True
    assert (preview.labels[inside] == 5).all()
    assert (preview.labels[~inside] == 3).all()
    assert engine.built[0][0].shape == (24, 48, 3)  # a tenth on each side
    assert preview.pixels == 24 * 48
    assert preview.box == Box(10, 8, 50, 28)


def test_probabilities_sum_to_one_and_classes_seen_nowhere_are_left_out(engine):
    drive(PreviewCore().preview(area()))
    probabilities, known = engine.inferred[0]
    assert probabilities.dtype == np.float32
    assert probabilities.shape == (2, 24, 48)
    np.testing.assert_allclose(probabilities[:, 0, 0], [2 / 3, 1 / 3], rtol=1e-6)
    assert (known == 255).all()


def test_a_coarser_sight_has_shorter_reaches_and_fewer_pixels(engine):
    preview = drive(PreviewCore().preview(area(Box(0, 0, 60, 40), 4.0)))
    image, parameters, _ = engine.built[0]
    assert image.shape == (10, 15, 3)
    assert (parameters.theta_alpha, parameters.theta_gamma) == (5.0, 0.5)
    assert (parameters.w1, parameters.theta_beta) == (PARAMETERS.w1, PARAMETERS.theta_beta)
    assert (preview.labels == 5).all()


def test_painted_pixels_are_evidence_and_stay(engine):
    image, prediction, label_map = scene()
    label_map.labels[10:14, 12:20] = 9
    label_map.provenance[10:14, 12:20] = Provenance.PAINTED
    label_map.provenance[20:24, 12:20] = Provenance.CONFIRMED
    preview = drive(PreviewCore().preview(area(of=(image, prediction, label_map))))
    assert (preview.labels[10:14, 12:20] == 9).all()
    assert (preview.labels[20:24, 12:20] == 3).all()
    probabilities, known = engine.inferred[0]
    assert len(probabilities) == 3  # the painted class takes part
    assert known[10 - 6, 12 - 6] == 2
    assert known[20 - 6, 12 - 6] == 0
    assert np.count_nonzero(known != 255) == 64


def test_a_class_painted_later_takes_part_too(engine):
    window, (image, prediction, label_map) = PreviewCore(), scene()
    drive(window.preview(area(of=(image, prediction, label_map))))
    label_map.labels[10:14, 12:20] = 9
    label_map.provenance[10:14, 12:20] = Provenance.PAINTED
    drive(window.preview(area(of=(image, prediction, label_map))))
    assert len(engine.inferred[1][0]) == 3


def test_pixels_that_the_model_has_no_answer_for_stay(engine):
    image, prediction, label_map = scene()
    prediction.labels[10:12] = 255
    preview = drive(PreviewCore().preview(area(of=(image, prediction, label_map))))
    assert (preview.labels[10:12] == 3).all()


def test_the_labels_of_the_image_are_not_touched(engine):
    image, prediction, label_map = scene()
    drive(PreviewCore().preview(area(of=(image, prediction, label_map))))
    assert (label_map.labels == 3).all()


def test_one_sight_is_built_once_and_again_for_other_parameters_or_another_place(engine):
    window, of = PreviewCore(), scene()
    drive(window.preview(area(of=of)))
    drive(window.preview(area(of=of)))
    assert (len(engine.built), len(engine.inferred)) == (1, 2)
    drive(window.preview(area(of=of, parameters=CrfParameters(w1=9.0))))
    assert engine.built[-1][1].w1 == 9.0
    drive(window.preview(area(of=of, parameters=CrfParameters(w1=9.0), grid_pixels=500)))
    assert engine.built[-1][2] == 500
    drive(window.preview(area(Box(0, 0, 20, 20), of=of, parameters=CrfParameters(w1=9.0))))
    assert engine.built[-1][0].shape == (22, 22, 3)
    drive(window.preview(area(Box(0, 0, 20, 20), of=scene(), parameters=CrfParameters(w1=9.0))))
    assert len(engine.built) == 5


def test_where_no_class_of_the_project_is_seen_nothing_is_computed(engine):
    image, prediction, label_map = scene()
    prediction.probabilities[:] = 0
    prediction.labels[:] = 255
    preview = drive(PreviewCore().preview(area(of=(image, prediction, label_map))))
    assert (preview.labels == 3).all()
    assert engine.inferred == []


def test_protected_classes_keep_what_the_model_gave_them(engine):
    assert (drive(PreviewCore().preview(area(protected=frozenset({3})))).labels == 3).all()
    assert (drive(PreviewCore().preview(area(protected=frozenset({5, 9})))).labels[10:20, 12:40] == 5).all()


def test_closing_it_closes_the_engine(engine, monkeypatch):
    closed = []

    def infer(self, probabilities, hard=None):
        try:
            yield 1
            yield 2
        finally:
            closed.append(True)

    monkeypatch.setattr(engine.FastCrf, "infer", infer)
    task = PreviewCore().preview(area())
    for _ in range(3):
        next(task)
    task.close()
    assert closed == [True]


def test_evidence_is_certain_and_other_values_leave_a_pixel_alone():
    probabilities = np.full((2, 1, 3), 0.5, np.float32)
    with_evidence(probabilities, (4, 7), np.array([[7, 255, 9]], np.uint8))
    np.testing.assert_array_equal(probabilities[:, 0], [[0, 0.5, 0.5], [1, 0.5, 0.5]])


@pytest.mark.skipif(not crf_available(), reason="pydensecrf2 is not installed")
def test_the_exact_engine_gets_the_evidence_too():
    """Dark left, bright right, undecided everywhere: what is painted on each side decides it."""
    image = np.zeros((24, 40, 3), np.uint8)
    image[:, 20:] = 220
    half = np.full((2, 24, 40), 127, np.uint8)
    labels = np.zeros((24, 40), np.uint8)
    prediction = ProbabilityMap(half, labels, labels, np.array([0, 1], np.uint8), "m")
    label_map = LabelMap.blank(24, 40).accept(labels)
    for columns, value in ((np.s_[2:6], 0), (np.s_[34:38], 1)):
        label_map.labels[8:16, columns] = value
        label_map.provenance[8:16, columns] = Provenance.PAINTED
    parameters = CrfParameters(w1=10.0, w2=0.0, theta_alpha=40.0, theta_beta=10.0, iterations=10)
    whole = Box(0, 0, 40, 24)
    preview = drive(PreviewCore().preview(VisibleArea(image, prediction, label_map, whole, 1.0, parameters, "exact")))
    assert (preview.labels[:, :19] == 0).all()
    assert (preview.labels[:, 21:] == 1).all()


def test_the_fast_engine_gets_the_evidence_too():
    """As above, with our own engine, at half the size."""
    image = np.zeros((48, 80, 3), np.uint8)
    image[:, 40:] = 220
    half = np.full((2, 48, 80), 127, np.uint8)
    labels = np.zeros((48, 80), np.uint8)
    prediction = ProbabilityMap(half, labels, labels, np.array([0, 1], np.uint8), "m")
    label_map = LabelMap.blank(48, 80).accept(labels)
    for columns, value in ((np.s_[4:12], 0), (np.s_[68:76], 1)):
        label_map.labels[16:32, columns] = value
        label_map.provenance[16:32, columns] = Provenance.PAINTED
    parameters = CrfParameters(w1=10.0, w2=0.0, theta_alpha=80.0, theta_beta=10.0, iterations=10)
    whole = Box(0, 0, 80, 48)
    preview = drive(
        PreviewCore().preview(VisibleArea(image, prediction, label_map, whole, 2.0, parameters, "fast", "cpu"))
    )
    assert (preview.labels[:, :38] == 0).all()
    assert (preview.labels[:, 42:] == 1).all()
    assert preview.pixels == 24 * 40
