"""Predictions through a real network and a real project: who gets them, and who keeps what was painted."""

import threading

import numpy as np
import pytest
from PIL import Image

from app.document.document import Document
from app.document.loaded_image import load_image
from app.jobs.job_runner import JobRunner
from app.prediction.device_lane import remaining_ids
from app.prediction.predictions import Predictions
from app.settings.settings import Settings
from segcore.crf import Crf, CrfParameters
from segcore.errors import CheckpointError, MaskwrightError
from segcore.images.blending import Piece
from segcore.labels.class_mapping import ClassMapping
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance, State
from segcore.models import consent
from segcore.prediction import large_image
from segcore.project.index import ImageRecord
from segcore.project.project import Project

CLASSES = ClassSet.from_names(["ground", "tree", "sky"])
WAIT = 30000


def save_constant(path, classes, winner):
    """Write a checkpoint that gives every pixel the same class."""
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
    save_checkpoint(
        path, Model(segmenter, "starter", classes, Preprocess(), path.stem, {"mean_iou": 0.5}, []), half=True
    )
    return path


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoints")
    return {
        "tree": save_constant(folder / "tree.safetensors", CLASSES, 1),
        "sky": save_constant(folder / "sky.safetensors", CLASSES, 2),
        "foreign": save_constant(folder / "foreign.safetensors", ClassSet.from_names(["cat", "dog"]), 1),
    }


@pytest.fixture
def project(tmp_path, checkpoints):
    images = tmp_path / "images"
    images.mkdir()
    for number in range(4):
        Image.new("RGB", (48, 40), (number * 40, 80, 80)).save(images / f"{number}.png")
    with Project.create(tmp_path / "p.maskwright", images, CLASSES) as found:
        found.active_model = str(checkpoints["tree"])
        yield found


@pytest.fixture
def bench(qtbot, project):
    class Bench:
        document, jobs, settings = Document(), JobRunner(), Settings()

    bench = Bench()
    bench.engine = Predictions(bench.document, bench.jobs, bench.settings)
    bench.errors, bench.said = [], []
    bench.engine.error.connect(bench.errors.append)
    bench.engine.message.connect(bench.said.append)
    bench.document.set_project(project)
    yield bench
    bench.jobs.shutdown()


def settle(qtbot, bench):
    qtbot.waitUntil(lambda: not bench.jobs.busy, timeout=WAIT)
    qtbot.wait(30)
    qtbot.waitUntil(lambda: not bench.jobs.busy, timeout=WAIT)


def painted(value=0, rows=10):
    label_map = LabelMap.blank(40, 48)
    label_map.labels[:rows] = value
    label_map.provenance[:rows] = Provenance.PAINTED
    return label_map


def test_warming_up_names_device_and_model(qtbot, bench, checkpoints):
    with qtbot.waitSignal(bench.engine.device_changed, timeout=WAIT) as heard:
        bench.engine.warm_up()
    assert heard.args[0]
    qtbot.waitUntil(lambda: bench.engine.active is not None, timeout=WAIT)
    assert bench.engine.active.classes == CLASSES
    assert bench.engine.active.key == str(checkpoints["tree"])
    assert bench.engine.device == heard.args[0]


def test_an_image_that_is_being_loaded_gets_its_prediction_once_it_is_shown(qtbot, bench, project):
    loaded, document = threading.Event(), bench.document

    def load():
        found = load_image(project, "0.png")
        loaded.wait(10)
        return found

    def show(found):
        document.coming = None
        document.show(found)

    document.show(load_image(project, "0.png"))
    predicting = bench.engine.predict_current()
    document.clear_image()
    document.coming = "0.png"
    bench.jobs.submit("io", load).succeeded.connect(show)
    qtbot.waitUntil(lambda: predicting.finished, timeout=WAIT)
    loaded.set()
    settle(qtbot, bench)
    assert document.undo_name == "Accept prediction"
    assert (document.label_map.labels == 1).all()
    assert project.load_labels("0.png").label_map.state() is State.NEW, "nobody wrote the files of the image behind it"


