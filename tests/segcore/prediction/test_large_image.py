import errno
import shutil

import numpy as np
import pytest
import torch
from torch import nn

from segcore.errors import DeviceError, ProjectError
from segcore.labels.classes import ClassSet
from segcore.models.model import Model
from segcore.models.preprocess import Preprocess
from segcore.prediction import PredictOptions, Predictor, to_labels
from segcore.prediction.large_image import is_large, predict_large
from segcore.progress import drive
from tests.segcore.bare_network import BareNetwork

CLASSES = ClassSet.from_json([{"index": 7, "name": "a"}, {"index": 0, "name": "b"}, {"index": 200, "name": "c"}])


class Small(BareNetwork):
    """Two 3x3 convolutions; refuses more than ``room`` pixels."""

    def __init__(self, room: int = 1 << 60):
        super().__init__()
        torch.manual_seed(0)
        self.num_classes, self.room = 3, room
        self.body = nn.Conv2d(3, 8, 3, padding=1)
        self.head = nn.Conv2d(8, 3, 3, padding=1)

    def forward(self, x):
        if x.shape[-2] * x.shape[-1] > self.room:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return {"out": 4 * self.head(torch.tanh(self.body(x)))}


def predictor(short_side: int | None = None, room: int = 1 << 60, tile: int | None = 128) -> Predictor:
    model = Model(Small(room), "small", CLASSES, Preprocess(short_side=short_side), "small")
    return Predictor(model, "cpu", PredictOptions(tile=tile, prepare=False))


def picture(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


def labelled(probabilities: np.ndarray) -> np.ndarray:
    return to_labels(probabilities, CLASSES)


@pytest.mark.parametrize("shape", [(300, 421), (20, 500), (500, 7)])
def test_the_files_hold_what_predicting_in_memory_gives(shape, tmp_path):
    image = picture(*shape)
    whole = drive(predictor().probabilities(image))
    steps = []
    out, shares = tmp_path / "deep" / "l.npy", tmp_path / "deep" / "p.npy"
    labels = drive(predict_large(predictor(), image, labelled, out, shares), steps.append)
    assert isinstance(labels, np.memmap)
    np.testing.assert_array_equal(labels, to_labels(whole, CLASSES))
    np.testing.assert_array_equal(np.load(shares), whole.astype(np.float16))
    assert {path.name for path in out.parent.iterdir()} == {"l.npy", "p.npy"}
    assert [step.done for step in steps] == list(range(len(steps)))
    assert all(step.detail["seconds_left"] >= 0 for step in steps[1:])


def test_a_large_strip_lies_in_a_file_that_is_gone_afterwards(tmp_path, monkeypatch):
    monkeypatch.setattr("segcore.prediction.large_image.STRIP_BYTES", 1000)
    image = picture(300, 421)
    whole = drive(predictor().probabilities(image))
    labels = drive(predict_large(predictor(), image, labelled, tmp_path / "l.npy"))
    np.testing.assert_array_equal(labels, to_labels(whole, CLASSES))
    assert [path.name for path in tmp_path.iterdir()] == ["l.npy"]


def test_a_model_that_resizes_answers_in_bands(tmp_path, monkeypatch):
    monkeypatch.setattr("segcore.prediction.large_image._BAND", 50)
    image = picture(301, 430)
    whole = drive(predictor(100).probabilities(image))
    shares = tmp_path / "p.npy"
    labels = drive(predict_large(predictor(100), image, labelled, tmp_path / "l.npy", shares))
    np.testing.assert_allclose(np.load(shares), whole, atol=1e-3)
    assert (labels == to_labels(whole, CLASSES)).mean() > 0.9999


def test_an_answer_too_large_to_be_enlarged_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("segcore.prediction.large_image.RESIZED_BYTES", 1000)
    with pytest.raises(DeviceError, match="142 x 100"):
        drive(predict_large(predictor(100), picture(301, 430), labelled, tmp_path / "l.npy"))
    assert not list(tmp_path.iterdir())


def test_closing_removes_the_unfinished_files(tmp_path):
    (tmp_path / "l.npy").write_bytes(b"old")
    task = predict_large(predictor(), picture(300, 421), labelled, tmp_path / "l.npy", tmp_path / "p.npy")
    for _ in range(3):
        next(task)
    assert len(list(tmp_path.iterdir())) == 3
    task.close()
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_a_full_disk_is_told_before_the_work(tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
    with pytest.raises(ProjectError) as caught:
        next(predict_large(predictor(), picture(300, 421), labelled, tmp_path / "l.npy"))
    assert "l.npy" in caught.value.message
    assert "space" in caught.value.remedy
    assert caught.value.__cause__.errno == errno.ENOSPC
    assert not list(tmp_path.iterdir())


def test_out_of_memory_begins_again_with_smaller_tiles(tmp_path):
    image, p = picture(512, 600), predictor(room=200 * 200, tile=256)
    labels = drive(predict_large(p, image, labelled, tmp_path / "l.npy"))
    assert p.notes
    whole = drive(predictor(tile=None).probabilities(image))
    assert (labels == to_labels(whole, CLASSES)).mean() > 0.9999


def test_large_is_what_probabilities_weigh():
    assert not is_large(4000, 4000, 11)
    assert is_large(4000, 4000, 21)
    assert is_large(10000, 10000, 3)
