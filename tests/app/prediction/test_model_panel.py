"""Choosing a model, predicting, going back, and the question which class is which."""

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QMessageBox

from app.document.document import Document
from app.document.loaded_image import load_image
from app.document.records import Records
from app.document.session import Session
from app.jobs.job_runner import JobRunner
from app.prediction.model_panel import ModelPanel
from app.prediction.predictions import Predictions
from app.settings.settings import Settings
from segcore.labels.class_mapping import ClassMapping
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.models.lineage import fingerprint
from segcore.project.model_choice import model_choices
from segcore.project.project import Project

CLASSES = ClassSet.from_names(["ground", "tree"])
WAIT = 30000


def save_constant(path, classes, winner, lineage=()):
    import torch

    from segcore.models.catalogue import build
    from segcore.models.checkpoint import save_checkpoint
    from segcore.models.model import Model
    from segcore.models.preprocess import Preprocess

    segmenter = build("starter", len(classes))
    with torch.no_grad():
        for conv in segmenter.classifiers():
            conv.weight.zero_()
            conv.bias.zero_()
            conv.bias[winner] = 4.0
    metrics = {"mean_iou": 0.25}
    save_checkpoint(
        path, Model(segmenter, "starter", classes, Preprocess(), path.stem, metrics, list(lineage)), half=True
    )


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    made_here = {"trained_from": "version-002", "project": "p", "measured_on": [fingerprint("0.png")]}
    save_constant(folder / "tree.safetensors", CLASSES, 1, [{"source": "ImageNet"}, made_here])
    rails = {**made_here, "project": "rails"}
    save_constant(folder / "rails.safetensors", CLASSES, 1, [rails])
    save_constant(folder / "foreign.safetensors", ClassSet.from_names(["cat", "dog"]), 1)
    return folder


@pytest.fixture
def project(tmp_path, files):
    images = tmp_path / "images"
    images.mkdir()
    for number in range(3):
        Image.new("RGB", (48, 40), (number * 40, 80, 80)).save(images / f"{number}.png")
    with Project.create(tmp_path / "p", images, CLASSES) as found:
        for _ in range(2):
            found.new_checkpoint_path().write_bytes((files / "tree.safetensors").read_bytes())
        found.active_model = str(found.checkpoints()[1].path)
        yield found


@pytest.fixture
def context(qtbot, project):
    document, jobs, settings = Document(), JobRunner(), Settings()
    yield Session(document, jobs, settings, None, Records(document, jobs))
    jobs.shutdown()


@pytest.fixture
def panel(qtbot, context, project):
    found = ModelPanel(context, Predictions(context.document, context.jobs, context.settings))
    qtbot.addWidget(found)
    found.errors = []
    found.error.connect(found.errors.append)
    context.document.set_project(project)
    found.refresh()
    settle(qtbot, context)
    return found


def settle(qtbot, context):
    qtbot.wait(20)
    qtbot.waitUntil(lambda: not context.jobs.busy, timeout=WAIT)
    qtbot.wait(20)
    qtbot.waitUntil(lambda: not context.jobs.busy, timeout=WAIT)


def keys(panel):
    return [panel.chooser.itemData(n) for n in range(panel.chooser.count()) if panel.chooser.itemData(n)]


def test_the_choices_are_read_once_for_many_signals(qtbot, context, panel, project, monkeypatch):
    read = []
    monkeypatch.setattr("app.prediction.model_panel.model_choices", lambda of: read.append(of) or model_choices(of))
    context.document.set_project(None)
    context.document.set_project(project)
    context.records.reset.emit()
    settle(qtbot, context)
    assert read == [project]


@pytest.mark.parametrize(
    ("file", "said"), [("rails", "images of the project rails"), ("foreign", "other images, not of this project")]
)
def test_another_projects_score_is_not_shown_as_this_ones(qtbot, context, panel, files, file, said):
    panel.import_checkpoint(files / f"{file}.safetensors")
    settle(qtbot, context)
    panel.refresh()
    settle(qtbot, context)
    assert panel.facts.labels["mean_iou"].text() == f"25.0 % on {said}"
    assert "IoU" not in panel.chooser.currentText()


def test_versions_come_first_then_the_catalogue(panel, project):
    paths = [str(info.path) for info in project.checkpoints()]
    assert set(keys(panel)[:2]) == set(paths)
    assert {"fcn_resnet50", "lraspp_mobilenetv3"} <= set(keys(panel)[2:])
    assert panel.chooser.currentData() == paths[1]
    assert panel.chooser.currentText().startswith("v2 · 20")


def test_the_facts_of_the_model_in_use(panel):
    assert panel.facts.labels["architecture"].text() == "starter"
    assert panel.facts.labels["classes"].text() == "knows 2 of this project's 2"
    assert panel.facts.labels["mean_iou"].text() == "25.0 % on held-out images"
    assert "IoU 25.0 %" in panel.chooser.currentText()
    assert panel.facts.labels["base"].text() == "v2"
    assert "in this project" in panel.facts.labels["place"].text()


def test_what_has_to_be_downloaded_says_so(panel, project):
    fcn = next(choice for choice in model_choices(project) if choice.key == "fcn_resnet50")
    assert fcn.place == "download"
    index = panel.chooser.findData("fcn_resnet50")
    assert "download, 135\u00a0MB" in panel.chooser.itemText(index)


def test_going_back_is_one_click(qtbot, panel, context, project):
    first, second = (str(info.path) for info in project.checkpoints())
    panel.use_model(first)
    settle(qtbot, context)
    assert project.active_model == first
    assert panel.chooser.currentData() == first
    assert "v2" in panel.back_button.text()
    panel.back_button.click()
    settle(qtbot, context)
    assert project.active_model == second
    assert panel.errors == []


@pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
def test_a_download_is_asked_for_first_and_a_failed_one_leaves_the_chooser(qtbot, panel, context, project, monkeypatch):
    asked = []

    def no_network(request, *_handlers):
        asked.append(request.full_url)
        raise OSError("no network")

    def choose():
        index = panel.chooser.findData("lraspp_mobilenetv3")
        panel.chooser.setCurrentIndex(index)
        panel.chooser.activated.emit(index)
        qtbot.waitUntil(lambda: panel.downloading.question is not None)
        return panel.downloading.question

    monkeypatch.setattr("segcore.models.fetch._open", no_network)
    question = choose()
    assert "/lraspp_mobilenet_v3_large-d234d4ea.pth" in question.informativeText()
    assert "12.5 MB" in question.informativeText()
    question.reject()
    settle(qtbot, context)
    assert (asked, panel.errors) == ([], [])
    choose().button(QMessageBox.StandardButton.Cancel).click()
    question = choose()
    next(button for button in question.buttons() if button.text() == "Download").click()
    qtbot.waitUntil(lambda: bool(panel.errors))
    assert [address.rpartition("/")[2] for address in asked] == ["lraspp_mobilenet_v3_large-d234d4ea.pth"]
    assert "lraspp_mobilenet_v3_large-d234d4ea.pth" in str(panel.errors[0])
    assert panel.chooser.currentData() == project.active_model
    assert panel.chooser.currentText().startswith("v2")


def test_remaining_counts_what_is_not_done(qtbot, panel, context, project):
    assert panel.remaining_button.text() == "Predict remaining (3)"
    project.import_labels("0.png", np.zeros((40, 48), np.uint8))
    context.records.refresh()
    settle(qtbot, context)
    assert panel.remaining_button.text() == "Predict remaining (2)"
    for name in ("1.png", "2.png"):
        project.import_labels(name, np.zeros((40, 48), np.uint8))
    context.records.refresh()
    settle(qtbot, context)
    assert not panel.remaining_button.isEnabled()


def test_the_buttons_predict(qtbot, panel, context, project):
    painted = LabelMap.blank(40, 48)
    painted.labels[:4], painted.provenance[:4] = 0, Provenance.PAINTED
    project.save_label_map("1.png", painted)
    assert not panel.predict_button.isEnabled()
    context.document.show(load_image(project, "0.png"))
    assert panel.predict_button.isEnabled()
    panel.predict_button.click()
    assert panel.bar.busy
    settle(qtbot, context)
    assert not panel.bar.busy
    assert (context.document.label_map.labels == 1).all()
    panel.remaining_button.click()
    settle(qtbot, context)
    kept = project.load_label_map("1.png")
    assert (kept.labels[:4] == 0).all()
    assert (kept.labels[4:] == 1).all()
    assert panel.errors == []


def test_cancel_stops_the_batch(qtbot, panel, context):
    panel.predict_remaining()
    panel.bar.button.click()
    settle(qtbot, context)
    assert not panel.bar.busy
    assert panel.errors == []


def test_a_foreign_model_asks_once_and_then_predicts(qtbot, panel, context, project, files):
    context.document.show(load_image(project, "0.png"))
    panel.import_checkpoint(files / "foreign.safetensors")
    settle(qtbot, context)
    assert panel.facts.labels["classes"].text() == "knows 0 of this project's 2"
    with qtbot.waitSignal(panel.mapping_requested, timeout=WAIT) as heard:
        panel.predict_current()
    request = heard.args[0]
    assert request.model_classes.names == ["cat", "dog"]
    assert "shares no class" in request.reason
    assert "fine-tune" in request.reason
    panel.set_mapping(request, ClassMapping((("cat", None), ("dog", 0))))
    settle(qtbot, context)
    assert (context.document.label_map.labels == 0).all()
    assert panel.facts.labels["classes"].text() == "knows 1 of this project's 2"
    assert panel.errors == []


def test_the_mapping_can_be_edited_at_any_time(qtbot, panel):
    with qtbot.waitSignal(panel.mapping_requested, timeout=1000) as heard:
        panel.mapping_button.click()
    assert heard.args[0].mapping == ClassMapping.by_name(CLASSES, CLASSES)


def test_predicting_on_open(qtbot, panel, context, project):
    panel.on_open.setChecked(True)
    assert context.settings["predict.on_open"] is True
    context.document.show(load_image(project, "2.png"))
    settle(qtbot, context)
    assert (context.document.label_map.labels == 1).all()


def test_without_a_project_nothing_can_be_pressed(qtbot, panel, context):
    context.document.set_project(None)
    settle(qtbot, context)
    for button in (panel.predict_button, panel.remaining_button, panel.mapping_button, panel.import_button):
        assert not button.isEnabled()


def test_it_fits_a_narrow_dock(panel):
    assert panel.minimumSizeHint().width() <= 280


@pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
def test_the_list_of_versions_changes_the_model(qtbot, panel, context, project):
    settle(qtbot, context)
    versions = [choice.key for choice in panel._choices if choice.place == "version"]
    assert panel.versions_button.isVisibleTo(panel) == bool(versions)
    dialog = panel.show_versions()
    other = next(n for n, key in enumerate(dialog._keys) if key != panel._predictions.model_key)
    wanted = dialog._keys[other]
    dialog.table.selectRow(other)
    dialog.use_button.click()
    settle(qtbot, context)
    assert panel._predictions.model_key == wanted
