"""The CRF's parameters: kept in the project, reset, seen live, and a button that says why it cannot."""

from dataclasses import asdict

import numpy as np
import pytest
from PIL import Image

from app.document.document import Document
from app.document.loaded_image import LoadedImage, load_image
from app.document.records import Records
from app.document.session import Session
from app.jobs.job_runner import JobRunner
from app.refinement.parameter_tuning import TuningRecord
from app.refinement.refine_panel import RefinePanel
from app.refinement.refinement import Refining
from app.settings.settings import Settings
from segcore.crf import PRESETS, CrfParameters
from segcore.crf.parameters_file import protected_of
from segcore.labels.classes import ClassSet
from segcore.labels.probability_map import ProbabilityMap
from segcore.progress import Progress
from segcore.project.project import Project

# The offscreen platform says this whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def project(tmp_path):
    (tmp_path / "images").mkdir()
    Image.new("RGB", (40, 32)).save(tmp_path / "images" / "a.png")
    with Project.create(tmp_path / "p", tmp_path / "images", ClassSet.from_names(["x", "y"])) as found:
        yield found


@pytest.fixture
def context(qtbot, project):
    document, jobs, settings = Document(), JobRunner(), Settings()
    yield Session(document, jobs, settings, None, Records(document, jobs))
    jobs.shutdown()


@pytest.fixture
def panel(qtbot, context):
    found = RefinePanel(context)
    qtbot.addWidget(found)
    found.asked = []
    found.live.show = found.asked.append
    return found


def predicted(project):
    loaded = load_image(project, "a.png")
    half = np.full((2, 32, 40), 127, np.uint8)
    prediction = ProbabilityMap(half, np.zeros((32, 40), np.uint8), half[0], np.array([0, 1], np.uint8), "m")
    return LoadedImage("a.png", loaded.image, loaded.label_map, prediction)


def open_predicted(context, project):
    context.document.set_project(project)
    context.document.show(predicted(project))


def spin(panel, name):
    return panel.sliders.rows[name].spin


def test_it_starts_from_the_defaults(panel):
    assert panel.parameters() == CrfParameters()
    assert panel.presets.combo.currentData() == "gentle"


def test_a_change_is_kept_in_the_project(qtbot, panel, context, project):
    context.document.set_project(project)
    spin(panel, "w1").setValue(9.5)
    assert panel.presets.combo.currentIndex() == -1
    qtbot.waitUntil(lambda: project.settings.get("crf", {}).get("w1") == 9.5)
    other = RefinePanel(context)
    qtbot.addWidget(other)
    assert other.parameters().w1 == 9.5
    panel.presets.reset_button.click()
    qtbot.waitUntil(lambda: "crf" not in project.settings)
    assert panel.parameters() == CrfParameters()


def test_what_the_project_says_more_exactly_than_is_shown_stays_exact(qtbot, panel, context, project):
    project.set_setting("crf", {"w1": 1.23456, "theta_alpha": 41.0})
    context.document.set_project(project)
    assert panel.parameters() == CrfParameters(w1=1.23456, theta_alpha=41.0)
    assert spin(panel, "w1").text() == "1.23"


def test_a_preset_is_kept_too(qtbot, panel, context, project):
    context.document.set_project(project)
    index = panel.presets.combo.findData("strong")
    panel.presets.combo.setCurrentIndex(index)
    panel.presets.combo.activated.emit(index)
    assert panel.parameters() == PRESETS["strong"]
    qtbot.waitUntil(lambda: project.settings.get("crf", {}).get("w1") == 10.0)


def test_dragging_a_slider_asks_for_a_preview_of_each_value(qtbot, panel, context, project):
    open_predicted(context, project)
    panel.show()
    slider = panel.sliders.rows["theta_alpha"].slider
    for place in (100, 200, 300):
        slider.setValue(place)
    assert len(panel.asked) == 3
    assert panel.asked[-1] == Refining(panel.parameters(), (), "auto", None)


def test_no_preview_without_being_seen_nor_without_a_prediction(qtbot, panel, context, project):
    open_predicted(context, project)
    spin(panel, "w1").setValue(2.0)
    assert panel.asked == []
    panel.show()
    context.document.show(load_image(project, "a.png"))
    spin(panel, "w1").setValue(3.0)
    assert panel.asked == []


def test_live_preview_turned_off_stays_off(qtbot, panel, context, project):
    open_predicted(context, project)
    panel.show()
    panel.live_box.setChecked(False)
    spin(panel, "w1").setValue(2.0)
    assert panel.asked == []
    assert context.settings["refine.live"] is False
    other = RefinePanel(context)
    qtbot.addWidget(other)
    assert not other.live_box.isChecked()


def test_turning_to_another_panel_drops_the_preview(qtbot, panel, context, project):
    open_predicted(context, project)
    dropped = []
    panel.live.drop = lambda: dropped.append(True)
    panel.show()
    panel.hide()
    assert dropped == [True]


