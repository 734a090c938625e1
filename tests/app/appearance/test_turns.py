from __future__ import annotations

from shiboken6 import delete

from app.appearance import turns
from app.appearance.turns import Turns, spread


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


def test_two_pieces_of_work_take_turns(qtbot):
    first, second, made = Turns(), Turns(), []
    first.begin(counted("a", made))
    second.begin(counted("b", made, 2))
    first._take()
    first._take()
    assert made == ["a0"], "both in one turn hold the window up"
    qtbot.waitUntil(lambda: not (first.running or second.running))
    assert made == ["a0", "b0", "a1", "b1", "a2"]


def test_work_whose_object_is_deleted_holds_up_nobody(qtbot):
    first, second, made = Turns(), Turns(), []
    first.begin(counted("a", made))
    second.begin(counted("b", made, 1))
    delete(first)
    qtbot.waitUntil(lambda: not second.running)
    assert made == ["b0"]


def test_a_step_does_as_much_as_its_time_allows(monkeypatch):
    done = []
    assert len(list(spread(range(1000), done.append))) < 20
    assert done == list(range(1000))
    monkeypatch.setattr(turns, "STEP_SECONDS", 0.0)
    assert len(list(spread(range(5), done.append))) == 5
