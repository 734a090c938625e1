import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from segcore.images.indexed_png import read_indexed_png
from segcore.labels.classes import ClassSet
from segcore.models.model import Model
from segcore.models.preprocess import Preprocess
from segcore.models.segmenter import Segmenter
from segcore.prediction import PredictOptions, Predictor, large_batch, large_image, to_labels
from segcore.prediction.batch import BatchItem
from segcore.prediction.large_batch import Places, large_ones, predict_large_many
from segcore.progress import drive

CLASSES = ClassSet.from_json([{"index": 7, "name": "a"}, {"index": 0, "name": "b"}])


class Small(Segmenter):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.num_classes = 2
        self.head = nn.Conv2d(3, 2, 3, padding=1)

    def forward(self, x):
        return {"out": 4 * self.head(x)}


@pytest.fixture
def predictor():
    model = Model(Small(), "small", CLASSES, Preprocess(), "small")
    return Predictor(model, "cpu", PredictOptions(tile=128, prepare=False))


@pytest.fixture
def items(tmp_path):
    random = np.random.default_rng(0)
    for name, shape in (("a", (200, 301)), ("b", (40, 40))):
        Image.fromarray(random.integers(0, 256, (*shape, 3), np.uint8)).save(tmp_path / f"{name}.png")
    (tmp_path / "c.png").write_bytes(b"no picture")
    return [BatchItem(name, tmp_path / f"{name}.png") for name in "abc"]


def test_large_ones_are_told_by_their_headers(predictor, items, monkeypatch):
    monkeypatch.setattr(large_image, "ORDINARY_BYTES", 100_000)
    assert [item.key for item in large_ones(predictor, items)] == ["a"]


def test_results_are_those_of_predicting_in_memory(predictor, items, tmp_path):
    out = tmp_path / "out"

    def places(item):
        return Places(out / f"{item.key}.png", out / f"{item.key}.npz")

    steps = []
    report = drive(
        predict_large_many(predictor, items, places, lambda shares: to_labels(shares, CLASSES), CLASSES), steps.append
    )
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


@pytest.mark.parametrize("steps", [2, 5, 9, 10, 11])
def test_closing_at_any_time_leaves_no_unfinished_file(predictor, items, tmp_path, monkeypatch, steps):
    out = tmp_path / "out"
    task = predict_large_many(
        predictor, items[:1], lambda item: Places(out / "a.png"), lambda shares: to_labels(shares, CLASSES), CLASSES
    )
    for _ in range(steps):
        next(task)
    task.close()
    assert not out.exists() or {path.name for path in out.iterdir()} <= {"a.png"}


def test_a_full_disk_fails_this_image_only(predictor, items, tmp_path, monkeypatch):
    def full(path, *rest):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(large_batch, "write_indexed_png_rows", full)
    report = drive(
        predict_large_many(
            predictor,
            items[:1],
            lambda item: Places(tmp_path / "out" / "a.png"),
            lambda p: to_labels(p, CLASSES),
            CLASSES,
        )
    )
    assert "Free some space" in report.failures[0][1]
    assert not list((tmp_path / "out").iterdir())
