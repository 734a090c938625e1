"""From the button to the choice between two versions, with a real training process once and small scripts else."""

import json

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QPalette

from app.prediction.predictions import Predictions
from app.training.curves import Curves
from app.training.result_dialog import TrainingResultDialog
from app.training.score_table import ScoreTable
from app.training.training_outcome import TrainingOutcome
from app.training.training_panel import TrainingPanel
from app.training.training_plan import training_plan
from app.training.training_run import TrainingOrder
from segcore.labels.classes import ClassSet
from segcore.metrics.scores import ConfusionMatrix, Scores
from segcore.project.project import Project

CLASSES = ClassSet.from_names(["dark", "bright"])
BEFORE = Scores(0.8, 0.5, 0.4, 0.7, {"dark": 0.6, "bright": 0.2}, [[6, 1], [2, 1]])
AFTER = Scores(0.9, 0.6, 0.55, 0.8, {"dark": 0.7, "bright": None}, [[6, 1], [1, 2]])


@pytest.fixture
def project(tmp_path):
    images = tmp_path / "images"
    images.mkdir()
    random = np.random.default_rng(0)
    for number in range(5):
        pixels = random.integers(0, 60, (64, 64, 3), np.uint8)
        pixels[:, 32:] += 180
        Image.fromarray(pixels).save(images / f"{number}.png")
    with Project.create(tmp_path / "p", images, CLASSES) as found:
        yield found


@pytest.fixture
def panel(qtbot, context):
    found = TrainingPanel(context, Predictions(context.document, context.jobs, context.settings))
    qtbot.addWidget(found)
    found.errors, found.said = [], []
    found.error.connect(found.errors.append)
    found.message.connect(found.said.append)
    yield found
    found.shutdown()


def correct(project, count):
    labels = np.zeros((64, 64), np.uint8)
    labels[:, 32:] = 1
    for number in range(count):
        project.import_labels(f"{number}.png", labels)


def open_project(qtbot, context, project):
    context.document.set_project(project)
    settle(qtbot, context)


def settle(qtbot, context):
    qtbot.waitUntil(lambda: not context.jobs.busy)
    qtbot.wait(20)
    qtbot.waitUntil(lambda: not context.jobs.busy)


def pretend(monkeypatch, code):
    monkeypatch.setattr(TrainingOrder, "arguments", lambda self: ["-c", code])


def result_line(before, after, path="v.safetensors"):
    line = {
        "event": "result",
        "checkpoint": path,
        "before": before and before.to_json(),
        "after": after.to_json(),
        "seconds": 1,
    }
    return f"print({json.dumps(line)!r})"


def test_the_reason_why_it_cannot_start(qtbot, panel, context, project):
    assert not panel.button.isEnabled()
    assert "project" in panel.about.text()
    open_project(qtbot, context, project)
    assert not panel.button.isEnabled()
    assert "no image is corrected yet" in panel.about.text()
    with qtbot.waitSignal(panel.brush_wanted):
        panel.brush_button.click()


def test_it_says_what_it_will_do(qtbot, panel, context, project):
    correct(project, 4)
    open_project(qtbot, context, project)
    assert panel.button.isEnabled()
    assert panel.about.text().startswith("4 corrected images, 1 held out to measure.")
    assert panel.brush_button.isHidden()


def test_classes_that_the_starter_does_not_know_are_told(qtbot, panel, context, project):
    open_project(qtbot, context, project)
    assert "none of these classes" in panel.about.text()
    assert training_plan(project, "starter", 0).base == "starter"
    project.set_classes(ClassSet.from_names(["Background", "bright"]))
    assert training_plan(project, "starter", 0).base == "starter"
    project.set_classes(ClassSet.from_names(["crack", "bright"]))
    assert training_plan(project, "starter", 0).base != "starter"
    panel.refresh()
    settle(qtbot, context)
    assert "none of these classes" not in panel.about.text()


def test_a_single_corrected_image_is_enough(qtbot, panel, context, project):
    correct(project, 1)
    open_project(qtbot, context, project)
    assert panel.button.isEnabled()
    assert "1 corrected image" in panel.about.text()


def test_a_real_training_becomes_a_version_and_is_used(qtbot, panel, context, project):
    correct(project, 4)
    open_project(qtbot, context, project)
    panel.minutes.setValue(0.1)
    panel.button.click()
    assert context.autosaver.flushed == 1
    assert panel.running
    qtbot.waitUntil(lambda: not panel.running, timeout=90000)
    assert panel.errors == []
    assert panel.curves.loss
    assert panel.curves.mean_iou
    qtbot.waitUntil(lambda: panel.result.isVisibleTo(panel))
    (version,) = project.checkpoints()
    assert version.classes.names == CLASSES.names
    assert panel.promotion.outcome.after.mean_iou == pytest.approx(version.metrics["mean_iou"])
    assert project.active_model != str(version.path)
    assert "knows none of these classes" in panel.result.verdict.text()
    assert panel.result.use_button.text() == "Use new version"
    panel.result.use_button.click()
    settle(qtbot, context)
    assert project.active_model == str(version.path)
    assert panel.predict_button.isVisibleTo(panel)
    assert panel.errors == []