def test_opening_a_project_fetches_nothing(qtbot, bench, project, monkeypatch):
    monkeypatch.setattr("segcore.models.catalogue.fetch", lambda *_: pytest.fail("nobody asked for this"))
    project.active_model = "deeplabv3_resnet101"
    with qtbot.waitSignal(bench.engine.warm_up().succeeded, timeout=WAIT):
        pass
    assert bench.engine.active is None
    assert not bench.errors


@pytest.mark.parametrize("kept_as_a_whole", [1 << 30, 0], ids=["small", "large"])
def test_a_prediction_fills_what_nobody_painted_as_one_edit(qtbot, bench, project, monkeypatch, kept_as_a_whole):
    monkeypatch.setattr("segcore.prediction.large_image.ORDINARY_BYTES", kept_as_a_whole)
    project.save_label_map("0.png", painted())
    bench.document.show(load_image(project, "0.png"))
    bench.engine.predict_current()
    settle(qtbot, bench)
    assert not bench.errors
    labels = bench.document.label_map.labels
    assert (labels[:10] == 0).all()
    assert (labels[10:] == 1).all()
    assert bench.document.undo_name == "Accept prediction"
    assert project.load_prediction("0.png").model == "tree"
    bench.document.undo()
    assert (bench.document.label_map.labels[10:] == 255).all()
    assert bench.document.undo_name == ""


@pytest.mark.parametrize("kept_as_a_whole", [1 << 30, 0], ids=["small", "large"])
def test_the_setting_chooses_the_crfs_engine(qtbot, bench, project, monkeypatch, kept_as_a_whole):
    used = []

    def pieces(crf, image, probabilities):
        used.append(crf)
        yield Piece(slice(0, 40), slice(0, 48), np.asarray(probabilities[::-1], np.float32))

    monkeypatch.setattr("segcore.prediction.large_image.ORDINARY_BYTES", kept_as_a_whole)
    monkeypatch.setattr(Crf, "pieces", pieces)
    bench.settings["predict.crf"] = "fast"
    bench.settings["device"] = "cpu"
    project.set_setting("crf", {"w1": 6.0, "protected": ["sky", "gone"]})
    bench.document.show(load_image(project, "0.png"))
    bench.engine.predict_current()
    settle(qtbot, bench)
    assert not bench.errors
    assert used == [Crf(CrfParameters(w1=6.0), "fast", "cpu", protected=(2,))]
    assert project.load_prediction("0.png").model == "tree"


def test_what_is_painted_meanwhile_stays(qtbot, bench, project):
    bench.document.show(load_image(project, "0.png"))
    bench.engine.predict_current()
    bench.document.replace(painted(), "Paint")
    settle(qtbot, bench)
    labels = bench.document.label_map.labels
    assert (labels[:10] == 0).all()
    assert (labels[10:] == 1).all()


def test_a_result_for_an_image_that_was_left_goes_to_its_files(qtbot, bench, project):
    project.save_label_map("0.png", painted())
    bench.document.show(load_image(project, "0.png"))
    bench.engine.predict_current()
    bench.document.show(load_image(project, "1.png"))
    settle(qtbot, bench)
    assert bench.document.prediction is None
    assert (bench.document.label_map.labels == 255).all()
    kept = project.load_label_map("0.png")
    assert (kept.labels[:10] == 0).all()
    assert (kept.labels[10:] == 1).all()


def test_a_result_for_a_picture_that_was_replaced_meanwhile_is_dropped_and_told(qtbot, bench, project):
    bench.document.show(load_image(project, "0.png"))
    bench.engine.predict_current()
    Image.new("RGB", (48, 40), (9, 9, 9)).save(project.image_path("0.png"))
    bench.document.show(load_image(project, "0.png"))
    settle(qtbot, bench)
    assert "The image was replaced while it was predicted: predict it again." in bench.said
    assert bench.document.prediction is None
    assert (bench.document.label_map.labels == 255).all()
    assert not project.prediction_path("0.png").exists()


