import numpy as np
import pytest
from PIL import Image

from segcore.images.indexed_png import read_indexed_png
from segcore.labels.classes import ClassSet
from segcore.models.model import Model
from segcore.models.preprocess import Preprocess
from segcore.prediction import PredictOptions, Predictor, batch, large_image, to_labels
from segcore.prediction.batch import BatchItem, ResultFiles, predict_into_files, predict_many
from segcore.progress import drive
from tests.segcore.prediction.small_network import Small

CLASSES = ClassSet.from_json([{"index": 7, "name": "a"}, {"index": 0, "name": "b"}])


@pytest.fixture
def predictor():
    model = Model(Small(2), "small", CLASSES, Preprocess(), "small")
    return Predictor(model, "cpu", PredictOptions(tile=128, prepare=False))


@pytest.fixture
def items(tmp_path):
    random = np.random.default_rng(0)
    for name, shape in (("a", (200, 301)), ("b", (40, 40))):
        Image.fromarray(random.integers(0, 256, (*shape, 3), np.uint8)).save(tmp_path / f"{name}.png")
    (tmp_path / "c.png").write_bytes(b"no picture")
    return [BatchItem(name, tmp_path / f"{name}.png") for name in "abc"]


def into(predictor, out):
    """Return what predicts large images into this folder."""

    def predict_large(item, image):
        files = ResultFiles(out / f"{item.key}.png", out / f"{item.key}.npz")
        return predict_into_files(predictor, image, files, lambda shares: to_labels(shares, CLASSES), CLASSES)

    return predict_large


def test_results_are_those_of_predicting_in_memory(predictor, items, tmp_path, monkeypatch):
    monkeypatch.setattr(large_image, "ORDINARY_BYTES", 0)
    out, steps = tmp_path / "out", []
    report = drive(predict_many(predictor, items, None, predict_large=into(predictor, out)), steps.append)
    assert report.done == 2
    ((key, message),) = report.failures
    assert (key, "c.png" in message) == ("c", True)
    assert any("about" in step.message and step.message.startswith("a: ") for step in steps)
    assert {path.name for path in out.iterdir()} == {"a.png", "a.npz", "b.png", "b.npz"}
    for item in items[:2]:
        whole = drive(predictor.probabilities(np.array(Image.open(item.image_path))))
        np.testing.assert_array_equal(read_indexed_png(out / f"{item.key}.png"), to_labels(whole, CLASSES))
        with np.load(out / f"{item.key}.npz", allow_pickle=False) as data:
            assert data["classes"].tolist() == ["a", "b"]
            np.testing.assert_array_equal(data["probabilities"], whole.astype(np.float16))


def test_only_large_images_are_predicted_piece_by_piece_each_in_its_turn(predictor, items, tmp_path, monkeypatch):
    monkeypatch.setattr(large_image, "ORDINARY_BYTES", 100_000)
    done = []

    def predict_large(item, image):
        done.append(("large", item.key, image.shape[:2]))
        yield from into(predictor, tmp_path / "out")(item, image)

    def write(item, image, probabilities):
        done.append(("whole", item.key, image.shape[:2]))

    order = [items[1], items[0], items[1]]
    report = drive(predict_many(predictor, order, write, predict_large=predict_large))
    assert (report.done, report.failures) == (3, [])
    assert done == [("whole", "b", (40, 40)), ("large", "a", (200, 301)), ("whole", "b", (40, 40))]


@pytest.mark.parametrize("steps", [2, 5, 9, 10, 11])
def test_closing_at_any_time_leaves_no_unfinished_file(predictor, items, tmp_path, monkeypatch, steps):
    monkeypatch.setattr(large_image, "ORDINARY_BYTES", 0)
    out = tmp_path / "out"
    task = predict_many(predictor, items[:1], None, predict_large=into(predictor, out))
    for _ in range(steps):
        next(task)
    task.close()
    assert not out.exists() or {path.name for path in out.iterdir()} <= {"a.png", "a.npz"}


def test_a_full_disk_fails_this_image_only(predictor, items, tmp_path, monkeypatch):
    def full(path, *rest):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(large_image, "ORDINARY_BYTES", 100_000)
    monkeypatch.setattr(batch, "write_indexed_png_rows", full)
    written, out = [], tmp_path / "out"
    task = predict_many(predictor, items[:2], lambda item, *_: written.append(item.key), None, into(predictor, out))
    report = drive(task)
    assert [key for key, _ in report.failures] == ["a"]
    assert "Free some space" in report.failures[0][1]
    assert written == ["b"]
    assert not list(out.iterdir())
