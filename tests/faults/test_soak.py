"""A soak of some seconds, without networks; `make soak` works for an hour, with all chores."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.ledger import Entry, findings, slope
from tests.systems import linux_only

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 5
CHORES = ("paint", "undo_and_redo", "go", "mark_all_done", "command_everywhere")
CALM = Entry(0.0, 500.0, 400.0, 30, 20, 0, {"QAction": 100}, {}, 1.0)


def entries(**growing: list[float]) -> list[Entry]:
    """Eight entries, one each six minutes; some values are given for each."""
    return [replace(CALM, seconds=360.0 * n, **{name: values[n] for name, values in growing.items()}) for n in range(8)]


def test_what_stays_the_same_is_not_found():
    assert findings(entries(), 6) == []
    assert findings(entries(files=[30, 33, 30, 31, 33, 30, 32, 31]), 6) == []


def test_what_grows_is_found():
    assert findings(entries(rss_mb=[500, 510, 520, 530, 540, 550, 560, 570]), 6) == ["rss_mb from 530 to 560 MB"]
    assert findings(entries(files=[30, 30, 30, 31, 32, 34, 38, 40]), 6) == ["files from 31 to 38"]
    assert findings(entries(processes=[0, 0, 0, 0, 0, 1, 1, 1]), 6) == ["processes from 0 to 1"]
    runs = [{"QAction": 100, "ImagesRun": 4 * n} for n in range(8)]
    assert findings(entries(objects=runs), 6) == ["ImagesRun from 12 to 24"]
    assert findings(entries(journal_mb=[193.0] * 8), 6) == ["journal_mb from 0 to 193 MB"]


def test_growth_while_libraries_are_loaded_is_not_judged():
    assert findings(entries(rss_mb=[100, 300] + [500] * 6), 6) == []


def test_slope_is_the_growth_an_hour():
    assert slope(entries(rss_mb=[0, 0, 20, 30, 40, 50, 60, 70]), "rss_mb") == pytest.approx(100)


@linux_only("counts what /proc tells")
def test_some_rounds_of_work_leave_nothing_behind():
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.soak", "--rounds", str(ROUNDS), "--seed", "7", "--only", ",".join(CHORES)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.stdout, done.stderr[-3000:]
    told = json.loads(done.stdout)
    wrong = [
        each for each in told["wrong"] if "computed for more than" not in each
    ]  # what else the machine does counts
    assert not wrong
    assert told["rounds"] == ROUNDS
    assert told["chores"] == dict.fromkeys(CHORES, ROUNDS)
