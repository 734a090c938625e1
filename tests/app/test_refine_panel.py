"""The CRF's parameters: kept in the project, reset, and a button that says why it cannot."""

import numpy as np
import pytest
from PIL import Image

from app.context import AppContext
from app.document import Document, LoadedImage, load_image
from app.engine import Engine
from app.jobs import JobRunner
from app.panels.refine import KNOBS, RefinePanel
from app.settings import Settings
from segcore.classes import ClassSet
from segcore.crf import CrfParameters
from segcore.prediction import Prediction
from segcore.progress import Progress
from segcore.project import Project


@pytest.fixture
def project(tmp_path):
    (tmp_path / "images").mkdir()
    Image.new("RGB", (40, 32)).save(tmp_path / "images" / "a.png")
    with Project.create(tmp_path / "p", tmp_path / "images", ClassSet.from_names(["x", "y"])) as found:
        yield found


@pytest.fixture
def context(qtbot, project):
    document, jobs, settings = Document(), JobRunner(), Settings()
    yield AppContext(document, jobs, Engine(document, jobs, settings), settings, None)
    jobs.shutdown()


@pytest.fixture
def panel(qtbot, context):
    found = RefinePanel(context)
    qtbot.addWidget(found)
    return found


def predicted(project):
    loaded = load_image(project, "a.png")
    half = np.full((2, 32, 40), 127, np.uint8)
    prediction = Prediction(half, np.zeros((32, 40), np.uint8), half[0], np.array([0, 1], np.uint8), "m")
    return LoadedImage("a.png", loaded.image, loaded.label_map, prediction)


def test_it_starts_from_the_defaults_and_every_parameter_has_a_knob(panel):
    assert panel.parameters() == CrfParameters()
    assert {knob.name for knob in KNOBS} == set(vars(CrfParameters()))
    assert all(spin.toolTip() for spin in panel.spins.values())


def test_a_change_is_kept_in_the_project(qtbot, panel, context, project):
    context.document.set_project(project)
    panel.spins["w1"].setValue(9.5)
    qtbot.waitUntil(lambda: project.settings.get("crf", {}).get("w1") == 9.5, timeout=5000)
    other = RefinePanel(context)
    qtbot.addWidget(other)
    assert other.parameters().w1 == 9.5
    panel.reset()
    qtbot.waitUntil(lambda: "crf" not in project.settings, timeout=5000)
    assert panel.parameters() == CrfParameters()


def test_the_button_says_why_it_cannot(panel, context, project):
    assert not panel.button.isEnabled()
    context.document.set_project(project)
    context.document.show(load_image(project, "a.png"))
    assert "Predict" in panel.reason.text()
    assert not panel.button.isEnabled()
    context.document.show(predicted(project))
    assert panel.button.isEnabled()
    assert panel.reason.text() == ""


def test_without_a_prediction_the_shortcut_says_what_to_do(qtbot, panel, context, project):
    context.document.set_project(project)
    context.document.show(load_image(project, "a.png"))
    with qtbot.waitSignal(panel.error, timeout=2000) as heard:
        panel.refine()
    assert "Predict" in heard.args[0].remedy


def test_refining_shows_progress_and_uses_the_parameters(qtbot, panel, context, project, monkeypatch):
    used = []

    def refine(image, probabilities, parameters):
        used.append(parameters)
        for n in range(3):
            yield Progress(n, 3, f"iteration {n}")
        return probabilities[::-1] + np.array([0, 1], np.float32).reshape(2, 1, 1)

    monkeypatch.setattr("segcore.crf.refine", refine)
    context.document.set_project(project)
    context.document.show(predicted(project))
    panel.spins["iterations"].setValue(3)
    with qtbot.waitSignal(panel.message, timeout=10000) as heard:
        panel.button.click()
        assert panel.bar.busy
    assert "refined" in heard.args[0]
    assert used == [CrfParameters(iterations=3)]
    assert (context.document.label_map.labels == 1).all()
    qtbot.waitUntil(lambda: not panel.bar.busy, timeout=2000)


def test_it_fits_a_narrow_dock(panel):
    assert panel.minimumSizeHint().width() <= 280
