"""Icons from the fonts that qtawesome carries, in the colours of the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

    from app.theme import Theme


def icon(name: str, theme: Theme, color: str = "") -> QIcon:
    """Return an icon such as ``mdi6.brush``; text colour by default, accent while checked."""
    import os

    os.environ.setdefault("QT_API", "pyside6")
    import qtawesome

    chosen = color or theme.text
    return qtawesome.icon(name, color=chosen, color_disabled=theme.border, color_on=color or theme.accent)
