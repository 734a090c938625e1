import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from segcore.crf import CrfParameters, crf_available, process, refine, shutdown
from segcore.errors import CrfError
from segcore.progress import drive

needs_engine = pytest.mark.skipif(not crf_available(), reason="pydensecrf2 is not installed")


def scene(height=14, width=18, channels=3, seed=0):
    """A picture in two halves of different colour, with noise, and probabilities that follow it badly."""
    random = np.random.default_rng(seed)
    image = np.full((height, width, 3), (60, 90, 40), np.uint8)
    image[:, width // 2 :] = (180, 160, 200)
    image = np.clip(image + random.normal(0, 6, image.shape), 0, 255).astype(np.uint8)
    logits = random.normal(0, 1, (channels, height, width))
    logits[0, :, : width // 2] += 1
    logits[1, :, width // 2 :] += 1
    probabilities = np.exp(logits)
    return image, (probabilities / probabilities.sum(0)).astype(np.float32)


def brute_force(image, probabilities, p: CrfParameters):
    """Mean field with the full N x N kernels, normalised symmetrically; a pixel counts among its own neighbours."""
    channels, height, width = probabilities.shape
    y, x = np.mgrid[:height, :width]
    place = np.stack([y.ravel(), x.ravel()], 1).astype(float)
    colour = image.reshape(-1, 3).astype(float)
    far = ((place[:, None] - place[None]) ** 2).sum(-1)
    unlike = ((colour[:, None] - colour[None]) ** 2).sum(-1)
    kernel = 0.0
    for weight, k in (
        (p.w1, np.exp(-far / (2 * p.theta_alpha**2) - unlike / (2 * p.theta_beta**2))),
        (p.w2, np.exp(-far / (2 * p.theta_gamma**2))),
    ):
        norm = 1 / np.sqrt(k.sum(1))
        kernel = kernel + weight * norm[:, None] * k * norm[None]
    unary = -np.log(np.maximum(probabilities.reshape(channels, -1).astype(float), 1e-5))
    q = np.exp(-unary)
    q /= q.sum(0)
    for _ in range(p.iterations):
        energy = -unary + q @ kernel  # Potts: agreeing is rewarded by as much as disagreeing costs
        q = np.exp(energy - energy.max(0))
        q /= q.sum(0)
    return q.reshape(channels, height, width)


@needs_engine
@pytest.mark.parametrize(
    "parameters",
    [
        CrfParameters(w1=2, w2=0, theta_alpha=6, theta_beta=30, theta_gamma=3, iterations=3),
        CrfParameters(w1=0, w2=2, theta_alpha=6, theta_beta=30, theta_gamma=3, iterations=3),
        CrfParameters(w1=1, w2=1, theta_alpha=8, theta_beta=25, theta_gamma=2, iterations=5),
    ],
)
def test_the_energy_is_krahenbuehls(parameters):
    # The permutohedral lattice approximates the kernels. Measured mean differences are 0.0015 to 0.0022; standard
    # deviations off by sqrt 2 give 0.0035 to 0.015, doubled weights 0.13.
    image, probabilities = scene()
    found = drive(refine(image, probabilities, parameters))
    expected = brute_force(image, probabilities, parameters)
    assert np.abs(found - expected).mean() < 0.003
    assert np.abs(found - expected).max() < 0.05
    assert (found.argmax(0) == expected.argmax(0)).mean() > 0.99


@needs_engine
def test_borders_follow_the_image():
    image, probabilities = scene(40, 60, 2)
    truth = np.arange(60)[None] >= 30
    before = (probabilities.argmax(0) == truth).mean()
    steps = []
    strong = CrfParameters(w1=4, w2=3, theta_alpha=60, theta_beta=8, theta_gamma=3, iterations=5)
    refined = drive(refine(image, probabilities, strong), steps.append)
    gentle = drive(refine(image, probabilities, CrfParameters()))
    assert (gentle.argmax(0) == truth).mean() > before + 0.05
    assert before < 0.85
    assert (refined.argmax(0) == truth).mean() > 0.99
    np.testing.assert_allclose(refined.sum(0), 1.0, atol=1e-4)
    assert refined.dtype == np.float32
    assert [s.total for s in steps] == [5] * len(steps)


@needs_engine
def test_the_worker_stays_warm_and_shuts_down():
    image, probabilities = scene()
    drive(refine(image, probabilities, CrfParameters()))
    (first,) = process._idle
    drive(refine(image, probabilities, CrfParameters()))
    assert process._idle == [first]
    shutdown()
    assert not first.alive
    assert process._idle == []
    drive(refine(image, probabilities, CrfParameters()))


@needs_engine
def test_closing_kills_the_worker_at_once():
    image, probabilities = scene(500, 600, 12)
    task = refine(image, probabilities, CrfParameters(iterations=100))
    before = set(threading.enumerate())
    next(task)
    for _ in range(8):
        started = time.perf_counter()
        next(task)
        waited = time.perf_counter() - started
    assert waited < 0.5
    started = time.perf_counter()
    task.close()
    assert time.perf_counter() - started < 2.0
    assert set(threading.enumerate()) == before
    assert process._idle == []
    small = scene()
    assert drive(refine(*small, CrfParameters())).shape == small[1].shape


@needs_engine
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_worker_that_dies_is_an_error_and_replaced():
    image, probabilities = scene()
    drive(refine(image, probabilities, CrfParameters()))
    (worker,) = process._idle
    os.kill(worker.pid, signal.SIGSTOP)
    task = refine(image, probabilities, CrfParameters())
    next(task)
    next(task)
    os.kill(worker.pid, signal.SIGKILL)
    with pytest.raises(CrfError, match="ended unexpectedly"):
        drive(task)
    drive(refine(image, probabilities, CrfParameters()))


@needs_engine
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_the_worker_ends_with_its_parent():
    code = "import time; from segcore.crf.process import Worker; w = Worker(); print(w.pid, flush=True); time.sleep(60)"
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        pid = int(parent.stdout.readline())
        os.kill(pid, 0)
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            with open(f"/proc/{pid}/stat") as stat:
                if stat.read().rpartition(")")[2].split()[0] == "Z":
                    return
            os.kill(pid, 0)
        except OSError:
            return
        time.sleep(0.05)
    pytest.fail("the worker outlived its parent")


@needs_engine
def test_a_warm_worker_ends_silently_with_the_interpreter():
    code = (
        "import numpy as np; from segcore.crf import *; from segcore.progress import drive; "
        "drive(refine(np.zeros((9, 9, 3), np.uint8), np.full((2, 9, 9), 0.5, np.float32), CrfParameters()))"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")


@needs_engine
def test_pixels_without_any_probability_are_undecided():
    image, probabilities = scene()
    probabilities[:, 5, 5] = 0
    refined = drive(refine(image, probabilities, CrfParameters()))
    assert np.isfinite(refined).all()
    assert refined[:, 5, 5].argmax() == 0, "its neighbours decide"


def test_one_class_comes_back_unchanged():
    image, probabilities = scene(channels=3)
    np.testing.assert_array_equal(drive(refine(image, probabilities[:1], CrfParameters())), probabilities[:1])


@pytest.mark.parametrize(
    "change",
    [
        lambda i, p: (i, p[:, 1:]),
        lambda i, p: (i[..., 0], p),
        lambda i, p: (i.astype(np.float32), p),
        lambda i, p: (i, np.where(p > 0.5, np.nan, p)),
        lambda i, p: (i, p - 0.5),
        lambda i, p: (i, p[:0]),
    ],
)
def test_bad_input_is_refused(change):
    with pytest.raises(CrfError) as caught:
        drive(refine(*change(*scene()), CrfParameters()))
    assert caught.value.remedy


@pytest.mark.parametrize(
    "bad",
    [
        {"w1": -1},
        {"w2": float("nan")},
        {"theta_alpha": 0},
        {"theta_beta": float("inf")},
        {"theta_gamma": 1e9},
        {"iterations": 0},
        {"iterations": 2.5},
        {"iterations": 10**9},
        {"w1": "4"},
        {"w1": None},
    ],
)
def test_absurd_parameters_are_refused(bad):
    with pytest.raises(CrfError) as caught:
        CrfParameters(**bad)
    assert next(iter(bad)) in caught.value.message


@pytest.mark.parametrize("parameters", [CrfParameters(theta_gamma=0.1), CrfParameters(theta_alpha=0.1)])
def test_reaches_that_overflow_the_lattice_are_refused(parameters):
    image = np.zeros((1, 2000, 3), np.uint8)
    with pytest.raises(CrfError, match="too small"):
        drive(refine(image, np.full((2, 1, 2000), 0.5, np.float32), parameters))


def test_without_the_package_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr(process, "crf_available", lambda: False)
    with pytest.raises(CrfError) as caught:
        drive(refine(*scene(), CrfParameters()))
    assert 'pip install "maskwright[crf]"' in caught.value.remedy
