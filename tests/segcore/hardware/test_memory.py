from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from segcore.hardware.memory import available_memory

ROOT = Path(__file__).resolve().parents[3]

RESIDENT = """
import sys
import numpy as np
from segcore.hardware.memory import keep_freed_memory

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096

if sys.argv[1] == "keep":
    keep_freed_memory()
before = resident()
block = np.ones(16 * 2**20, np.uint8)
del block
print(resident() - before)
"""


def kept_bytes(how: str) -> int:
    command = [sys.executable, "-c", RESIDENT, how]
    return int(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it is about glibc")
def test_what_is_freed_stays_at_hand():
    assert kept_bytes("leave") < 2**20
    assert kept_bytes("keep") > 15 * 2**20


def test_free_memory_is_counted_in_bytes_or_guessed(monkeypatch):
    if sys.platform == "linux":
        assert 1 << 20 < available_memory() < 1 << 50
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: "nothing known")
    assert available_memory() == 2 << 30


def test_a_containers_limit_counts(monkeypatch):
    files = {
        "meminfo": "MemTotal: 9 kB\nMemAvailable:   4096 kB\n",
        "memory.max": "3000000\n",
        "memory.current": "1000000",
    }
    monkeypatch.setattr(Path, "read_text", lambda path, **_: files[path.name])
    assert available_memory() == 2_000_000
    files["memory.max"] = "max"
    assert available_memory() == 4096 * 1024