def test_the_button_says_why_it_cannot(qtbot, panel, context, project):
    assert not panel.button.isEnabled()
    assert panel.predict_button.isHidden()
    context.document.set_project(project)
    context.document.show(load_image(project, "a.png"))
    assert "no prediction yet" in panel.reason.text()
    with qtbot.waitSignal(panel.predict_wanted):
        panel.predict_button.click()
    assert not panel.button.isEnabled()
    context.document.show(predicted(project))
    assert panel.button.isEnabled()
    assert panel.predict_button.isHidden()
    assert panel.reason.text() == ""


def test_without_a_prediction_the_shortcut_says_what_to_do(qtbot, panel, context, project):
    context.document.set_project(project)
    context.document.show(load_image(project, "a.png"))
    with qtbot.waitSignal(panel.error) as heard:
        panel.refine()
    assert "Predict" in heard.args[0].remedy


def test_applying_shows_progress_uses_parameters_and_engine_and_ends_the_preview(
    qtbot, panel, context, project, monkeypatch
):
    used, dropped = [], []

    def refine(image, probabilities, parameters, engine, device):
        used.append((parameters, engine, device))
        for n in range(3):
            yield Progress(n, 3, f"iteration {n}")
        return probabilities[::-1] + np.array([0, 1], np.float32).reshape(2, 1, 1)

    monkeypatch.setattr("segcore.crf.refine", refine)
    monkeypatch.setattr("app.refinement.refinement.open_torch_libraries", lambda: False)
    open_predicted(context, project)
    panel.live.drop = lambda: dropped.append(True)
    context.settings["refine.engine"] = "fast"
    context.settings["device"] = "cpu"
    spin(panel, "iterations").setValue(3)
    with qtbot.waitSignal(panel.message) as heard:
        panel.button.click()
        assert panel.bar.busy
    assert "refined" in heard.args[0]
    assert used == [(CrfParameters(iterations=3), "fast", "cpu")]
    assert (context.document.label_map.labels == 1).all()
    assert dropped == [True]
    qtbot.waitUntil(lambda: not panel.bar.busy)


def test_what_was_learned_is_used_kept_and_a_preset(qtbot, panel, context, project):
    context.document.set_project(project)
    learned = CrfParameters(w1=2.5)
    panel.tuning.tuned.emit(TuningRecord(learned, ("y",), 0.69, 0.7, 0.72, 3, 1))
    assert panel.parameters() == learned
    assert panel.presets.combo.currentData() == "learned"
    assert panel.protected.names == ("y",)
    qtbot.waitUntil(lambda: project.settings.get("crf") == {**asdict(learned), "protected": ["y"]})


def test_a_change_of_one_value_keeps_the_protected_classes(qtbot, panel, context, project):
    project.set_setting("crf", {"protected": ["y"]})
    context.document.set_project(project)
    assert panel.protected.button.text() == "y"
    spin(panel, "w1").setValue(9.5)
    qtbot.waitUntil(lambda: project.settings["crf"].get("w1") == 9.5)
    assert project.settings["crf"]["protected"] == ["y"]


def test_classes_to_spare_are_ticked(qtbot, panel, context, project):
    open_predicted(context, project)
    panel.show()
    panel.protected.menu.aboutToShow.emit()
    first, second = panel.protected.menu.actions()
    assert (first.text(), second.text()) == ("x", "y")
    second.trigger()
    assert panel.asked[-1].protected == ("y",)
    assert panel.protected.button.text() == "y"
    second.trigger()
    assert panel.asked[-1].protected == ()
    assert panel.protected.button.text() == "no class"


def test_it_fits_a_narrow_dock(panel):
    assert panel.minimumSizeHint().width() <= 290


@pytest.fixture
def other(tmp_path, project):
    with Project.create(tmp_path / "q", tmp_path / "images", ClassSet.from_names(["x", "y"])) as found:
        yield found


def settle(qtbot, context):
    qtbot.waitUntil(lambda: not context.jobs.busy)


def test_a_drag_is_kept_in_its_project_when_another_is_opened_at_once(qtbot, panel, context, project, other):
    context.document.set_project(project)
    spin(panel, "w1").setValue(9.5)
    panel.protected.put(("y",))
    context.document.set_project(other)
    assert panel.parameters() == CrfParameters()
    settle(qtbot, context)
    assert project.settings["crf"]["w1"] == 9.5
    assert protected_of(project.settings) == ("y",)
    assert "crf" not in other.settings


def test_a_drag_is_kept_when_the_same_project_is_opened_again_at_once(qtbot, panel, context, project):
    context.document.set_project(project)
    spin(panel, "w1").setValue(9.5)
    with Project.open(project.root) as again:
        context.document.set_project(again)
        assert panel.parameters().w1 == 9.5
        settle(qtbot, context)
        assert again.settings["crf"]["w1"] == 9.5


def test_a_drag_is_kept_when_the_panel_goes_at_once(qtbot, panel, context, project):
    context.document.set_project(project)
    panel.show()
    spin(panel, "w1").setValue(9.5)
    panel.hide()  # as closing the window does
    settle(qtbot, context)
    assert project.settings["crf"]["w1"] == 9.5


def test_without_a_drag_nothing_is_written(qtbot, panel, context, project, other):
    context.document.set_project(project)
    context.document.set_project(other)
    settle(qtbot, context)
    assert "crf" not in project.settings
