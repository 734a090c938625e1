from __future__ import annotations

import pytest

from app.document.document import Document
from app.tools.policy_menu import PolicyMenu
from segcore.editing import PaintPolicy
from segcore.labels.classes import ClassSet


@pytest.fixture
def document(qtbot):
    document = Document()
    document.set_classes(ClassSet.from_names(["road", "car & van"]))
    return document


@pytest.fixture
def menu(document, qtbot):
    menu = PolicyMenu(document)
    qtbot.addWidget(menu)
    return menu


def choose(menu, text):
    menu.fill()
    next(action for action in menu.actions() if action.text() == text).trigger()


def test_each_row_changes_the_policy_and_the_caption_says_it(menu, document):
    assert menu.caption() == "Paint over: everything"
    choose(menu, "Only unchecked pixels")
    assert document.policy == PaintPolicy(only_free=True)
    assert menu.caption() == "Paint over: unchecked pixels"
    choose(menu, "car && van")
    assert document.policy == PaintPolicy(frozenset({1}), only_free=True)
    assert menu.caption() == "Paint over: car & van, unchecked"
    choose(menu, "Only unchecked pixels")
    choose(menu, "Unlabelled")
    assert document.policy == PaintPolicy(frozenset({1, 255}))
    assert menu.caption() == "Paint over: 2 classes"
    choose(menu, "car && van")
    assert menu.caption() == "Paint over: unlabelled"
    choose(menu, "Everything")
    assert document.policy == PaintPolicy()


def test_what_is_chosen_has_a_tick_and_locks_stay(menu, document):
    document.set_policy(PaintPolicy(frozenset({0}), locked=frozenset({1})))
    menu.fill()
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["road"]
    choose(menu, "Everything")
    assert document.policy == PaintPolicy(locked=frozenset({1}))
