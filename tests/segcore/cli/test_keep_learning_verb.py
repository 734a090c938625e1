"""``maskwright keep-learning`` as a process: its lines, its priority, and that it never outlives its parent."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from segcore.models.checkpoint_info import read_checkpoint_info
from tests.segcore.training.painted_project import painted_project
from tests.systems import linux_only, posix_only

ROOT = Path(__file__).resolve().parents[3]
LONG = 60.0
"""Seconds; a process at idle priority has no core to itself until others leave one."""

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}

PARENT = """
import subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
print(child.pid, flush=True)
child.wait()
"""


@pytest.fixture
def project(tmp_path):
    with painted_project(tmp_path, 4, 3) as found:
        yield found.root


def words(project, *more):
    rest = [
        "--model",
        "starter",
        "--device",
        "cpu",
        "--attached",
        "--validate-every",
        "0.1",
        "--candidate-every",
        "0.1",
    ]
    return [sys.executable, "-m", "segcore", "keep-learning", str(project), *rest, *more]


def test_it_tells_in_lines_and_stops_when_its_input_is_closed(project):
    with subprocess.Popen(
        words(project, "--priority", "low"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
    ) as process:
        heard = []
        for line in process.stdout:
            heard.append(json.loads(line))
            if heard[-1]["event"] == "result":
                break
        process.stdin.close()
        process.stdout.read()
        assert process.wait(LONG) == 0
    assert heard[0]["event"] == "progress"
    assert any("loss" in each for each in heard)
    result = heard[-1]
    assert result["comparison"]["verdict"] == "too_few"
    assert Path(result["checkpoint"]).name == "candidate.safetensors"
    folder = project / "training" / "keep-learning"
    assert read_checkpoint_info(folder / "state.safetensors").lineage[-1]["continual"] is True
    assert sorted(path.name for path in folder.iterdir()) == ["candidate.safetensors", "state.safetensors"]


@linux_only("looks at what Linux says of the process")
def test_its_priority_is_the_lowest_before_it_loads_torch(project):
    """No more is waited for: at this priority it has no core while others want them."""

    def priority():
        score = Path(f"/proc/{process.pid}/oom_score_adj").read_text().strip()
        return os.sched_getscheduler(process.pid), psutil.Process(process.pid).nice(), score

    with subprocess.Popen(words(project), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT) as process:
        deadline = time.monotonic() + LONG
        while priority() != (os.SCHED_IDLE, 19, "1000") and time.monotonic() < deadline:
            time.sleep(0.02)
        found = priority()
        process.kill()
    assert found == (os.SCHED_IDLE, 19, "1000")


@posix_only("SIGKILL")
def test_it_ends_with_a_parent_that_is_killed(project):
    command = [sys.executable, "-c", PARENT, *words(project, "--priority", "low")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        time.sleep(1.0)  # it may be importing still, or learning already
        assert child.is_running()
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    psutil.wait_procs([child], timeout=LONG)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_what_cannot_be_trained_is_an_error_line(project):
    command = words(project, "--priority", "low")
    command[command.index("starter")] = "no such model"
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
    ) as process:
        last = json.loads(process.stdout.readlines()[-1])
        assert process.wait(LONG) == 1
    assert last["event"] == "error"
    assert "no such model" in last["message"]
    assert last["remedy"]
