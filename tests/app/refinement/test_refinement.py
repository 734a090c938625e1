"""The CRF through the document: painted pixels stay, one edit, stale results are dropped, cancel ends it."""

import numpy as np
import pytest

from app.document.document import Document, LoadedImage
from app.jobs.job_runner import JobRunner
from app.refinement.refinement import (
    Refinement,
    Refining,
    chosen_device,
    chosen_engine,
    crf_parameters,
    protected_classes,
    refined_labels,
)
from app.settings.settings import Settings
from segcore.crf import CrfParameters, crf_available
from segcore.errors import CrfError
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.labels.probability_map import ProbabilityMap
from segcore.progress import Progress, drive

CLASSES = ClassSet.from_names(["dark", "bright"])
QUICK = CrfParameters(w1=10.0, w2=3.0, theta_alpha=40.0, theta_beta=13.0, theta_gamma=3.0, iterations=2)
needs_crf = pytest.mark.skipif(not crf_available(), reason="pydensecrf2 is not installed")


def halves():
    """Dark left, bright right; the prediction puts the border four pixels too far to the right."""
    image = np.zeros((32, 40, 3), np.uint8)
    image[:, 20:] = 220
    dark = np.full((32, 40), 40, np.uint8)
    dark[:, :24] = 200
    labels = (dark < 128).astype(np.uint8)
    prediction = ProbabilityMap(np.stack([dark, 255 - dark]), labels, np.zeros_like(dark), CLASSES.indices, "m")
    return image, prediction


@pytest.fixture
def bench(qtbot):
    class Bench:
        document, jobs = Document(), JobRunner()

    bench = Bench()
    bench.document.set_classes(CLASSES)
    bench.refinement = Refinement(bench.document, bench.jobs)
    bench.errors, bench.refined = [], []
    bench.refinement.error.connect(bench.errors.append)
    bench.refinement.refined.connect(bench.refined.append)
    yield bench
    bench.jobs.shutdown()


def show(bench, label_map=None, image_id="a"):
    image, prediction = halves()
    if label_map is None:
        label_map = LabelMap.blank(32, 40).accept(prediction.labels)
    bench.document.show(LoadedImage(image_id, image, label_map, prediction))
    return prediction


def settle(qtbot, bench):
    qtbot.waitUntil(lambda: not bench.jobs.busy)
    qtbot.wait(20)


def fake_refine(monkeypatch, winner):
    """Stand-in for the CRF: one step of progress, then one class everywhere."""

    def refine(image, probabilities, parameters, engine, device):
        yield Progress(1, 1, "iteration 1")
        out = np.zeros_like(probabilities)
        out[winner] = 1
        return out

    monkeypatch.setattr("segcore.crf.refine", refine)
    monkeypatch.setattr("app.refinement.refinement.open_torch_libraries", lambda: False)


@needs_crf
def test_the_border_moves_to_the_edge_in_the_image(qtbot, bench):
    show(bench)
    bench.refinement.refine_current(Refining(QUICK, engine="exact"))
    settle(qtbot, bench)
    assert bench.errors == []
    assert bench.refined == [True]
    labels = bench.document.label_map.labels
    assert (labels[:, :19] == 0).all()
    assert (labels[:, 21:] == 1).all()
    assert bench.document.undo_name == "Refine borders"
    bench.document.undo()
    assert (bench.document.label_map.labels[:, 22] == 0).all()


def test_painted_pixels_stay(qtbot, bench, monkeypatch):
    fake_refine(monkeypatch, 1)
    label_map = LabelMap.blank(32, 40).accept(halves()[1].labels)
    label_map.labels[:5] = 0
    label_map.provenance[:5] = Provenance.PAINTED
    show(bench, label_map)
    bench.refinement.refine_current(Refining(QUICK))
    settle(qtbot, bench)
    assert (bench.document.label_map.labels[:5] == 0).all()
    assert (bench.document.label_map.labels[5:] == 1).all()


def test_painted_pixels_are_evidence(monkeypatch):
    """What is painted reaches the CRF as certain, and nothing else does."""
    given = []

    def refine(image, probabilities, parameters, engine, device):
        given.append(probabilities.copy())
        yield Progress(1, 1)
        return probabilities

    monkeypatch.setattr("segcore.crf.refine", refine)
    monkeypatch.setattr("app.refinement.refinement.open_torch_libraries", lambda: False)
    image, prediction = halves()
    label_map = LabelMap.blank(32, 40).accept(prediction.labels)
    label_map.labels[:5] = 1
    label_map.provenance[:5] = Provenance.PAINTED
    drive(refined_labels(image, prediction, Refining(QUICK), label_map=label_map))
    assert (given[0][1, :5] == 1).all()
    assert (given[0][0, :5] == 0).all()
    np.testing.assert_array_equal(given[0][:, 5:], prediction.as_float()[:, 5:])


