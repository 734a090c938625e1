from __future__ import annotations

import pytest

from app.window.action_row import Row
from app.window.key_map import holder, keys_in_force, normal, override_for, shown, why_not

SOME = (Row("a", "A", "File", "Ctrl+K F2"), Row("b", "B", "File", "Q"), Row("c", "C", "File", "Q"))


def test_a_key_that_a_person_chose_is_taken_from_the_defaults():
    keys = keys_in_force({"b": ["Ctrl+K"]}, SOME)
    assert keys == {"a": ("F2",), "b": ("Ctrl+K",), "c": ("Q",)}


def test_of_two_choices_the_first_of_the_table_wins():
    assert keys_in_force({"c": "F9", "a": ["F9", "F9"], "b": ""}, SOME) == {"a": ("F9",), "b": (), "c": ()}


def test_what_is_no_key_is_left_out():
    assert keys_in_force({"a": ["", "no such key at all"]}, SOME)["a"] == ()
    assert normal("shift+ctrl+z") == "Ctrl+Shift+Z"


def test_an_override_that_says_the_default_is_not_kept():
    changed = override_for("redo", ["Ctrl+R"], {"next": ""})
    assert changed == {"redo": ["Ctrl+R"], "next": []}
    assert override_for("redo", ["Ctrl+Shift+Z", "Ctrl+Y"], changed) == {"next": []}


@pytest.mark.parametrize("key", ["Space", "Tab", "Esc", "Return", "Up", "Alt+F"])
def test_keys_with_a_meaning_of_their_own_cannot_be_used(key):
    assert why_not(key)


def test_every_default_can_be_used():
    assert [key for keys in keys_in_force({}).values() for key in keys if why_not(key)] == []


def test_the_holder_of_a_key():
    keys = keys_in_force({})
    assert holder("Ctrl+P", keys) == "predict"
    assert holder("Ctrl+P", keys, but="predict") == ""
    assert holder("Ctrl+Alt+F12", keys) == ""


def test_keys_of_the_same_name_are_shown_once():
    assert shown(["Ctrl+Return", "F2", "Ctrl+Return"]) == f"{shown(['Ctrl+Return'])}, F2"
