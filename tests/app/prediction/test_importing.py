"""Importing a network of another library: the dialog asks for what the file does not say."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.document.document import Document
from app.document.loaded_image import load_image
from app.document.records import Records
from app.document.session import Session
from app.jobs.job_runner import JobRunner
from app.prediction.description_dialog import DescriptionDialog
from app.prediction.model_panel import ModelPanel
from app.prediction.predictions import Predictions
from app.settings.settings import Settings
from app.training.training_plan import plan_text, training_plan
from segcore.labels.classes import ClassSet
from segcore.models.checkpoint_info import read_checkpoint_info
from segcore.project.project import Project
from tests.segcore.small_onnx import write

CLASSES = ClassSet.from_names(["ground", "tree", "sky"])
WAIT = 30000
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def project(tmp_path):
    images = tmp_path / "images"
    images.mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (40, 48, 3), np.uint8)
    Image.fromarray(pixels).save(images / "0.png")
    with Project.create(tmp_path / "p", images, CLASSES) as found:
        yield found


@pytest.fixture
def session(qtbot, project):
    document, jobs, settings = Document(), JobRunner(), Settings()
    yield Session(document, jobs, settings, None, Records(document, jobs))
    jobs.shutdown()


@pytest.fixture
def panel(qtbot, session, project):
    found = ModelPanel(session, Predictions(session.document, session.jobs, session.settings))
    qtbot.addWidget(found)
    found.errors = []
    found.error.connect(found.errors.append)
    session.document.set_project(project)
    session.document.show(load_image(project, "0.png"))
    return found


def dialog_for(qtbot, panel, path):
    panel.import_checkpoint(path)
    qtbot.waitUntil(lambda: bool(panel.findChildren(DescriptionDialog)), timeout=WAIT)
    return panel.findChildren(DescriptionDialog)[0]


def test_the_dialog_tries_writes_and_imports(qtbot, panel, session, project, tmp_path):
    path = write(tmp_path / "net.onnx")
    dialog = dialog_for(qtbot, panel, path)
    assert dialog.names.toPlainText().splitlines() == CLASSES.names  # as many as the network has channels
    assert dialog.mean.text() == "0.485, 0.456, 0.406"
    qtbot.waitUntil(dialog.ok.isEnabled, timeout=WAIT)
    assert not dialog.picture.pixmap().isNull()
    assert "%" in dialog.told.text()
    dialog.numbers.setCurrentIndex(3)
    dialog.numbers.activated.emit(3)
    assert not dialog.ok.isEnabled()  # until the new input has been tried
    dialog.order.setCurrentIndex(1)
    dialog.names.setPlainText("ground\ntree\nwater")
    qtbot.waitUntil(dialog.ok.isEnabled, timeout=WAIT)
    dialog.ok.click()
    said = json.loads((tmp_path / "net.json").read_text("utf-8"))
    assert (said["mean"], said["std"], said["scale"], said["channels"]) == ([0] * 3, [1] * 3, 1, "BGR")
    qtbot.waitUntil(lambda: panel._predictions.active is not None, timeout=WAIT)
    version = Path(project.active_model)
    assert version.parent == project.root / "checkpoints"
    assert read_checkpoint_info(version).classes.names == ["ground", "tree", "water"]
    plan = training_plan(project, str(version), seed=0)
    assert not plan.trainable
    assert "only predicts" in plan_text(plan)


def test_a_wrong_number_of_names_cannot_be_written(qtbot, panel, tmp_path):
    dialog = dialog_for(qtbot, panel, write(tmp_path / "net.onnx", channels=2))
    assert dialog.names.toPlainText().splitlines() == ["class 0", "class 1"]
    dialog.names.setPlainText("one")
    assert dialog.count.text() == "1 names for 2 channels"
    qtbot.waitUntil(lambda: "2 output channels" in dialog.told.text(), timeout=WAIT)
    assert not dialog.ok.isEnabled()
    dialog.reject()
    assert not (tmp_path / "net.json").exists()


def test_what_is_no_model_is_an_error(qtbot, panel, tmp_path):
    (tmp_path / "empty").mkdir()
    panel.import_checkpoint(tmp_path / "empty")
    qtbot.waitUntil(lambda: bool(panel.errors), timeout=WAIT)
    assert "empty" in str(panel.errors[0])
    assert [action.text() for action in panel.import_button.menu().actions()] == ["From a file…", "From a folder…"]