def test_a_batch_that_saw_another_picture_than_the_one_on_the_screen_says_so(qtbot, bench, project):
    bench.document.show(load_image(project, "0.png"))
    Image.new("RGB", (48, 40), (9, 9, 9)).save(project.image_path("0.png"))
    bench.engine.predict_all()
    settle(qtbot, bench)
    assert bench.document.prediction is None
    assert "The prediction of 0.png is of another picture" in str(bench.errors[0])
    assert project.load_prediction("0.png") is not None, "it is of the file"


def test_nothing_in_common_asks_the_person_then_goes_on(qtbot, bench, project, checkpoints):
    project.active_model = str(checkpoints["foreign"])
    bench.document.show(load_image(project, "0.png"))
    with qtbot.waitSignal(bench.engine.mapping_needed, timeout=WAIT) as heard:
        bench.engine.predict_current()
    need = heard.args[0]
    assert need.model_classes.names == ["cat", "dog"]
    assert not bench.errors
    bench.engine.set_mapping(need.model_classes, ClassMapping((("cat", None), ("dog", 2))))
    settle(qtbot, bench)
    bench.engine.predict_current()
    settle(qtbot, bench)
    assert (bench.document.label_map.labels == 2).all()


@pytest.mark.parametrize("kept_as_a_whole", [1 << 30, 0], ids=["small", "large"])
def test_all_others_are_predicted_and_a_broken_file_is_summed_up(qtbot, bench, project, monkeypatch, kept_as_a_whole):
    tiled, pieces = [], large_image.pieces
    monkeypatch.setattr(large_image, "pieces", lambda *a, **k: tiled.append(a[1].shape) or pieces(*a, **k))
    monkeypatch.setattr(large_image, "ORDINARY_BYTES", kept_as_a_whole)
    project.import_labels("0.png", np.zeros((40, 48), np.uint8))
    project.save_label_map("1.png", painted())
    (project.images / "3.png").write_bytes(b"no image")
    bench.document.show(load_image(project, "2.png"))
    with qtbot.waitSignal(bench.engine.batch_finished, timeout=WAIT) as heard:
        bench.engine.predict_all()
    settle(qtbot, bench)
    report = heard.args[0]
    assert report.done == 2
    assert [key for key, _ in report.failures] == ["3.png"]
    assert len(bench.errors) == 1
    assert "1 " in bench.errors[0].message
    assert "3.png" in bench.errors[0].message
    assert tiled == ([] if kept_as_a_whole else [(40, 48, 3)] * 2)
    assert project.state("0.png") == State.DONE
    assert project.load_prediction("0.png") is None
    begun = project.load_label_map("1.png")
    assert (begun.labels[:10] == 0).all()
    assert (begun.labels[10:] == 1).all()
    assert (bench.document.label_map.labels == 1).all()
    assert bench.document.prediction is not None
    assert bench.document.undo_name == "Accept prediction"
    assert {r.id: r.uncertainty is not None for r in project.records()}["2.png"]


def test_labels_of_a_batch_wait_packed_until_they_can_be_written(qtbot, bench, project):
    """An import or a merge may take minutes, while thousands of images are predicted."""
    go_on, waiting = threading.Event(), []
    bench.jobs.submit("io", lambda: go_on.wait(30))
    bench.engine._written.connect(lambda _project, _image_id, labels: waiting.append(labels))
    bench.engine.predict_all()
    qtbot.waitUntil(lambda: len(waiting) == 4, timeout=WAIT)
    assert project.state("3.png") == State.NEW
    assert all(len(labels.args[0]) < 48 * 40 / 10 for labels in waiting)
    go_on.set()
    settle(qtbot, bench)
    assert (project.load_label_map("3.png").labels == 1).all()


