"""Learning the CRF from corrections: when it can, what it says of gain and of none, what the project keeps."""

import time

import numpy as np
import pytest
from PIL import Image

from app.document.document import Document
from app.document.records import Records
from app.document.session import Session
from app.jobs.job_runner import JobRunner
from app.refinement.parameter_tuning import TuningRecord, usable_images
from app.refinement.tuning_widget import TuningWidget
from app.settings.settings import Settings
from segcore.crf import CrfParameters
from segcore.crf_tuning.tuning import Tuned
from segcore.errors import CrfError
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.labels.probability_map import ProbabilityMap
from segcore.metrics.scores import ConfusionMatrix
from segcore.progress import Progress, drive
from segcore.project.project import Project

BETTER = CrfParameters(w1=3.25, theta_beta=8.0)


@pytest.fixture
def project(tmp_path):
    (tmp_path / "images").mkdir()
    for name in "ab":
        Image.new("RGB", (40, 32)).save(tmp_path / "images" / f"{name}.png")
    with Project.create(tmp_path / "p", tmp_path / "images", ClassSet.from_names(["x", "y"])) as found:
        yield found


class Saver:
    def flush(self):
        pass


@pytest.fixture
def context(qtbot, project):
    document, jobs, settings = Document(), JobRunner(), Settings()
    yield Session(document, jobs, settings, Saver(), Records(document, jobs))
    jobs.shutdown()


@pytest.fixture
def tuning(qtbot, context, project):
    found = TuningWidget(context)
    qtbot.addWidget(found)
    found.heard, found.errors, found.said = [], [], []
    found.tuned.connect(found.heard.append)
    found.error.connect(found.errors.append)
    found.message.connect(found.said.append)
    context.document.set_project(project)
    return found


def correct(project, image_id="a.png"):
    label_map = LabelMap.blank(32, 40).accept(np.zeros((32, 40), np.uint8))
    label_map.provenance[:8] = Provenance.PAINTED
    project.save_label_map(image_id, label_map)


def predict(project, image_id="a.png"):
    labels = np.zeros((32, 40), np.uint8)
    project.save_prediction(
        image_id, ProbabilityMap(np.full((2, 32, 40), 127, np.uint8), labels, labels, np.array([0, 1], np.uint8), "m")
    )


def ready(qtbot, tuning, project):
    correct(project)
    predict(project)
    tuning._session.records.refresh()
    qtbot.waitUntil(lambda: tuning.button.isEnabled())


def scores(right):
    """Mean IoU right / 100 / (2 - right / 100) for each of two classes of 100 pixels."""
    matrix = ConfusionMatrix(2)
    matrix.counts[:] = [[right, 100 - right], [100 - right, right]]
    return matrix.scores(["x", "y"])


def found(improved=True, notes=()):
    before, after = scores(80), scores(90 if improved else 80)
    return Tuned(
        BETTER if improved else CrfParameters(),
        improved,
        before,
        before,
        after,
        ("a",),
        ("b", "c", "d"),
        83,
        notes,
        ("x",),
    )


@pytest.fixture
def learning(monkeypatch):
    """Stand-in for the search; `answer` is a Tuned, or an error."""

    class Learning:
        answer, calls, seconds = found(), None, 0.0

    learning = Learning()
    learning.calls = []

    def project_training_images(project):
        yield Progress(0, 1)
        return ["an image"]

    def tune(training_images, start, names, protected, engine, device):
        learning.calls.append((training_images, start, names, protected, engine, device))
        began = time.monotonic()
        while time.monotonic() < began + learning.seconds:
            yield Progress(1, 10, "best mean IoU so far 0.7")
            time.sleep(0.005)
        if isinstance(learning.answer, Exception):
            raise learning.answer
        yield Progress(1, 1)
        return learning.answer

    monkeypatch.setattr("segcore.crf_tuning.training_images.project_training_images", project_training_images)
    monkeypatch.setattr("segcore.crf_tuning.tuning.tune", tune)
    monkeypatch.setattr("app.refinement.parameter_tuning.open_torch_libraries", lambda: False)
    return learning


def counted(context, project):
    """Corrected and usable images of the project as it is on the disk now."""
    context.records.take(project, project.records())
    return context.records.corrected, usable_images(context.records)


def test_it_says_what_is_missing(qtbot, tuning, project, context):
    assert not tuning.button.isEnabled()
    assert "correct an image" in tuning.note.text()
    correct(project)
    context.records.refresh()
    qtbot.waitUntil(lambda: "prediction" in tuning.note.text())
    assert not tuning.button.isEnabled()
    predict(project)
    context.records.refresh()
    qtbot.waitUntil(lambda: tuning.button.isEnabled())
    assert tuning.note.text() == ""


def test_only_corrected_and_predicted_images_are_used(context, project):
    correct(project, "a.png")
    predict(project, "b.png")
    assert counted(context, project) == (1, 0)
    predict(project, "a.png")
    assert counted(context, project) == (1, 1)


