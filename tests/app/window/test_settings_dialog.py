"""Every setting is in the dialog, holds at once, and can be reset."""

from __future__ import annotations

import pytest

from app.settings.settings import TABLE, Settings
from app.window.settings_dialog import SettingsDialog
from app.window.settings_table import PAGES
from segcore.editing.brush import Shape

pytestmark = pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise)", extend=True)

ROWS = [row for _, rows in PAGES for row in rows]
ELSEWHERE = {
    "train.keep": "a switch that starts a process",
    "export.format": "remembered", "export.folders": "remembered", "open.folder": "remembered",
    "recent.projects": "remembered", "recent.images": "remembered",
    "hints.dismissed": "a command of the menu Help", "hints.uses": "counted",
    "segment.encoder": "the menu Model", "segment.decoder": "the menu Model",
    "shortcuts": "a dialog of their own",
    "window.geometry": "remembered", "window.state": "remembered", "window.docks": "remembered",
}  # fmt: skip


@pytest.fixture
def dialog(qtbot):
    dialog = SettingsDialog(Settings())
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: len(dialog.controls) == len(ROWS))
    return dialog


def test_only_the_page_that_is_seen_is_there_at_once(qtbot):
    settings = Settings()
    last = PAGES[-1][1][-1]
    settings[last.key] = _other(last.key)
    dialog = SettingsDialog(settings)
    qtbot.addWidget(dialog)
    assert set(dialog.controls) == {row.key for row in PAGES[0][1]}
    assert dialog.reset_all.isEnabled(), "another page has something to be reset"
    dialog.names.setCurrentRow(len(PAGES) - 1)
    assert set(dialog.controls) == {row.key for page in (PAGES[0], PAGES[-1]) for row in page[1]}
    assert dialog._resets[last.key].isEnabled()
    dialog.reset_all.click()
    assert settings[last.key] == TABLE[last.key].default
    qtbot.waitUntil(lambda: len(dialog.controls) == len(ROWS))
    assert len({id(control) for control in dialog.controls.values()}) == len(ROWS)


def test_the_tab_key_goes_through_the_page_before_the_buttons(dialog):
    dialog.show()
    for number, (_, rows) in enumerate(PAGES):
        dialog.names.setCurrentRow(number)
        way, at = [], dialog.names.nextInFocusChain()
        while at is not dialog.names:
            way.append(at)
            at = at.nextInFocusChain()
        places = [way.index(dialog.controls[row.key]) for row in rows]
        assert places == sorted(places)
        assert places[-1] < way.index(dialog.reset_all)


def _other(key):
    of = TABLE[key]
    if of.choices:
        return next(choice for choice in of.choices if choice != of.default)
    return not of.default if isinstance(of.default, bool) else of.default + 1


def test_every_setting_is_in_the_dialog_or_has_a_place_of_its_own():
    of_the_tab_view = [key for key in TABLE if key.startswith("view.")]
    assert sorted([*(row.key for row in ROWS), *ELSEWHERE, *of_the_tab_view]) == sorted(TABLE)


def test_every_choice_has_a_name_and_every_row_says_what_it_does(dialog):
    for row in ROWS:
        assert set(row.names) >= set(TABLE[row.key].choices)
        assert row.help.endswith(".")
        assert dialog.controls[row.key].accessibleName()


def test_a_change_holds_at_once_and_is_reset(dialog):
    settings = dialog._settings
    dialog.controls["brush.radius"].setValue(40.0)
    dialog.controls["theme"].setCurrentIndex(3)
    dialog.controls["live"].setChecked(False)
    dialog.controls["train.seed"].setValue(7)
    assert (settings["brush.radius"], settings["theme"], settings["live"]) == (40.0, "contrast", False)
    assert dialog.restart.isHidden()
    dialog._resets["theme"].click()
    assert dialog.controls["theme"].currentIndex() == 0
    assert not dialog._resets["theme"].isEnabled()
    dialog.reset_all.click()
    assert all(settings[row.key] == TABLE[row.key].default for row in ROWS)
    assert dialog.controls["train.seed"].value() == 0
    assert not dialog.reset_all.isEnabled()


def test_what_needs_a_restart_says_so(dialog):
    dialog.controls["language"].setCurrentIndex(1)
    assert not dialog.restart.isHidden()
    assert dialog._settings["language"] == "en"


def test_a_share_is_shown_in_per_cent_and_kept_as_a_share(dialog):
    assert dialog.controls["worklist.good_enough"].value() == 1.0
    dialog.controls["worklist.good_enough"].setValue(2.5)
    assert dialog._settings["worklist.good_enough"] == pytest.approx(0.025)


def test_showing_a_value_does_not_change_it(qtbot):
    settings = Settings()
    settings["train.minutes"] = 1.23456
    qtbot.addWidget(SettingsDialog(settings))
    assert settings["train.minutes"] == 1.23456


def test_the_window_follows(qtbot, opened):
    settings, options = opened.settings, opened.canvas.options
    opened.actions_["settings"].trigger()
    dialog = opened.setting.dialog
    qtbot.waitUntil(dialog.isVisible)
    assert not dialog.isModal()
    qtbot.waitUntil(lambda: len(dialog.controls) == len(ROWS))
    dialog.controls["brush.radius"].setValue(22.0)
    dialog.controls["smart.radius"].setValue(9.0)
    assert options.radius == 22.0
    opened.canvas.set_tool("smart")
    assert options.radius == 9.0
    options.set_radius(5.0)
    assert dialog.controls["smart.radius"].value() == 5.0
    settings["brush.shape"] = "square"
    assert options.shape is Shape.SQUARE
    options.set_shape(Shape.ROUND)
    assert settings["brush.shape"] == "round"
    settings["pen.pressure"] = False
    assert not options.pressure
    settings["memory.history"] = 100
    assert opened.document.history.max_bytes == 100_000_000
    settings["autosave.seconds"] = 2.0
    assert (opened.autosaver._latest.interval(), opened.autosaver._quiet.interval()) == (2000, 1000)
    settings["memory.features"] = 64
    assert opened.live._features._kept().budget == 64_000_000
    settings["theme"] = "contrast"
    assert opened.actions_["theme_contrast"].isChecked()
