"""12 kills of imports, exports, merges, packing, unpacking and Live; `make kills` does hundreds, with any seed."""

from __future__ import annotations

import pytest

from tests.faults.job import JOBS
from tests.faults.job_kills import run
from tests.systems import linux_only

SEED, COUNT = 1, 12

pytestmark = [linux_only("forks a process"), pytest.mark.timeout(900)]


def test_a_job_that_is_killed_leaves_nothing_half_and_can_be_done_again():
    kills = list(run(SEED, COUNT))
    assert not [str(kill) for kill in kills if kill.wrong]
    assert {kill.job for kill in kills} == set(JOBS)
    assert sum(not kill.ended for kill in kills) >= COUNT // 2
