"""A new version is used at once when it is shown to be better, and otherwise only by a click; scripts stand in for the
training process, checkpoints are real."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from PySide6.QtWidgets import QWidget

from app.prediction.predictions import Predictions
from app.training.result_dialog import TrainingResultDialog
from app.training.result_notice import ResultNotice
from app.training.training_outcome import comparison_from_json, comparison_text
from app.training.training_panel import TrainingPanel
from app.training.training_run import TrainingOrder
from segcore.labels.classes import ClassSet
from segcore.metrics.image_counts import ImageCounts, total
from segcore.models.architectures import build
from segcore.models.checkpoint import save_checkpoint
from segcore.models.lineage import fingerprint
from segcore.models.model import Model
from segcore.models.preprocess import Preprocess
from segcore.project.project import Project
from segcore.training.comparison import Verdict, judge
from segcore.training.dataset import Pair

CLASSES = ClassSet.from_names(["dark", "bright"])


@pytest.fixture
def project(tmp_path):
    images = tmp_path / "images"
    images.mkdir()
    labels = np.zeros((64, 64), np.uint8)
    labels[:, 32:] = 1
    for number in range(3):
        Image.fromarray(np.repeat(labels[..., None] * 180, 3, 2)).save(images / f"{number}.png")
    with Project.create(tmp_path / "p", images, CLASSES) as found:
        for number in range(3):
            found.import_labels(f"{number}.png", labels)
        found.active_model = str(checkpoint(found.new_checkpoint_path()))
        yield found


@pytest.fixture
def panel(qtbot, context, project):
    found = TrainingPanel(context, Predictions(context.document, context.jobs, context.settings))
    qtbot.addWidget(found)
    found.errors, found.said = [], []
    found.error.connect(found.errors.append)
    found._model.error.connect(found.errors.append)
    found.message.connect(found.said.append)
    context.document.set_project(project)
    settle(qtbot, context)
    yield found
    found.shutdown()


@pytest.fixture
def notice(qtbot, panel):
    above = QWidget()
    qtbot.addWidget(above)
    found = ResultNotice(panel, above)
    yield found
    above.close()


def settle(qtbot, context):
    qtbot.waitUntil(lambda: not context.jobs.busy, timeout=60000)
    qtbot.wait(20)
    qtbot.waitUntil(lambda: not context.jobs.busy, timeout=60000)


def checkpoint(path: Path, lineage=()) -> Path:
    torch.manual_seed(0)
    network = build("starter", 2).eval()
    save_checkpoint(path, Model(network, "starter", CLASSES, Preprocess(), path.stem, lineage=list(lineage)))
    return path


def measured(right: list[int]) -> list[ImageCounts]:
    return [
        ImageCounts.from_counts(f"{n}.png", np.array([[100, 0, 0], [100 - each, each, 0]]))
        for n, each in enumerate(right)
    ]


def comparison(old: list[int], new: list[int], part="all"):
    sides = [measured(old), measured(new)]
    pairs = [Pair(image.key, Path(image.key), Path(image.key), part=part) for image in sides[0]]
    return judge(*sides, pairs, CLASSES), *(total(side, 2).scores(CLASSES.names) for side in sides)


BETTER = comparison([40, 45, 50, 45, 40], [80, 82, 88, 79, 81])
NOT_SHOWN = comparison([50, 50, 50, 50, 50], [90, 30, 70, 40, 50])
TOO_FEW = comparison([40, 45], [80, 82])
FIRST = (judge(None, measured([80]), [Pair("0.png", Path("0.png"), Path("0.png"))], CLASSES), None, TOO_FEW[2])


def train(qtbot, panel, context, monkeypatch, case, damaged=False):
    """Run a script that writes a checkpoint and a result line, as a training does."""
    found, before, after = case
    line = {
        "event": "result",
        "checkpoint": "x",
        "before": None if before is None else before.to_json(),
        "after": after.to_json(),
        "comparison": found.to_json(),
        "seconds": 1,
    }
    source = checkpoint(panel._session.document.project.root / "new.safetensors")
    if damaged:
        data = bytearray(source.read_bytes())
        data[-100] ^= 0xFF
        source.write_bytes(data)
    code = f"import shutil; shutil.copy({str(source)!r}, OUT); print({json.dumps(line)!r})"
    monkeypatch.setattr(TrainingOrder, "arguments", lambda self: ["-c", code.replace("OUT", repr(str(self.out)))])
    panel.start()
    qtbot.waitUntil(lambda: panel.promotion.outcome is not None)
    settle(qtbot, context)


def test_a_better_version_is_used_at_once_and_one_click_goes_back(qtbot, panel, context, project, monkeypatch):
    assert BETTER[0].verdict is Verdict.BETTER
    before = project.active_model
    train(qtbot, panel, context, monkeypatch, BETTER)
    assert Path(project.active_model).name == "version-002.safetensors"
    assert panel.result.choice == "used"
    assert "in use now. Better on the held-out images: +" in panel.result.verdict.text()
    assert panel.result.back_button.isVisibleTo(panel)
    assert not panel.result.use_button.isVisibleTo(panel)
    assert panel.predict_button.isVisibleTo(panel)
    assert not (project.root / "training").exists()
    panel.result.back_button.click()
    settle(qtbot, context)
    assert project.active_model == before
    assert (project.root / "checkpoints/version-002.safetensors").is_file()
    assert panel.result.choice == "decided"
    assert panel.errors == []


def test_the_notice_above_the_image_goes_back_too(qtbot, panel, notice, context, project, monkeypatch):
    before = project.active_model
    train(qtbot, panel, context, monkeypatch, BETTER)
    assert "in use now" in notice.label.text()
    assert notice.back_button.isVisibleTo(notice)
    notice.back_button.click()
    settle(qtbot, context)
    assert project.active_model == before


@pytest.mark.parametrize(("case", "why"), [(NOT_SHOWN, "not shown to be better"), (TOO_FEW, "too few to judge")])
def test_what_is_not_shown_to_be_better_is_kept_and_used_by_a_click(
    qtbot, panel, notice, context, project, monkeypatch, case, why
):
    before = project.active_model
    train(qtbot, panel, context, monkeypatch, case)
    assert project.active_model == before
    assert why in panel.result.verdict.text()
    assert why in notice.label.text()
    assert not notice.back_button.isVisibleTo(notice)
    assert panel.result.use_button.text() == "Use it anyway"
    assert panel.result.use_button.property("primary") is False
    panel.result.use_button.click()
    settle(qtbot, context)
    assert Path(project.active_model).name == "version-002.safetensors"
    assert panel.result.choice == "used"
    assert panel.errors == []


def test_the_first_version_that_knows_the_classes_is_recommended_however_few_images_are_held_out(
    qtbot, panel, notice, context, project, monkeypatch
):
    before = project.active_model
    train(qtbot, panel, context, monkeypatch, FIRST)
    assert project.active_model == before, "a person decides"
    assert "knows none of these classes" in panel.result.verdict.text()
    assert panel.result.use_button.text() == "Use new version"
    assert panel.result.use_button.property("primary") is True
    assert panel.errors == []


def test_a_damaged_version_leaves_the_model_in_use_and_can_be_tried_again(qtbot, panel, context, project, monkeypatch):
    before = project.active_model
    train(qtbot, panel, context, monkeypatch, BETTER, damaged=True)
    assert project.active_model == before
    assert panel.result.choice == "undecided"
    assert "could not be loaded" in panel.result.verdict.text()
    assert "damaged" in str(panel.errors[0])


def test_a_result_of_another_project_decides_nothing(qtbot, panel, context, project, monkeypatch):
    train(qtbot, panel, context, monkeypatch, NOT_SHOWN)
    before = project.active_model
    context.document.set_project(None)
    panel.promotion.use_new()
    panel.promotion.go_back()
    settle(qtbot, context)
    assert project.active_model == before
    assert panel.result.isHidden()


def test_the_dialog_shows_intervals_images_and_confusions(qtbot, panel, context, project, monkeypatch):
    train(qtbot, panel, context, monkeypatch, NOT_SHOWN)
    dialog = TrainingResultDialog(panel.promotion.outcome, CLASSES, panel.result.choice)
    qtbot.addWidget(dialog)
    low, high = NOT_SHOWN[0].interval
    assert dialog.table.item(0, 4).text() == f"−{-100 * low:.1f} … +{100 * high:.1f}"
    assert [dialog.changes.images.item(row, 0).text() for row in range(5)] == [
        "1.png",
        "3.png",
        "4.png",
        "2.png",
        "0.png",
    ]
    assert dialog.changes.confusions.item(0, 0).text() == "bright taken for dark"
    assert dialog.changes.confusions.item(0, 3).text() == "−30"
    with qtbot.waitSignal(dialog.used, timeout=1000):
        dialog.use_button.click()
    used = TrainingResultDialog(panel.promotion.outcome, CLASSES, "used")
    qtbot.addWidget(used)
    assert not hasattr(used, "use_button")
    with qtbot.waitSignal(used.back, timeout=1000):
        used.back_button.click()


def test_each_verdict_has_a_sentence():
    one = comparison([40], [80])[0]
    assert "1 held-out image is too few" in comparison_text(one)
    assert "only parts of one image" in comparison_text(comparison([40], [80], part="validate")[0])
    assert "about 25 corrected images" in comparison_text(one)
    assert "bright became much worse" in comparison_text(
        replace(BETTER[0], verdict=Verdict.NOT_SHOWN, collapsed=("bright",))
    )
    assert comparison_text(BETTER[0]).startswith("Better on the held-out images: +")
    assert "because it is worse" in comparison_text(comparison([80, 82, 88, 79, 81], [40, 45, 50, 45, 40])[0])


def test_a_damaged_comparison_is_none():
    assert comparison_from_json(BETTER[0].to_json()) == BETTER[0]
    for data in (None, 3, {}, {"verdict": "better"}, BETTER[0].to_json() | {"classes": [1]}):
        assert comparison_from_json(data) is None


def test_the_report_is_written_in_the_background_and_opened(qtbot, panel, context, project, monkeypatch):
    from PySide6.QtGui import QDesktopServices

    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()) or True)
    step = {"measured_on": [fingerprint(f"{n}.png") for n in range(3)], "mean_iou_before": 0.5}
    path = project.new_checkpoint_path()
    checkpoint(path, [{**step, "trained_from": Path(project.active_model).stem}])
    with qtbot.waitSignal(panel.report.written, timeout=60000) as heard:
        panel.report.make(path)
    (found,) = heard.args
    assert found == project.root / "reports/version-002.html"
    assert opened == [found.as_posix()]
    assert "version-001" in found.read_text("utf-8")
    assert panel.errors == []
    assert "being written" in panel.said[0]


def test_a_report_that_cannot_be_made_says_why(qtbot, panel, context, project):
    with qtbot.waitSignal(panel.error, timeout=60000) as heard:
        panel.report.make(Path(project.active_model))
    assert "None of the images" in str(heard.args[0])
