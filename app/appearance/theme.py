"""The look: one palette for dark, one for light, on Fusion, following the system."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.settings.settings import Settings


@dataclass(frozen=True)
class Theme:
    """The colours of one scheme; text on its surface has a contrast of at least 4.5 : 1 (WCAG AA)."""

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


class Look(QObject):
    """Keeps the application in the theme that the system, or the setting ``theme``, asks for."""

    changed = Signal(Theme)
    """Now in force; icons are to be drawn again."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.theme = self._wanted()
        apply_theme(self.theme)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.follow)
        settings.changed.connect(self._setting_changed)

    def _setting_changed(self, key: str) -> None:
        if key == "theme":
            self.follow()

    def follow(self) -> None:
        """Take on the theme that is wanted now."""
        wanted = self._wanted()
        if wanted is not self.theme:
            self.theme = wanted
            apply_theme(wanted)
            self.changed.emit(wanted)

    def _wanted(self) -> Theme:
        choice = self._settings["theme"]
        if choice == "system":
            dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        else:
            dark = choice == "dark"
        return DARK if dark else LIGHT


def apply_theme(theme: Theme) -> None:
    """Set style, palette and style sheet of the running QApplication."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        return
    if app.style().name() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(palette(theme))
    app.setStyleSheet(style_sheet(theme))


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
    """Return what the palette cannot say: spacing, round corners, the primary button, quiet docks."""
    t = theme
    unusable = faint(t).name(QColor.NameFormat.HexArgb)
    return f"""
* {{ outline: none; }}
QMainWindow::separator {{ background: {t.border}; width: 1px; height: 1px; }}
QDockWidget {{ font-weight: 600; }}
QDockWidget::title {{ padding: 8px 12px 4px 12px; text-align: left; }}
QDockWidget > QWidget {{ font-weight: normal; }}
QToolBar {{ border: none; padding: 5px 8px; spacing: 3px; background: {t.window}; }}
QToolBar#toolBar {{ border-bottom: 1px solid {t.border}; }}
QToolBar::separator {{ background: {t.border}; width: 1px; margin: 5px 6px; }}
QToolButton {{ border: 1px solid transparent; border-radius: 6px; padding: 5px; }}
QToolButton:hover {{ background: {t.raised}; }}
QToolButton:checked {{ background: {t.accent_soft}; border-color: {t.accent}; }}
QToolButton:focus {{ border-color: {t.accent}; }}
QToolButton::menu-indicator {{ image: none; }}
QPushButton {{ border: 1px solid {t.border}; border-radius: 6px; padding: 6px 14px; background: {t.raised}; }}
QPushButton:hover, QPushButton:focus {{ border-color: {t.accent}; }}
QPushButton:pressed {{ background: {t.accent_soft}; }}
QPushButton:disabled {{ background: {t.window}; border-color: {t.border}; }}
QPushButton[primary="true"], QPushButton:default {{ background: {t.accent}; color: {t.on_accent};
  border-color: {t.accent}; }}
QPushButton[primary="true"]:disabled, QPushButton:default:disabled {{ background: {t.raised}; color: {t.muted};
  border-color: {t.border}; }}
QPushButton[primary="true"]:hover {{ border-color: {t.text}; }}
QCheckBox::indicator:unchecked {{ border: 1px solid {t.muted}; border-radius: 3px; background: {t.surface};
  width: 13px; height: 13px; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QPushButton[flat="true"] {{ background: transparent; border-color: transparent; color: {t.accent}; padding: 4px 6px; }}
QPushButton[flat="true"]:hover, QPushButton[flat="true"]:focus {{ border-color: {t.accent}; }}
QPushButton[flat="true"]:disabled {{ background: transparent; border-color: transparent; color: {unusable}; }}
QLineEdit, QPlainTextEdit, QTextEdit {{ border: 1px solid {t.border};
  border-radius: 6px; padding: 4px 8px; background: {t.surface}; selection-background-color: {t.accent};
  selection-color: {t.on_accent}; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus {{ border-color: {t.accent}; }}
QAbstractSpinBox QLineEdit {{ border: none; padding: 0 4px; background: transparent; }}
QComboBox, QAbstractSpinBox {{ min-height: 24px; }}
QListView, QTableView, QTreeView {{ border: none; background: {t.surface}; }}
QTreeView::item {{ border: none; padding: 2px 0; }}
QTreeView::item:selected {{ background: {t.accent_soft}; color: {t.text}; }}
QHeaderView::section {{ background: {t.window}; border: none; border-bottom: 1px solid {t.border}; padding: 4px 8px; }}
QMenuBar {{ background: {t.window}; padding: 2px 4px; }}
QMenuBar::item {{ padding: 4px 9px; border-radius: 5px; background: transparent; }}
QMenuBar::item:selected {{ background: {t.raised}; }}
QMenu {{ background: {t.surface}; border: 1px solid {t.border}; padding: 5px; }}
QMenu::item {{ padding: 5px 28px 5px 10px; border-radius: 5px; }}
QMenu::item:selected {{ background: {t.accent}; color: {t.on_accent}; }}
QMenu::item:disabled {{ color: {unusable}; }}
QMenu::separator {{ height: 1px; background: {t.border}; margin: 5px 8px; }}
QStatusBar {{ border-top: 1px solid {t.border}; background: {t.window}; }}
QStatusBar::item {{ border: none; }}
QProgressBar {{ border: none; border-radius: 3px; background: {t.raised}; text-align: center; }}
QProgressBar::chunk {{ border-radius: 3px; background: {t.accent}; }}
QTabBar {{ font-weight: normal; }}
QTabBar::tab {{ padding: 8px 10px 7px 10px; color: {t.muted}; border: none; border-bottom: 2px solid transparent;
  background: transparent; }}
QTabBar::tab:selected {{ color: {t.text}; border-bottom-color: {t.accent}; }}
QTabBar::tab:hover {{ color: {t.text}; }}
QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.border}; padding: 4px 6px; }}
QScrollBar {{ background: transparent; border: none; margin: 0; }}
QScrollBar:vertical {{ width: 10px; }}
QScrollBar:horizontal {{ height: 10px; }}
QScrollBar::handle {{ background: {t.border}; border-radius: 4px; margin: 1px; min-height: 28px; min-width: 28px; }}
QScrollBar::handle:hover {{ background: {t.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QScrollArea {{ border: none; background: transparent; }}
QSplitter::handle {{ background: {t.border}; }}
QLabel[role="muted"] {{ color: {t.muted}; }}
QLabel[role="title"] {{ font-size: 18pt; font-weight: 600; }}
QLabel[role="heading"] {{ font-weight: 600; }}
QLabel[role="error"] {{ color: {t.danger}; }}
QFrame[role="hint"] {{ background: {t.accent_soft}; border-radius: 8px; }}
QFrame[role="banner"] {{ background: {t.danger_soft}; border: 1px solid {t.danger}; border-radius: 8px; }}
QFrame[role="card"] {{ background: {t.surface}; border: 1px solid {t.border}; border-radius: 10px; }}
"""


def contrast(first: str, second: str) -> float:
    """WCAG 2 contrast ratio of two colours ``#rrggbb``, 1.0 to 21.0."""
    bright, dim = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(color: str) -> float:
    channels = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
