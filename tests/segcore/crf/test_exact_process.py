import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from segcore.crf import CrfParameters, crf_available, process, shutdown
from segcore.crf.process import mean_field_exact
from segcore.crf.shared import SharedArrays
from segcore.errors import CrfError
from segcore.progress import drive
from tests.systems import linux_only, posix_only

pytestmark = pytest.mark.skipif(not crf_available(), reason="pydensecrf2 is not installed")

SHARED_MEMORY = Path("/dev/shm")


def scene(height=14, width=18, channels=3):
    random = np.random.default_rng(0)
    image = random.integers(0, 256, (height, width, 3), np.uint8)
    probabilities = random.random((channels, height, width), np.float32) + 0.1
    return image, probabilities / probabilities.sum(0)


def shared_names() -> set[str]:
    return {path.name for path in SHARED_MEMORY.iterdir()} if SHARED_MEMORY.is_dir() else set()


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_for_the_end_of(pid: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return
        except psutil.NoSuchProcess:
            return
        time.sleep(0.05)
    pytest.fail("the worker outlived its parent")


@pytest.fixture(autouse=True)
def no_warm_worker_from_before():
    shutdown()


def test_the_worker_stays_warm_and_shuts_down():
    image, probabilities = scene()
    drive(mean_field_exact(image, probabilities, CrfParameters()))
    (first,) = process._idle
    drive(mean_field_exact(image, probabilities, CrfParameters()))
    assert process._idle == [first]
    shutdown()
    assert not first.alive
    assert process._idle == []
    drive(mean_field_exact(image, probabilities, CrfParameters()))


def test_closing_kills_the_worker_at_once():
    image, probabilities = scene(500, 600, 12)
    task = mean_field_exact(image, probabilities, CrfParameters(iterations=100))
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
    assert drive(mean_field_exact(*small, CrfParameters())).shape == small[1].shape


@posix_only("signals")
def test_a_worker_that_dies_is_an_error_and_replaced():
    image, probabilities = scene()
    drive(mean_field_exact(image, probabilities, CrfParameters()))
    (worker,) = process._idle
    os.kill(worker.pid, signal.SIGSTOP)
    task = mean_field_exact(image, probabilities, CrfParameters())
    next(task)
    next(task)
    os.kill(worker.pid, signal.SIGKILL)
    with pytest.raises(CrfError, match="ended unexpectedly"):
        drive(task)
    drive(mean_field_exact(image, probabilities, CrfParameters()))


@posix_only("signals")
def test_the_worker_ends_with_its_parent():
    code = "import time; from segcore.crf.process import Worker; w = Worker(); print(w.pid, flush=True); time.sleep(60)"
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        pid = int(parent.stdout.readline())
        assert psutil.pid_exists(pid)
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()
    wait_for_the_end_of(pid)


def test_a_warm_worker_ends_silently_with_the_interpreter():
    code = (
        "import numpy as np; from segcore.crf import *; from segcore.progress import drive; "
        "drive(refine(np.zeros((9, 9, 3), np.uint8), np.full((2, 9, 9), 0.5, np.float32), CrfParameters(), 'exact')); "
        "import sys; assert 'torch' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")


@linux_only("/proc")
def test_nothing_stays_behind_when_the_parent_is_killed_at_work():
    before = shared_names()
    code = (
        "import time; import numpy as np; from segcore.crf import *; "
        "task = refine(np.zeros((300, 300, 3), np.uint8), np.full((8, 300, 300), 0.5, np.float32), "
        "CrfParameters(iterations=100), 'exact')\n"
        "while next(task).done < 1: pass\n"
        "print('at work', flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        parent.stdout.readline()
        (worker,) = children(parent.pid)
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()
    wait_for_the_end_of(worker)
    assert shared_names() <= before


@linux_only("/proc")
def test_answers_leave_no_descriptor_and_no_name_behind():
    image, probabilities = scene()
    drive(mean_field_exact(image, probabilities, CrfParameters()))
    before, names = len(os.listdir("/proc/self/fd")), shared_names()
    for _ in range(5):
        drive(mean_field_exact(image, probabilities, CrfParameters()))
        task = mean_field_exact(image, probabilities, CrfParameters(iterations=100))
        next(task)
        next(task)
        task.close()
    drive(mean_field_exact(image, probabilities, CrfParameters()))
    assert len(os.listdir("/proc/self/fd")) == before
    assert shared_names() <= names


def test_the_result_is_writeable_and_outlives_the_worker():
    image, probabilities = scene()
    found = drive(mean_field_exact(image, probabilities, CrfParameters()))
    kept = found.copy()
    other = drive(mean_field_exact(image[::-1], probabilities[::-1], CrfParameters()))
    shutdown()
    np.testing.assert_array_equal(found, kept)
    assert np.abs(other - found).max() > 0.1
    found[:] = 0


@posix_only("descriptors")
def test_the_other_process_sees_the_same_memory():
    ours = SharedArrays(2, 3, 5)
    theirs = SharedArrays(2, 3, 5, os.dup(ours.handle))
    ours.image[2, 4] = (1, 2, 3)
    theirs.probabilities[1, 2, 4] = 0.25
    for arrays in (ours, theirs):
        arrays.close()
        assert arrays.image[2, 4].tolist() == [1, 2, 3]
        assert arrays.probabilities[1, 2, 4] == 0.25
        assert (arrays.image.sum(), arrays.probabilities.sum()) == (6, 0.25)


def test_too_little_memory_is_told_apart_from_a_crash(monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(process, "SharedArrays", full)
    with pytest.raises(MemoryError):
        drive(mean_field_exact(*scene(), CrfParameters()))


@pytest.mark.parametrize("parameters", [CrfParameters(theta_gamma=0.1), CrfParameters(theta_alpha=0.1)])
def test_reaches_that_overflow_the_lattice_are_refused(parameters):
    image = np.zeros((1, 2000, 3), np.uint8)
    with pytest.raises(CrfError, match="too small"):
        drive(mean_field_exact(image, np.full((2, 1, 2000), 0.5, np.float32), parameters))


def test_without_the_package_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr(process, "crf_available", lambda: False)
    with pytest.raises(CrfError) as caught:
        drive(mean_field_exact(*scene(), CrfParameters()))
    assert 'pip install "maskwright[crf]"' in caught.value.remedy
