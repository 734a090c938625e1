from __future__ import annotations

import pytest
from PySide6.QtGui import QPalette

from app.settings import Settings
from app.theme import DARK, LIGHT, Look, contrast, palette

ON = [
    ("text", "window"), ("text", "surface"), ("text", "raised"), ("text", "accent_soft"), ("text", "danger_soft"),
    ("muted", "window"), ("muted", "surface"), ("muted", "raised"), ("muted", "accent_soft"),
    ("on_accent", "accent"), ("accent", "window"), ("accent", "surface"), ("danger", "window"),
    ("danger", "danger_soft"), ("warning", "surface"), ("success", "surface"),
]  # fmt: skip


def test_contrast_of_known_colours():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # WCAG's well-known near miss
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize(("text", "ground"), ON)
def test_text_can_be_read(theme, text, ground):
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= 4.5


def test_the_setting_wins_and_changes_are_told_once(qtbot, qapp):
    settings = Settings()
    settings["theme"] = "dark"
    look = Look(settings)
    assert look.theme is DARK
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.window
    seen = []
    look.changed.connect(seen.append)
    settings["theme"] = "light"
    settings["theme"] = "light"
    assert seen == [LIGHT]
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == LIGHT.window
    qapp.setStyleSheet("")


def test_disabled_text_is_told_apart():
    colors = palette(LIGHT)
    group = QPalette.ColorGroup
    assert colors.color(group.Disabled, QPalette.ColorRole.Text) != colors.color(group.Active, QPalette.ColorRole.Text)
