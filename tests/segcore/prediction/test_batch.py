import threading

import numpy as np
import pytest
import torch
from PIL import Image

from segcore.crf import Crf, CrfParameters, crf_available
from segcore.errors import LabelError
from segcore.labels.classes import ClassSet
from segcore.models.model import Model
from segcore.models.preprocess import Preprocess
from segcore.prediction import Predictor
from segcore.prediction.batch import BatchItem, predict_many
from segcore.progress import drive
from tests.segcore.bare_network import BareNetwork


class Brightness(BareNetwork):
    """Two classes: dark and bright."""

    def __init__(self):
        super().__init__()
        self.num_classes = 2
        self.scale = torch.nn.Parameter(torch.tensor(2.0))

    def forward(self, x):
        bright = x.mean(1, keepdim=True) * self.scale
        return {"out": torch.cat([-bright, bright], 1)}


@pytest.fixture
def predictor() -> Predictor:
    classes = ClassSet.from_names(["dark", "bright"])
    preprocess = Preprocess((0.5,) * 3, (0.5,) * 3)
    return Predictor(Model(Brightness(), "brightness", classes, preprocess, "brightness"), "cpu")


@pytest.fixture
def items(tmp_path) -> list[BatchItem]:
    found = []
    for number in range(6):
        path = tmp_path / f"{number}.png"
        Image.fromarray(np.full((40, 50 + number, 3), 40 * number, np.uint8)).save(path)
        found.append(BatchItem(path.name, path))
    return found


def threads() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("predict-")]


def test_every_image_is_written_in_order(predictor, items):
    written, steps = [], []
    report = drive(
        predict_many(predictor, items, lambda i, image, p: written.append((i.key, image.shape, p.shape, p[1].mean()))),
        steps.append,
    )
    assert (report.done, report.failures) == (6, [])
    assert [w[:3] for w in written] == [(f"{n}.png", (40, 50 + n, 3), (2, 40, 50 + n)) for n in range(6)]
    assert [w[3] > 0.5 for w in written] == [False] * 4 + [True] * 2
    done = [step.done for step in steps]
    assert done == sorted(done)
    assert (steps[0].done, steps[-1].done, steps[-1].total) == (0, 6, 6)
    assert not threads()


def test_bad_images_and_failed_writes_are_reported_and_the_rest_goes_on(predictor, items):
    items[1].image_path.write_bytes(b"")
    items[4].image_path.unlink()
    written = []

    def write(item, image, probabilities):
        if item.key == "2.png":
            raise OSError(28, "No space left on device")
        if item.key == "3.png":
            raise LabelError("no", "sorry")
        written.append(item.key)

    report = drive(predict_many(predictor, items, write))
    assert report.done == 2
    assert written == ["0.png", "5.png"]
    messages = dict(report.failures)
    assert set(messages) == {"1.png", "2.png", "3.png", "4.png"}
    assert "empty" in messages["1.png"]
    assert "No space left" in messages["2.png"]


def test_closing_leaves_no_thread_and_writes_nothing_more(predictor, items):
    written, wait = [], threading.Event()

    def write(item, image, probabilities):
        wait.wait(5)
        written.append(item.key)

    task = predict_many(predictor, items, write)
    while not threads() or "predict-write_0" not in threads():
        next(task)
    wait.set()
    task.close()
    assert not threads()
    assert len(written) < 6


def test_a_bug_in_the_writer_ends_the_task(predictor, items):
    def write(item, image, probabilities):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        drive(predict_many(predictor, items, write))
    assert not threads()


def test_none_at_all(predictor):
    assert drive(predict_many(predictor, [], lambda *a: None)).done == 0


@pytest.mark.skipif(not crf_available(), reason="pydensecrf2 is not installed")
def test_the_crf_comes_before_the_writer(predictor, items):
    plain, refined = [], []
    crf = Crf(CrfParameters(), "exact")
    drive(predict_many(predictor, items[3:4], lambda i, image, p: plain.append(p)))
    drive(predict_many(predictor, items[3:4], lambda i, image, p: refined.append(p), crf))
    assert refined[0].shape == plain[0].shape
    assert (refined[0][0] > plain[0][0]).all(), "neighbours that agree make each other surer"


@pytest.mark.timeout(60)
def test_an_image_that_is_a_program_does_not_end_the_batch(predictor, items):
    head = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n"
    for item, body in zip(items, (head + b"{} loop", head[:30], b"%!PS"), strict=False):
        item.image_path.write_bytes(body)
    written = []
    report = drive(predict_many(predictor, items, lambda item, *_: written.append(item.key)))
    assert [key for key, _ in report.failures] == ["0.png", "1.png", "2.png"]
    assert all("no image of a format" in text for _, text in report.failures)
    assert written == ["3.png", "4.png", "5.png"]