def test_nothing_to_change_is_no_edit(qtbot, bench, monkeypatch):
    fake_refine(monkeypatch, 1)
    label_map = LabelMap.blank(32, 40).accept(np.ones((32, 40), np.uint8))
    show(bench, label_map)
    bench.refinement.refine_current(Refining(QUICK))
    settle(qtbot, bench)
    assert bench.refined == [False]
    assert bench.document.undo_name == ""


def test_a_result_for_another_image_is_dropped(qtbot, bench, monkeypatch):
    fake_refine(monkeypatch, 1)
    show(bench)
    bench.refinement.refine_current(Refining(QUICK))
    show(bench, image_id="b")
    settle(qtbot, bench)
    assert bench.document.undo_name == ""
    assert bench.refined == []


def test_a_result_for_an_older_prediction_is_dropped(qtbot, bench, monkeypatch):
    fake_refine(monkeypatch, 1)
    show(bench)
    bench.refinement.refine_current(Refining(QUICK))
    bench.document.set_prediction(halves()[1], accept=False)
    settle(qtbot, bench)
    assert bench.document.undo_name == ""


def test_a_cancelled_pass_changes_nothing(qtbot, bench, monkeypatch):
    fake_refine(monkeypatch, 1)
    show(bench)
    bench.refinement.refine_current(Refining(QUICK)).cancel()
    settle(qtbot, bench)
    assert bench.refined == []
    assert bench.errors == []


def test_without_a_prediction_it_says_what_to_do(qtbot, bench):
    image, _ = halves()
    bench.document.show(LoadedImage("a", image, LabelMap.blank(32, 40)))
    assert bench.refinement.refine_current(Refining(QUICK)) is None
    assert isinstance(bench.errors[0], CrfError)
    assert "Predict" in bench.errors[0].remedy


def test_pixels_without_an_answer_stay_without(monkeypatch):
    fake_refine(monkeypatch, 0)
    image, prediction = halves()
    prediction.labels[:3] = 255
    labels = drive(refined_labels(image, prediction, Refining(QUICK)))
    assert labels.dtype == np.uint8
    assert (labels[:3] == 255).all()
    assert (labels[3:] == 0).all()


def test_protected_classes_keep_what_the_model_gave_them(monkeypatch):
    fake_refine(monkeypatch, 0)
    image, prediction = halves()
    labels = drive(refined_labels(image, prediction, Refining(QUICK), protected={1}))
    np.testing.assert_array_equal(labels, prediction.labels)
    assert (drive(refined_labels(image, prediction, Refining(QUICK))) == 0).all()


def test_protected_classes_are_known_by_name():
    class Stub:
        settings: dict

    stub = Stub()
    stub.settings = {"crf": {"w1": 2.0, "protected": ["bright", "gone"]}}
    assert protected_classes(stub) == ("bright", "gone")
    assert Refining(QUICK, protected_classes(stub)).protected_values(CLASSES) == {1}
    assert Refining(QUICK, ("bright",)).protected_values(None) == frozenset()
    for wrong in ("nonsense", {"protected": "bright"}, {"protected": [1, None]}, {}):
        stub.settings = {"crf": wrong}
        assert protected_classes(stub) == ()
    assert protected_classes(None) == ()


def test_parameters_of_the_project_and_what_it_says_wrongly():
    class Stub:
        settings: dict

    stub = Stub()
    stub.settings = {"crf": {"w1": 7.5, "iterations": 3, "unknown": 1}}
    assert crf_parameters(stub) == CrfParameters(w1=7.5, iterations=3)
    stub.settings = {"crf": {"w1": -1}}
    assert crf_parameters(stub) == CrfParameters()
    stub.settings = {"crf": "nonsense"}
    assert crf_parameters(stub) == CrfParameters()
    assert crf_parameters(None) == CrfParameters()


def test_the_exact_engine_where_it_is_not_installed_is_the_automatic_one(qapp, monkeypatch):
    settings = Settings()
    settings["refine.engine"] = "exact"
    monkeypatch.setattr("segcore.crf.crf_available", lambda: True)
    assert chosen_engine(settings) == "exact"
    monkeypatch.setattr("segcore.crf.crf_available", lambda: False)
    assert chosen_engine(settings) == "auto"
    settings["refine.engine"] = "fast"
    assert chosen_engine(settings) == "fast"


def test_the_device_is_the_persons_where_the_engine_knows_it(qapp):
    settings = Settings()
    for wish, device in (("auto", None), ("cpu", "cpu"), ("cuda", "cuda"), ("mps", None)):
        settings["device"] = wish
        assert chosen_device(settings) == device
