from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from segcore.hardware import memory
from segcore.hardware.memory import available_memory
from tests.systems import linux_only

ROOT = Path(__file__).resolve().parents[3]

RESIDENT = """
import sys
import numpy as np
from segcore.hardware.memory import give_back_freed_memory, keep_freed_memory

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096

if sys.argv[1] != "leave":
    keep_freed_memory()
before = resident()
block = np.ones(16 * 2**20, np.uint8)
del block
if sys.argv[1] == "give back":
    give_back_freed_memory()
print(resident() - before)
"""


def kept_bytes(how: str) -> int:
    command = [sys.executable, "-c", RESIDENT, how]
    return int(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


@linux_only("it is about glibc")
def test_what_is_freed_stays_at_hand():
    assert kept_bytes("leave") < 2**20
    assert kept_bytes("keep") > 15 * 2**20
    assert kept_bytes("give back") < 2**20


def test_free_memory_is_what_the_system_says(monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "_OWN_GROUPS", tmp_path / "nowhere")
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=5 << 30))
    assert available_memory() == 5 << 30


def test_free_memory_here_is_a_sensible_number():
    assert 1 << 20 < available_memory() < 1 << 50


@pytest.fixture
def group(tmp_path, monkeypatch):
    """Make this process a member of the group ``work/box``; return how a file of a group is written."""
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=9_000_000))
    monkeypatch.setattr(memory, "_GROUPS", tmp_path / "groups")
    monkeypatch.setattr(memory, "_OWN_GROUPS", tmp_path / "own")

    def write(where, **files):
        folder = tmp_path / "groups" / where
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name.replace("_", ".", 1)).write_text(text)

    (tmp_path / "own").write_text("4:cpu,memory:/jobs/box\n0::/jobs/box\n")
    return write


@pytest.mark.parametrize("where", ["", "jobs", "jobs/box"])
def test_a_containers_limit_counts_wherever_it_is_set(group, where):
    group(where, memory_max="3000000\n", memory_current="1500000\n", memory_stat="anon 9\ninactive_file 500000\n")
    assert available_memory() == 2_000_000
    group(where, memory_max="max\n")
    assert available_memory() == 9_000_000


def test_limits_of_the_older_control_groups_count(group):
    group(
        "memory/jobs/box",
        memory_limit_in_bytes="3000000",
        memory_usage_in_bytes="4000000",
        memory_stat="cache 7\ntotal_inactive_file 2000000",
    )
    assert available_memory() == 1_000_000