def test_a_batch_passes_over_images_that_are_known_as_unreadable_with_one_sentence(qtbot, bench, project):
    for name in ("0.png", "2.png"):
        (project.images / name).write_bytes(b"no image")
        project.look_at(name)
    with qtbot.waitSignal(bench.engine.batch_finished, timeout=WAIT) as heard:
        bench.engine.predict_all()
    settle(qtbot, bench)
    report = heard.args[0]
    assert (report.done, report.failures, report.passed_over) == (2, [], 2)
    assert bench.said[-1] == "2 images predicted. 2 unreadable images were passed over."
    assert bench.errors == []


def test_a_cancelled_batch_says_nothing_of_being_done(qtbot, bench, project):
    finished = []
    bench.engine.batch_finished.connect(finished.append)
    job = bench.engine.predict_all()
    assert bench.engine.predict_all() is job
    job.cancel()
    settle(qtbot, bench)
    assert finished == []
    assert bench.errors == []


def test_a_model_becomes_the_projects_only_when_it_loads(qtbot, bench, project, checkpoints, tmp_path):
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(checkpoints["sky"].read_bytes()[:5000])
    bench.engine.use_model(str(broken))
    settle(qtbot, bench)
    assert isinstance(bench.errors[0], CheckpointError)
    assert "broken.safetensors" in bench.errors[0].message
    assert bench.engine.model_key == str(checkpoints["tree"])
    bench.engine.use_model(str(checkpoints["sky"]))
    settle(qtbot, bench)
    assert project.active_model == str(checkpoints["sky"])
    assert bench.engine.active.name == "sky"


def test_an_imported_checkpoint_is_copied_into_the_project(qtbot, bench, project, checkpoints):
    bench.engine.import_checkpoint(checkpoints["sky"])
    settle(qtbot, bench)
    assert [info.name for info in project.checkpoints()] == ["sky"]
    assert bench.engine.model_key == str(project.checkpoints()[0].path)
    assert not bench.errors


def test_a_file_that_is_no_checkpoint_is_not_imported(qtbot, bench, project, tmp_path):
    path = tmp_path / "notes.pth"
    path.write_bytes(b"hello, I am no model")
    bench.engine.import_checkpoint(path)
    settle(qtbot, bench)
    assert project.checkpoints() == []
    assert isinstance(bench.errors[0], MaskwrightError)
    assert "notes.pth" in bench.errors[0].message


def test_a_published_model_that_cannot_be_fetched_keeps_the_old_one(qtbot, bench, project, checkpoints):
    consent.go_offline("test")
    bench.engine.use_model("lraspp_mobilenetv3")
    settle(qtbot, bench)
    assert "lraspp_mobilenet_v3_large-d234d4ea.pth" in str(bench.errors[0])
    assert "weights" in bench.errors[0].remedy
    assert bench.engine.model_key == str(checkpoints["tree"])


def test_what_the_device_had_to_do_is_said_once(qtbot, bench, project, monkeypatch):
    from segcore.prediction import Predictor

    real = Predictor.probabilities

    def noted(self, image):
        self.notes.append("cuda: out of memory, continuing on the CPU")
        return (yield from real(self, image))

    monkeypatch.setattr(Predictor, "probabilities", noted)
    bench.document.show(load_image(project, "0.png"))
    bench.engine.predict_current()
    settle(qtbot, bench)
    monkeypatch.undo()
    bench.engine.predict_current()
    settle(qtbot, bench)
    assert bench.said == ["cuda: out of memory, continuing on the CPU"]


def test_without_anything_open_it_says_so(qtbot, bench):
    assert bench.engine.predict_current() is None
    bench.document.set_project(None)
    assert bench.engine.predict_all() is None
    assert len(bench.said) == 2


def test_images_nobody_worked_on_come_first():
    records = [
        ImageRecord(name, 1, 1, state, None, None, None)
        for name, state in (
            ("done", State.DONE),
            ("begun", State.IN_PROGRESS),
            ("predicted", State.PREDICTED),
            ("new", State.NEW),
        )
    ]
    records.append(records[-1]._replace(id="damaged", unreadable="It is truncated."))
    assert remaining_ids(records) == ["new", "predicted", "begun"]
    assert remaining_ids(records, only_remaining=False) == ["new", "predicted", "begun", "done"]