def test_a_version_that_is_not_better_is_not_recommended(qtbot, panel, context, project, monkeypatch):
    correct(project, 3)
    open_project(qtbot, context, project)
    pretend(monkeypatch, result_line(AFTER, BEFORE))
    panel.start()
    qtbot.waitUntil(lambda: panel.result.isVisibleTo(panel))
    assert "not better" in panel.result.verdict.text()
    assert panel.result.headline.text() == "55.0 → 40.0 %"
    assert panel.result.keep_button.property("primary") is True
    assert panel.result.use_button.property("primary") is False
    before = project.active_model
    panel.result.keep_button.click()
    settle(qtbot, context)
    assert project.active_model == before
    assert not panel.result.use_button.isVisibleTo(panel)


def test_cancel_ends_the_process_and_the_button_comes_back(qtbot, panel, context, project, monkeypatch):
    correct(project, 3)
    open_project(qtbot, context, project)
    pretend(monkeypatch, "import time; time.sleep(60)")
    panel.start()
    qtbot.waitUntil(lambda: panel._run is not None and panel._run.running)
    panel.bar.button.click()
    qtbot.waitUntil(lambda: not panel.running)
    assert panel.errors == []
    assert panel.button.isVisibleTo(panel)
    assert project.checkpoints() == []


def test_a_broken_base_is_a_clear_error(qtbot, panel, context, project):
    correct(project, 3)
    broken = project.new_checkpoint_path()
    broken.write_bytes(b"\x10\0\0\0\0\0\0\0 broken")
    project.active_model = str(broken)
    open_project(qtbot, context, project)
    panel.start()
    qtbot.waitUntil(lambda: bool(panel.errors))
    assert broken.name in str(panel.errors[0])
    assert not panel.running
    assert panel.button.isEnabled()


def test_closing_the_window_while_it_prepares_starts_nothing(qtbot, panel, context, project, monkeypatch):
    correct(project, 3)
    open_project(qtbot, context, project)
    pretend(monkeypatch, "import time; time.sleep(60)")
    panel.start()
    assert panel.bar.label.text() == "Preparing the training…", "it may wait for the saves"
    panel.shutdown()
    context.jobs.shutdown()
    qtbot.wait(50)
    assert panel._run is None


def test_the_details_have_the_classes_and_the_matrix(qtbot, panel, context, project, monkeypatch):
    correct(project, 3)
    open_project(qtbot, context, project)
    pretend(monkeypatch, result_line(BEFORE, AFTER))
    panel.start()
    qtbot.waitUntil(lambda: panel.result.isVisibleTo(panel))
    with qtbot.waitSignal(panel.details_requested, timeout=1000) as heard:
        panel.result.details_button.click()
    outcome, classes, choice = heard.args
    assert isinstance(outcome, TrainingOutcome)
    assert choice == "undecided"
    dialog = TrainingResultDialog(outcome, classes, choice)
    qtbot.addWidget(dialog)
    text = [[dialog.table.item(r, c).text() for c in range(4)] for r in range(3)]
    assert text == [
        ["Mean", "40.0", "55.0", "+15.0"],
        ["dark", "60.0", "70.0", "+10.0"],
        ["bright", "20.0", "–", "–"],
    ]
    np.testing.assert_allclose(dialog.matrix.shares, [[6 / 7, 1 / 7], [1 / 3, 2 / 3]])
    with qtbot.waitSignal(dialog.used, timeout=1000):
        dialog.use_button.click()


def test_a_class_that_the_model_before_could_not_name_has_no_iou_before(qtbot):
    table = ScoreTable()
    qtbot.addWidget(table)
    table.set_scores(BEFORE, AFTER, None, {"dark"})
    assert [table.item(1, column).text() for column in range(4)] == ["dark", "–", "70.0", "–"]
    assert "did not know this class" in table.item(1, 1).toolTip()
    assert "did not know this class" in table.item(1, 3).toolTip()
    assert not table.item(2, 1).toolTip()


def test_confusion_shares_are_of_the_row(qtbot):
    from app.training.confusion_matrix import CELL, ConfusionView

    view = ConfusionView()
    qtbot.addWidget(view)
    matrix = ConfusionMatrix(2)
    matrix.update(np.array([[0, 0, 0, 1]], np.uint8), np.array([[0, 0, 1, 1]], np.uint8))
    view.set_matrix(CLASSES.names, matrix.scores(CLASSES.names).confusion)
    np.testing.assert_allclose(view.shares, [[2 / 3, 1 / 3], [0, 1]])
    assert view.sizeHint().width() > 2 * CELL
    view.resize(view.sizeHint())
    assert not view.grab().isNull()


def test_curves_keep_what_they_are_given_and_paint_it(qtbot):
    curves = Curves()
    qtbot.addWidget(curves)
    curves.resize(280, 260)
    empty = curves.grab().toImage()
    for step in range(10):
        curves.add(step, loss=1.0 / (step + 1))
    curves.add(9, loss=5.0, mean_iou=0.4)
    curves.add(12, mean_iou=0.5)
    assert len(curves.loss) == 10
    assert curves.mean_iou == [(9, 0.4), (12, 0.5)]
    assert curves.grab().toImage() != empty
    assert "50.0 %" in curves.accessibleDescription()
    curves.clear()
    assert curves.grab().toImage() == empty


def test_curves_can_be_told_from_both_surfaces():
    from app.appearance.theme import DARK, LIGHT, contrast, palette
    from app.training.curves import IOU_COLOR, LOSS_COLOR

    for theme in (DARK, LIGHT):
        surface = palette(theme).color(QPalette.ColorRole.Window).name()
        for color in (LOSS_COLOR, IOU_COLOR):
            assert contrast(color.name(), surface) >= 3.0


def test_it_fits_a_narrow_dock(panel):
    assert panel.minimumSizeHint().width() <= 280
