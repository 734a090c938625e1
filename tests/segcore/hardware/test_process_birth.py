"""The mark of a process that no clock changes."""

from __future__ import annotations

import os
import subprocess
import sys

from segcore.hardware.process_birth import birth
from tests.systems import linux_only

pytestmark = linux_only("other systems keep the time of the start itself")


def test_it_stays_the_same_and_differs_from_process_to_process():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        first, mine = birth(other.pid), birth(os.getpid())
        assert first
        assert first == birth(other.pid)
        assert first != mine
        assert first.split("/")[0] == mine.split("/")[0], "the same boot"
        assert other.stdin is not None
        other.stdin.close()
        other.wait()
        assert birth(other.pid) == "", "there is no such process any more"
