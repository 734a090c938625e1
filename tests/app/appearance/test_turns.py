from __future__ import annotations

from app.appearance.turns import Turns


def counted(name, made, count=3):
    for number in range(count):
        made.append(f"{name}{number}")
        yield


def test_one_step_a_turn_until_all_are_taken(qtbot):
    turns, made = Turns(), []
    assert not turns.running
    turns.begin(counted("a", made))
    assert (made, turns.running) == ([], True)
    turns._take()
    assert made == ["a0"]
    qtbot.waitUntil(lambda: not turns.running)
    assert made == ["a0", "a1", "a2"]


def test_new_work_takes_the_place_of_what_is_left(qtbot):
    turns, made = Turns(), []
    turns.begin(counted("a", made))
    turns._take()
    turns.begin(counted("b", made, 2))
    qtbot.waitUntil(lambda: not turns.running)
    assert made == ["a0", "b0", "b1"]
