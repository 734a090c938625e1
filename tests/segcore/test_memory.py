from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

RESIDENT = """
import sys
import numpy as np
from segcore.memory import keep_freed_memory

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
