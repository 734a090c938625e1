"""The look: palettes for dark, light and high contrast, on Fusion, following the system."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.appearance.style_change import StyleChange, forget_size
from app.appearance.style_rules import RULES
from app.settings.settings import Settings
from resources import resource


@dataclass(frozen=True)
class Theme:
    """The colours of one scheme; text has a contrast of at least 4.5 : 1 (WCAG AA), in high contrast 7 : 1 (AAA)."""

    dark: bool
    window: str
    surface: str
    raised: str
    canvas: str
    border: str
    text: str
    muted: str
    accent: str
    accent_soft: str
    on_accent: str
    danger: str
    danger_soft: str
    warning: str
    success: str


DARK = Theme(
    dark=True,
    window="#1e2126",
    surface="#16181c",
    raised="#2b3037",
    canvas="#121417",
    border="#383e47",
    text="#e8eaed",
    muted="#a3acb7",
    accent="#2fb5a0",
    accent_soft="#1f3f3d",
    on_accent="#06201c",
    danger="#ff8a80",
    danger_soft="#43262a",
    warning="#f2b84b",
    success="#6fcf8a",
)
LIGHT = Theme(
    dark=False,
    window="#f3f5f7",
    surface="#ffffff",
    raised="#e6eaee",
    canvas="#dfe3e8",
    border="#cbd2d9",
    text="#1a1f25",
    muted="#56616d",
    accent="#0a6e61",
    accent_soft="#d5efea",
    on_accent="#ffffff",
    danger="#b3261e",
    danger_soft="#fbe4e2",
    warning="#8a5a00",
    success="#1b7a3d",
)

HIGH_CONTRAST = Theme(
    dark=True,
    window="#000000",
    surface="#000000",
    raised="#1c1c1c",
    canvas="#000000",
    border="#ffffff",
    text="#ffffff",
    muted="#e6e6e6",
    accent="#ffe14d",
    accent_soft="#3a3300",
    on_accent="#000000",
    danger="#ff9d94",
    danger_soft="#3d0f0c",
    warning="#ffc861",
    success="#7dff9b",
)
THEMES = {"dark": DARK, "light": LIGHT, "contrast": HIGH_CONTRAST}


class Look(QObject):
    """Keeps the application in the theme that the system, or the setting ``theme``, asks for."""

    changed = Signal(Theme)
    """Now in force; icons are to be drawn again."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.change = StyleChange(self)
        self.theme = self._wanted()
        apply_colors(self.theme)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.follow)
        settings.changed.connect(self._setting_changed)

    def apply_style_sheet(self) -> None:
        """Set the style sheet; once the widgets are built.

        Under a style sheet Qt computes the style of a widget anew whenever it is put into another one: building the
        window took 125 ms in place of 75.
        """
        apply_theme(self.theme)
        for widget in QApplication.allWidgets():
            forget_size(widget)

    def _setting_changed(self, key: str) -> None:
        if key == "theme":
            self.follow()

    def follow(self) -> None:
        """Take on the theme that is wanted now, in turns of the event loop."""
        wanted = self._wanted()
        if wanted is not self.theme:
            self.theme = wanted
            self.change.begin(partial(apply_theme, wanted))
            self.changed.emit(wanted)

    def _wanted(self) -> Theme:
        choice = self._settings["theme"]
        if choice == "system":
            choice = "dark" if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"
        return THEMES[choice]


def apply_theme(theme: Theme) -> None:
    """Set style, palette and style sheet of the running QApplication.

    A style sheet that takes the place of another costs Qt three times as long as taking one off and putting one on
    (660 widgets, two busy cores: 300 ms in place of 95 of the UI thread's processor time).
    """
    app = QApplication.instance()
    if isinstance(app, QApplication):
        app.setStyleSheet("")
        apply_colors(theme)
        app.setStyleSheet(style_sheet(theme))


def apply_colors(theme: Theme) -> None:
    """Set style and palette of the running QApplication."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        return
    styled = app.styleSheet()  # set after the style, which has no name from then on
    if not styled and app.style().name() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(palette(theme))


def palette(theme: Theme) -> QPalette:
    """Return the QPalette of a theme."""
    role = QPalette.ColorRole
    result = QPalette()
    for where, color in (
        (role.Window, theme.window),
        (role.Base, theme.surface),
        (role.AlternateBase, theme.window),
        (role.Button, theme.raised),
        (role.ToolTipBase, theme.raised),
        (role.WindowText, theme.text),
        (role.Text, theme.text),
        (role.ButtonText, theme.text),
        (role.ToolTipText, theme.text),
        (role.BrightText, theme.danger),
        (role.PlaceholderText, theme.muted),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Accent, theme.accent),
        (role.Link, theme.accent),
        (role.LinkVisited, theme.accent),
        (role.Light, theme.raised),
        (role.Midlight, theme.raised),
        (role.Mid, theme.border),
        (role.Dark, theme.border),
        (role.Shadow, theme.canvas),
    ):
        result.setColor(where, QColor(color))
    for where in (role.Text, role.WindowText, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, where, faint(theme))
    return result


def faint(theme: Theme) -> QColor:
    """Return the colour of text that cannot be used now."""
    color = QColor(theme.muted)
    color.setAlphaF(0.65)
    return color


def style_sheet(theme: Theme) -> str:
    """Return what the palette cannot say: spacing, round corners, the primary button, the focus ring."""
    shade = "dark" if theme.dark else "light"
    icons = {
        name.replace("-", "_"): resource(f"icons/{name}-{shade}.svg").as_posix()
        for name in ("chevron-down", "chevron-up", "check")
    }
    disabled = {
        f"{name.replace('-', '_')}_off": resource(f"icons/{name}-disabled.svg").as_posix()
        for name in ("chevron-down", "chevron-up", "check")
    }
    return RULES.substitute(asdict(theme), faint=faint(theme).name(QColor.NameFormat.HexArgb), **icons, **disabled)


def contrast(first: str, second: str) -> float:
    """WCAG 2 contrast ratio of two colours ``#rrggbb``, 1.0 to 21.0."""
    bright, dim = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(color: str) -> float:
    channels = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
