"""Icons of the Material Design Icons font that the package qtawesome carries, in the colours of the theme.

Only its files are read. Importing it would import every class of Qt, which takes 0.3 s on the UI thread and ends the
process on another one: PySide6 makes its classes when they are first named, and two threads must not do that at once.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPixmap

from app.appearance.theme import Theme, faint

logger = logging.getLogger(__name__)

FILES = "materialdesignicons6-webfont"
SIZES = (16, 18, 20)
"""Side lengths that menus, panels and the tool bar show."""
GLYPH = 0.875
"""Font size within the side length; the rest is the glyph's own margin."""


@dataclass(frozen=True)
class IconFont:
    """The font file and the character of each name; both empty when the package has no such files."""

    data: bytes = b""
    characters: dict[str, str] = field(default_factory=dict)


@cache
def read_font() -> IconFont:
    """Read the font's files, once. No Qt: for a lane, before the first `icon`."""
    try:
        package = find_spec("qtawesome")
        folder = Path((package.submodule_search_locations or [""])[0] if package is not None else "") / "fonts"
        data = next(folder.glob(f"{FILES}-[0-9]*.ttf")).read_bytes()
        codes = json.loads(next(folder.glob(f"{FILES}-charmap-*.json")).read_text(encoding="utf-8"))
        return IconFont(data, {name: chr(int(code, 16)) for name, code in codes.items()})
    except (OSError, ValueError, StopIteration) as error:
        logger.warning("The icons of qtawesome cannot be read: %r", error)
        return IconFont()


def icon(name: str, theme: Theme, color: str = "", checkable: bool = False) -> QIcon:
    """Return an icon such as ``brush``; text colour by default, and accent while checked. UI thread only.

    KeyError for a name that the font does not have; an empty icon when there is no font.
    """
    family = _family()
    if not family:
        return QIcon()
    character = read_font().characters[name]
    drawn = [(QIcon.Mode.Normal, QIcon.State.Off, color or theme.text)]
    drawn += [(QIcon.Mode.Disabled, QIcon.State.Off, faint(theme).name(QColor.NameFormat.HexArgb))]
    drawn += [(QIcon.Mode.Normal, QIcon.State.On, theme.accent)] if checkable else []
    result = QIcon()
    for size in SIZES:
        for mode, state, shade in drawn:
            result.addPixmap(_drawn(character, family, size, QColor(shade)), mode, state)
    return result


def _drawn(character: str, family: str, size: int, color: QColor) -> QPixmap:
    ratio = QGuiApplication.instance().devicePixelRatio()  # type: ignore[union-attr]
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    font = QFont(family)
    font.setPixelSize(round(GLYPH * pixmap.height()))
    painter = QPainter(pixmap)
    painter.setPen(color)
    painter.setFont(font)
    painter.drawText(pixmap.rect(), Qt.AlignmentFlag.AlignCenter, character)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


@cache
def _family() -> str:
    """Make the font known to Qt, once; empty when it cannot be read."""
    families = QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFontFromData(read_font().data))
    return families[0] if families else ""
