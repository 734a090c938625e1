from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from app.appearance.hint import ENOUGH, KEY, USES, Hint, dismiss_hints, show_hints_again
from app.settings.settings import Settings


@pytest.fixture
def settings():
    return Settings()


@pytest.fixture
def panel(qtbot):
    panel = QWidget()
    qtbot.addWidget(panel)
    return panel


@pytest.fixture
def hint(panel, settings):
    return Hint("view", "Press V.", settings, panel)


def is_shown(hint):
    return hint.isVisibleTo(hint.parentWidget())


def test_a_new_hint_opens_no_window_of_its_own(qapp, settings):
    assert not Hint("view", "Press V.", settings).isVisible()


def test_it_goes_away_after_some_uses_and_comes_back_with_none(panel, hint, settings):
    for _ in range(ENOUGH - 1):
        hint.count_use()
    assert is_shown(hint)
    hint.count_use()
    assert not is_shown(hint)
    assert settings[KEY] == ["view"]
    show_hints_again(settings)
    assert is_shown(hint)
    assert settings[USES] == {}
    hint.count_use()
    assert is_shown(hint)


def test_uses_are_remembered_by_the_settings(panel, hint, settings):
    for _ in range(ENOUGH - 1):
        hint.count_use()
    again = Hint("view", "Press V.", settings, hint.parentWidget())
    again.count_use()
    assert not is_shown(again)


def test_all_hints_are_dismissed_at_once(panel, hint, settings):
    dismiss_hints(settings, ["view", "model"])
    assert not is_shown(hint)
    assert settings[KEY] == ["model", "view"]


def test_a_dismissed_hint_stays_away_when_there_is_room_again(panel, hint):
    hint.set_room(False)
    assert not is_shown(hint)
    hint.set_room(True)
    assert is_shown(hint)
    hint.close_button.click()
    hint.set_room(False)
    hint.set_room(True)
    assert not is_shown(hint)
