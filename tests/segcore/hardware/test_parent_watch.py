from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from segcore.hardware.parent_watch import ParentWatch
from segcore.hardware.power import on_battery
from segcore.hardware.priority import half_of_the_cores

ROOT = Path(__file__).resolve().parents[3]
HANGS = """
import sys, time
from segcore.hardware.parent_watch import ParentWatch
ParentWatch(sys.stdin.fileno(), grace=0.2)
print("ready", flush=True)
time.sleep(60)
"""


def test_without_a_pipe_only_stop_ends_the_work():
    watch = ParentWatch()
    assert not watch.wait(0.01)
    watch.stop()
    assert watch.stopping
    assert watch.wait(60.0)


def test_work_that_does_not_stop_is_ended():
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", HANGS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout.readline() == b"ready\n"
        assert process.poll() is None
        began = time.monotonic()
        process.stdin.close()
        assert process.wait(10) == 1
        assert time.monotonic() - began < 5


def test_the_machine_says_whether_it_runs_on_battery():
    assert on_battery() in (True, False)


def test_half_of_the_cores_are_left_alone():
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    assert 1 <= half_of_the_cores() <= max(1, cores // 2)
