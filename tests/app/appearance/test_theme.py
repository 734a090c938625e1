from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPushButton,
    QSlider,
    QToolButton,
    QTreeWidget,
    QVBoxLayout,
    QWidget,
)

from app.appearance.icons import icon
from app.appearance.plain_text import plain_question
from app.appearance.theme import DARK, HIGH_CONTRAST, LIGHT, Look, apply_theme, contrast, palette, style_sheet
from app.settings.settings import Settings

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints|raise|grabbing", extend=True)

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


@pytest.mark.parametrize("theme", [DARK, LIGHT, HIGH_CONTRAST])
@pytest.mark.parametrize(("text", "ground"), ON)
def test_text_can_be_read(theme, text, ground):
    least = 7.0 if theme is HIGH_CONTRAST else 4.5
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= least


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
    qtbot.waitUntil(lambda: not look.change.turns.running)
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == LIGHT.window
    qapp.setStyleSheet("")


def test_disabled_text_is_told_apart():
    colors = palette(LIGHT)
    group = QPalette.ColorGroup
    assert colors.color(group.Disabled, QPalette.ColorRole.Text) != colors.color(group.Active, QPalette.ColorRole.Text)


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize("theme", [DARK, LIGHT, HIGH_CONTRAST])
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


def primary():
    button = QPushButton("MMMM")
    button.setProperty("primary", "true")
    return button


def slider():
    return QSlider(Qt.Orientation.Horizontal)


def flat():
    button = QPushButton("MMMM")
    button.setFlat(True)
    return button


def checked_tool():
    button = QToolButton(text="MMMM", checkable=True, checked=True)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button


@pytest.mark.parametrize(
    "make",
    [QPushButton, primary, flat, checked_tool, QComboBox, QCheckBox, slider, QDoubleSpinBox, QLineEdit, QTreeWidget],
)
@pytest.mark.parametrize("theme", [DARK, LIGHT, HIGH_CONTRAST])
def test_the_focus_is_always_seen_and_changes_no_size(qtbot, qapp, theme, make):
    apply_theme(theme)
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    other, widget = QPushButton("other"), make()
    layout.addWidget(other)
    layout.addWidget(widget)
    window.resize(300, 200)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    other.setFocus()
    before, size = widget.grab().toImage(), widget.size()
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(widget.hasFocus)
    qtbot.wait(10)
    after = widget.grab().toImage()
    assert widget.size() == size
    ring = [
        (x, y)
        for x in range(after.width())
        for y in range(after.height())
        if after.pixelColor(x, y) != before.pixelColor(x, y)
        and contrast(after.pixelColor(x, y).name(), theme.window) >= 4.5
    ]
    assert len(ring) >= 20
    qapp.setStyleSheet("")


@pytest.mark.parametrize("theme", [DARK, LIGHT, HIGH_CONTRAST])
def test_a_popup_list_has_a_frame_and_its_chosen_row_can_be_read(qtbot, qapp, theme):
    apply_theme(theme)
    box = QComboBox()
    qtbot.addWidget(box)
    box.addItems(["One", "Two"])
    box.show()
    box.showPopup()
    view = box.view()
    picture = view.grab().toImage()
    middle = picture.height() // 2
    assert contrast(picture.pixelColor(0, middle).name(), theme.surface) >= 3
    colors = {picture.pixelColor(x, 8).name() for x in range(4, picture.width() - 4)}
    assert theme.accent in colors
    box.hidePopup()
    qapp.setStyleSheet("")


@pytest.mark.parametrize("theme", [DARK, LIGHT, HIGH_CONTRAST])
def test_the_icon_of_the_chosen_line_of_a_menu_is_seen(qtbot, qapp, theme):
    apply_theme(theme)
    menu = QMenu()
    qtbot.addWidget(menu)
    menu.addAction(icon("square", theme), "One")  # a filled square
    action = menu.actions()[0]
    menu.popup(menu.pos())
    menu.setActiveAction(action)
    picture, row = menu.grab().toImage(), menu.actionGeometry(action)
    ground = picture.pixelColor(row.right() - 12, row.center().y()).name()
    assert ground != theme.surface
    left = [picture.pixelColor(x, row.center().y()).name() for x in range(row.left() + 4, row.left() + 24)]
    assert max(contrast(each, ground) for each in left) >= 4.5
    menu.close()
    qapp.setStyleSheet("")


def test_every_icon_of_the_style_is_there():
    for theme in (DARK, LIGHT, HIGH_CONTRAST):
        paths = re.findall(r'url\("([^"]+)"\)', style_sheet(theme))
        assert len(paths) >= 6
        for path in paths:
            assert not QIcon(path).pixmap(12, 12).isNull(), path


def test_a_message_box_is_not_indented(qtbot, qapp):
    parent = QWidget()
    qtbot.addWidget(parent)
    box = plain_question(parent)
    box.setText("Remove the class?")
    box.setInformativeText("Its labels become unlabelled.")
    box.addButton("Remove", QMessageBox.ButtonRole.DestructiveRole)
    box.open()
    lefts = {box.findChild(QWidget, f"qt_msgbox_{name}").x() for name in ("label", "informativelabel", "buttonbox")}
    assert len(lefts) == 1
    box.reject()


def strongest(image, theme):
    """Return the largest contrast of a pixel of the middle of the picture, where the text is, to the window."""
    middle = range(image.height() // 3, 2 * image.height() // 3)
    inside = range(image.width() // 4, 3 * image.width() // 4)
    return max(contrast(image.pixelColor(x, y).name(), theme.window) for y in middle for x in inside)
