import gc

import numpy as np
import pytest
import torch
from torch import nn

from segcore.errors import CheckpointError, DeviceError
from segcore.labels.classes import ClassSet
from segcore.models.model import Model
from segcore.models.preprocess import Preprocess
from segcore.prediction import (
    TILE_SIDE,
    WHOLE_PIXELS,
    PredictOptions,
    Predictor,
    choose_device,
    is_out_of_memory,
    to_labels,
)
from segcore.progress import drive
from tests.segcore.bare_network import BareNetwork


class Small(BareNetwork):
    """Two 3x3 convolutions: a pixel sees 2 pixels around it."""

    def __init__(self, num_classes: int = 3, room: int = 1 << 60, error: type[Exception] = torch.OutOfMemoryError):
        super().__init__()
        torch.manual_seed(0)
        self.num_classes, self.room, self.error = num_classes, room, error
        self.body = nn.Conv2d(3, 8, 3, padding=1)
        self.head = nn.Conv2d(8, num_classes, 3, padding=1)
        self.sizes: list[tuple[int, int]] = []

    def forward(self, x):
        assert min(x.shape[-2:]) >= 32
        self.sizes.append(tuple(x.shape[-2:]))
        if x.shape[-2] * x.shape[-1] > self.room:
            raise self.error("CUDA out of memory. Tried to allocate 20.00 GiB")
        return {"out": 4 * self.head(torch.tanh(self.body(x)))}


def predictor(preprocess: Preprocess | None = None, tile: int | None = None, **options) -> Predictor:
    network = Small(**options)
    classes = ClassSet.from_names([f"c{i}" for i in range(network.num_classes)])
    model = Model(network, "small", classes, preprocess or Preprocess(), "small")
    return Predictor(model, "cpu", PredictOptions(prepare=False, tile=tile))


def picture(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


@pytest.mark.parametrize("shape", [(1, 1), (1, 100), (31, 33), (64, 50), (200, 3)])
@pytest.mark.parametrize("short_side", [None, 40])
def test_any_size_gives_probabilities_of_that_size(shape, short_side):
    result = drive(predictor(Preprocess(short_side=short_side)).probabilities(picture(*shape)))
    assert result.dtype == np.float32
    assert result.shape == (3, *shape)
    assert result.min() >= 0
    np.testing.assert_allclose(result.sum(0), 1.0, atol=1e-5)


def test_one_pass_is_the_softmax_of_the_logits():
    image, p = picture(40, 48), predictor()
    with torch.inference_mode():
        expected = p.model.segmenter(p.model.preprocess(image))["out"].softmax(1)[0].numpy()
    np.testing.assert_allclose(drive(p.probabilities(image)), expected, atol=1e-6)


def test_tiles_blend_to_what_one_pass_gives():
    image, p = picture(300, 421), predictor(tile=128)
    whole = drive(predictor().probabilities(image))
    steps = []
    tiled = drive(p.probabilities(image), steps.append)
    assert len(p.model.segmenter.sizes) == len(steps) > 6
    assert max(max(size) for size in p.model.segmenter.sizes) <= 128
    np.testing.assert_allclose(tiled, whole, atol=2e-6)


@pytest.mark.parametrize("error", [torch.OutOfMemoryError, RuntimeError, MemoryError])
def test_out_of_memory_means_smaller_tiles_and_says_so(error):
    image = picture(512, 600)
    whole = drive(predictor().probabilities(image))
    p, steps = predictor(room=200 * 200, error=error), []
    result = drive(p.probabilities(image), steps.append)
    np.testing.assert_allclose(result, whole, atol=2e-6)
    assert len(p.notes) == 2  # 600 -> 288 -> 128
    assert "out of memory" in p.notes[0]
    assert p.notes == [step.message for step in steps if "memory" in step.message]
    failed = len(p.model.segmenter.sizes)
    drive(p.probabilities(image))
    assert len(p.notes) == 2, "the size that fits is remembered"
    assert max(max(s) for s in p.model.segmenter.sizes[failed:]) <= 128


def test_out_of_memory_collects_no_garbage_where_the_collector_is_off():
    """The window's garbage holds objects of Qt, which only its own thread may destroy."""
    ended = []

    class Cycle:
        def __init__(self):
            self.me = self

        def __del__(self):
            ended.append(True)

    gc.disable()
    try:
        Cycle()
        p = predictor(room=200 * 200)
        drive(p.probabilities(picture(512, 600)))
        assert (len(p.notes), ended) == (2, [])
    finally:
        gc.enable()
    drive(predictor(room=200 * 200).probabilities(picture(512, 600)))
    assert ended == [True]


def test_no_room_at_all_is_a_device_error():
    with pytest.raises(DeviceError) as caught:
        drive(predictor(room=10).probabilities(picture(300, 300)))
    assert "300 x 300" in caught.value.message


def test_a_full_accelerator_hands_over_to_the_cpu(monkeypatch):
    p = predictor(room=10)
    p._device = torch.device("meta")  # stands for an accelerator: this machine may have none
    monkeypatch.setitem(TILE_SIDE, "meta", 1024)
    monkeypatch.setitem(WHOLE_PIXELS, "meta", 1 << 40)
    forward = Predictor._forward

    def limited(self, pixels):
        if self.device_name == "meta":
            raise torch.OutOfMemoryError("out of memory")
        self.model.segmenter.room = 1 << 60
        return forward(self, pixels)

    monkeypatch.setattr(Predictor, "_forward", limited)
    result = drive(p.probabilities(picture(200, 200)))
    assert result.shape == (3, 200, 200)
    assert p.device_name == "cpu"
    assert "continuing on the CPU" in p.notes[-1]


def test_other_errors_are_not_taken_for_a_lack_of_memory():
    class BrokenError(ValueError):
        pass

    with pytest.raises(BrokenError):
        drive(predictor(room=10, error=BrokenError).probabilities(picture(64, 64)))
    assert not is_out_of_memory(RuntimeError("shapes differ"))


def test_closing_between_tiles_ends_the_work():
    p = predictor(tile=64)
    task = p.probabilities(picture(256, 256))
    next(task)
    next(task)
    task.close()
    assert len(p.model.segmenter.sizes) == 1
    assert not torch.is_inference_mode_enabled()


def test_devices():
    assert choose_device("cpu") == torch.device("cpu")
    assert choose_device("auto").type in ("cpu", "cuda", "mps")
    with pytest.raises(DeviceError) as caught:
        choose_device("abacus")
    assert "cpu" in caught.value.remedy


def test_labels_are_the_values_of_the_winning_classes():
    classes = ClassSet.from_json([{"index": 9, "name": "a"}, {"index": 4, "name": "b"}, {"index": 0, "name": "c"}])
    probabilities = np.array([[[0.2, 0.4, 0.1]], [[0.5, 0.4, 0.1]], [[0.3, 0.2, 0.8]]], np.float32)
    labels = to_labels(probabilities, classes)
    assert labels.dtype == np.uint8
    assert labels.tolist() == [[4, 9, 0]]


@pytest.mark.parametrize("weight", [float("nan"), float("inf")])
@pytest.mark.parametrize("tile", [None, 64])
def test_an_answer_that_is_no_number_is_told(weight, tile):
    broken = predictor(tile=tile)
    with torch.no_grad():
        broken.model.segmenter.head.bias[1] = weight
    with pytest.raises(CheckpointError, match="'small' gives NaN"):
        drive(broken.probabilities(picture(70, 90)))
