"""Priority of a process against the window."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.systems import linux_only

AUTOGROUP = Path("/proc/self/autogroup")


@linux_only("/proc")
@pytest.mark.skipif(not AUTOGROUP.exists(), reason="this system has no groups of sessions")
@pytest.mark.parametrize(("leads", "found"), [(True, "nice 19"), (False, "nice 0")])
def test_a_process_lowers_its_own_session_and_no_other(leads: bool, found: str) -> None:
    """It needs a process: the priority of the tests' own session could not be raised again."""
    code = "from segcore.hardware.priority import *; lower_session(19); print(Path('/proc/self/autogroup').read_text())"
    words = [sys.executable, "-c", code]
    if not leads:
        words = [sys.executable, "-c", f"import subprocess; subprocess.run({words!r})"]
    said = subprocess.run(words, start_new_session=True, capture_output=True, text=True, timeout=60, check=True).stdout
    assert said.strip().endswith(found)
