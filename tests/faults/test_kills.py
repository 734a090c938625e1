"""16 kills at random moments, 2 of them of the real window; `make kills` does hundreds, with any seed."""

from __future__ import annotations

import pytest

from tests.faults.kills import run
from tests.systems import linux_only

SEED, COUNT, WINDOWS = 1, 16, 2

pytestmark = [
    linux_only("forks a process in which Qt is loaded"),
    pytest.mark.timeout(900),
]


def test_whenever_it_is_killed_everything_is_there_but_the_stroke_in_progress():
    kills = list(run(SEED, COUNT, WINDOWS, longest=1.2))
    assert not [str(kill) for kill in kills if kill.wrong]
    assert len(kills) == COUNT
    assert sum(kill.window for kill in kills) == WINDOWS
    assert sum(kill.changes for kill in kills) > 5 * COUNT
