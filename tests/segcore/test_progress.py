from __future__ import annotations

import pytest

from segcore.progress import Progress, drive


def counting(freed, fail_at=None):
    try:
        for done in range(3):
            if done == fail_at:
                raise ValueError("broken")
            yield Progress(done, 3, f"step {done}")
        return "result"
    finally:
        freed.append(True)


def test_fraction():
    assert Progress(1, 4).fraction == 0.25
    assert Progress(5, 4).fraction == 1.0
    assert Progress(5, 0).fraction == 0.0


def test_drive_reports_and_returns():
    freed, seen = [], []
    assert drive(counting(freed), seen.append) == "result"
    assert [step.message for step in seen] == ["step 0", "step 1", "step 2"]
    assert freed == [True]


def test_errors_pass():
    freed = []
    with pytest.raises(ValueError, match="broken"):
        drive(counting(freed, fail_at=1))
    assert freed == [True]


def test_an_interrupt_closes_the_task():
    freed = []

    def interrupt(step):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        drive(counting(freed), interrupt)
    assert freed == [True]
