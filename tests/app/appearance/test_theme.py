from __future__ import annotations

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QPushButton, QWidget

from app.appearance.theme import DARK, LIGHT, Look, apply_theme, contrast, palette
from app.settings.settings import Settings

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


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_a_disabled_button_looks_disabled(qtbot, qapp, theme, flat):
    apply_theme(theme)
    window = QWidget()
    qtbot.addWidget(window)
    button = QPushButton("MMMM", window)
    button.setFlat(flat)
    window.resize(button.sizeHint())
    button.resize(window.size())
    enabled = window.grab().toImage()
    button.setEnabled(False)
    assert strongest(window.grab().toImage(), theme) < 0.75 * strongest(enabled, theme)
    qapp.setStyleSheet("")


def strongest(image, theme):
    """Return the largest contrast of a pixel of the middle of the picture, where the text is, to the window."""
    middle = range(image.height() // 3, 2 * image.height() // 3)
    inside = range(image.width() // 4, 3 * image.width() // 4)
    return max(contrast(image.pixelColor(x, y).name(), theme.window) for y in middle for x in inside)
