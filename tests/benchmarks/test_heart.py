from __future__ import annotations

import gc
import sys
import threading
import time
from typing import ClassVar

from benchmarks.heart import Heart


class Local:
    """What a slot has while it runs, such as a painter."""

    ends: ClassVar[list[str]] = []

    def __del__(self) -> None:
        Local.ends.append(threading.current_thread().name)


def a_slot() -> int:
    local = Local()
    return sum(range(20_000)) + (local is None)


def test_a_late_beat_is_looked_at_and_what_slots_had_goes_in_their_own_thread(qtbot):
    """A watchdog that held their frames let go of painters and dialogs: the window crashed once in an hour."""
    Local.ends.clear()
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # as if the watchdog were slow
    heart = Heart()
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        a_slot()
    sys.setswitchinterval(before)
    gc.collect()
    collected = heart._garbage.ms
    heart.close()
    assert any("test_heart.py" in each and "a_slot" in each for each in heart._watchdog.main)
    assert collected > 0
    assert set(Local.ends) == {"MainThread"}
