"""Which engine, on which device, with how much room."""

import numpy as np
import pytest
import torch

from segcore.crf import CrfParameters, engines, process, refine, require_engine
from segcore.crf.engines import Backend
from segcore.errors import CrfError
from segcore.progress import drive

GPU = 8 << 30
on_a_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")


@pytest.fixture
def gpu(monkeypatch):
    """A GPU that has ``room["free"]`` bytes, and a machine with as much as this one's."""
    room = {"free": GPU}
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr("segcore.hardware.device.free_memory", lambda device: room["free"])
    return room


def test_auto_takes_the_gpu_where_it_has_room(gpu):
    for wish in (None, "auto", "cuda"):
        assert Backend.for_choice("auto", wish, 21) == Backend("fast", "cuda")
    for wish in ("cpu", "mps"):
        assert Backend.for_choice("fast", wish, 21) == Backend("fast", "cpu")
    gpu["free"] = 1 << 20
    assert Backend.for_choice("auto", None, 21) == Backend("fast", "cpu")
    assert Backend.for_choice("auto", "cuda", 21) == Backend("fast", "cuda"), "asked for: in small tiles"


def test_without_a_gpu_it_is_the_cpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert Backend.for_choice("auto", None, 2) == Backend("fast", "cpu")
    with pytest.raises(CrfError, match="'cuda'"):
        Backend.for_choice("fast", "cuda", 2)


def test_the_exact_engine_knows_no_device(monkeypatch, gpu):
    monkeypatch.setattr(process, "crf_available", lambda: True)
    assert Backend.for_choice("exact", "cuda", 2) == Backend("exact")
    require_engine("exact")
    monkeypatch.setattr(process, "crf_available", lambda: False)
    with pytest.raises(CrfError, match="pydensecrf2"):
        require_engine("exact")
    with pytest.raises(CrfError, match="no engine 'slow'"):
        require_engine("slow")


def test_the_room_is_that_of_the_place(gpu, monkeypatch):
    monkeypatch.setattr(engines, "available_memory", lambda: 2 << 30)
    here, there = Backend("fast").pixels_in_room(21), Backend("fast", "cuda").pixels_in_room(21)
    assert there == pytest.approx(4 * here)
    assert 1e6 < here < 4e6, "about 650 bytes a pixel, of half of the memory"
    assert Backend("fast").pixels_in_room(4) > 2 * here
    assert Backend("exact").pixels_in_room(21) < here


def test_a_short_reach_takes_more_room(monkeypatch):
    """Then every pixel is a sample: on noise of 1.4 megapixels with 5 classes 2.6 GB were measured."""
    monkeypatch.setattr(engines, "available_memory", lambda: 2 << 30)
    usual, short = (Backend("fast").pixels_in_room(5, CrfParameters(theta_alpha=reach)) for reach in (30.0, 0.1))
    assert usual > 4 * short
    assert short * 1800 < 1 << 30
    assert Backend("exact").pixels_in_room(5, CrfParameters(theta_alpha=0.1)) == Backend("exact").pixels_in_room(5)


@pytest.mark.parametrize(
    "words", ["CUDA out of memory. Tried to allocate 2 GiB", "DefaultCPUAllocator: can't allocate memory: you tried"]
)
def test_a_full_device_is_told_apart_from_other_failures(monkeypatch, words):
    def full(*_):
        raise RuntimeError(words)
        yield

    image, probabilities = np.zeros((4, 5, 3), np.uint8), np.full((2, 4, 5), 0.5, np.float32)
    monkeypatch.setattr("segcore.crf.fast.mean_field_fast", full)
    with pytest.raises(MemoryError):
        drive(Backend("fast").mean_field(image, probabilities, CrfParameters()))

    def broken(*_):
        raise RuntimeError("index 3 is out of bounds")

    monkeypatch.setattr("segcore.crf.fast.mean_field_fast", broken)
    with pytest.raises(RuntimeError, match="bounds"):
        drive(Backend("fast").mean_field(image, probabilities, CrfParameters()))


@on_a_gpu
def test_the_gpu_says_what_the_cpu_says():
    random = np.random.default_rng(0)
    image = np.repeat(np.repeat(random.integers(0, 256, (20, 30, 3), np.uint8), 10, 0), 10, 1)
    probabilities = np.repeat(np.repeat(random.random((5, 25, 37), np.float32), 8, 1), 9, 2)[:, :200, :300] + 0.1
    here, there = (drive(refine(image, probabilities, CrfParameters(4, 1), "fast", each)) for each in ("cpu", "cuda"))
    assert (here.argmax(0) == there.argmax(0)).mean() > 0.995
    np.testing.assert_allclose(there.sum(0), 1.0, atol=1e-4)
