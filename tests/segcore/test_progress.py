from __future__ import annotations

import pytest

from segcore.progress import Progress, Steps, drive, mapped


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
    assert Progress(-1e308, 1e-308).fraction == 0.0


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


def test_a_part_is_closed_with_the_whole_and_its_result_goes_on():
    freed = []
    whole = mapped(counting(freed), lambda step: step.part(1, 2, "b"))
    assert [(step.done, step.total, step.message) for step in (next(whole), next(whole))] == [
        (1.0, 2, "b: step 0"),
        (1 + 1 / 3, 2, "b: step 1"),
    ]
    whole.close()
    assert freed == [True]
    assert drive(mapped(counting(freed), lambda step: step)) == "result"


def test_a_change_that_fails_closes_the_part():
    freed = []
    with pytest.raises(ZeroDivisionError):
        drive(mapped(counting(freed), lambda step: 1 / 0))
    assert freed == [True]


def test_a_loop_over_steps_keeps_the_result():
    steps = Steps(counting([]))
    assert [step.done for step in steps] == [0, 1, 2]
    assert steps.result == "result"