def test_where_two_are_done_only_done_ones_are_used(tmp_path, context, project):
    for name in "cd":
        Image.new("RGB", (40, 32)).save(tmp_path / "images" / f"{name}.png")
    drive(project.rescan())
    correct(project, "a.png")
    predict(project, "a.png")
    for name in ("c.png", "d.png"):
        project.save_label_map(name, LabelMap.blank(32, 40).accept(np.zeros((32, 40), np.uint8)).confirm())
    assert counted(context, project) == (3, 0)
    predict(project, "d.png")
    assert counted(context, project) == (3, 1)


def test_what_is_missing_is_one_click_away(qtbot, tuning, project, context, monkeypatch):
    asked = []
    tuning.predictions_wanted.connect(lambda: asked.append(True))
    assert tuning.predict_button.isHidden()
    correct(project)
    context.records.refresh()
    qtbot.waitUntil(lambda: not tuning.predict_button.isHidden())
    tuning.predict_button.click()
    assert asked == [True]
    predict(project)
    context.records.refresh()
    qtbot.waitUntil(lambda: tuning.predict_button.isHidden())


def test_a_gain_is_said_in_plain_words_and_kept(qtbot, tuning, project, learning):
    ready(qtbot, tuning, project)
    project.set_setting("crf", {"w1": 2.0, "protected": ["y"]})
    tuning.button.click()
    qtbot.waitUntil(lambda: bool(tuning.heard))
    assert (tuning.heard[0].parameters, tuning.heard[0].protected) == (BETTER, ("x",))
    # IoU of each class: 80 / 120 and 90 / 110
    assert "66.7 → 81.8" in tuning.note.text()
    assert "Tuned on 3 images, validated on 1" in tuning.note.text()
    qtbot.waitUntil(lambda: "crf_learned" in project.settings)
    assert tuning.record.parameters == BETTER
    assert learning.calls == [(["an image"], CrfParameters(w1=2.0), ("x", "y"), ("y",), "auto", None)]
    assert tuning.button.isEnabled()


def test_the_project_remembers_it(qtbot, tuning, project, learning, context):
    ready(qtbot, tuning, project)
    tuning.button.click()
    qtbot.waitUntil(lambda: "crf_learned" in project.settings)
    other = TuningWidget(context)
    qtbot.addWidget(other)
    assert other.record == tuning.record
    assert "66.7 → 81.8" in other.note.text()
    qtbot.waitUntil(lambda: not context.jobs.busy)


def test_no_gain_is_said_and_the_old_values_stay(qtbot, tuning, project, learning):
    learning.answer = found(improved=False, notes=("The class y is hurt.",))
    ready(qtbot, tuning, project)
    project.set_setting("crf", {"w1": 2.0})
    tuning.button.click()
    qtbot.waitUntil(lambda: "No gain" in tuning.note.text())
    assert "83" in tuning.note.text()
    assert "66.7" in tuning.note.text()
    assert "The class y is hurt." in tuning.note.text()
    assert tuning.heard == []
    assert project.settings == {**project.settings, "crf": {"w1": 2.0}}
    assert "crf_learned" not in project.settings


def test_it_shows_how_far_it_is_and_can_be_stopped(qtbot, tuning, project, learning):
    learning.seconds = 30.0
    ready(qtbot, tuning, project)
    tuning.button.click()
    qtbot.waitUntil(lambda: "best mean IoU" in tuning.bar.label.toolTip())
    assert tuning.button.isHidden()
    began = time.monotonic()
    tuning.bar.button.click()
    qtbot.waitUntil(lambda: bool(tuning.said))
    assert time.monotonic() - began < 5.0
    assert "stay" in tuning.said[0]
    assert not tuning.bar.busy
    assert not tuning.button.isHidden()
    assert "crf" not in project.settings


def test_what_goes_wrong_is_said_and_it_can_be_tried_again(qtbot, tuning, project, learning):
    learning.answer = CrfError("Nothing to hold out.", "Paint more.")
    ready(qtbot, tuning, project)
    tuning.button.click()
    qtbot.waitUntil(lambda: bool(tuning.errors))
    assert tuning.errors == [learning.answer]
    assert tuning.button.isEnabled()
    assert not tuning.button.isHidden()


def test_another_project_stops_it_and_gets_nothing(qtbot, tuning, project, learning, context):
    learning.seconds = 30.0
    ready(qtbot, tuning, project)
    tuning.button.click()
    qtbot.waitUntil(lambda: bool(learning.calls))
    context.document.set_project(None)
    qtbot.waitUntil(lambda: not context.jobs.busy)
    assert tuning.heard == []
    assert tuning.record is None
    assert not tuning.button.isEnabled()


def test_one_image_is_validated_on_its_parts():
    text = TuningRecord(BETTER, (), 0.7, 0.712, 0.7291, 1, 1).text
    assert "71.2 → 72.9" in text
    assert "one image" in text


@pytest.mark.parametrize("nonsense", ["x", {"parameters": {"w1": -1}}, {"parameters": {}, "before": "a"}, []])
def test_nonsense_in_the_project_is_nothing(nonsense):
    class Stub:
        settings = {"crf_learned": nonsense}  # noqa: RUF012

    assert TuningRecord.kept_in(Stub()) is None
    assert TuningRecord.kept_in(None) is None
