"""Icons of the Material Design Icons font that qtawesome carries, in the colours of the theme."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

    from app.theme import Theme

FONT = "mdi6"


def load_qtawesome() -> None:
    """Import qtawesome, which takes a while; for a lane, before the first `icon`."""
    os.environ.setdefault("QT_API", "pyside6")
    import qtawesome  # noqa: F401


def icon(name: str, theme: Theme, color: str = "") -> QIcon:
    """Return an icon such as ``mdi6.brush``; text colour by default, accent while checked. UI thread only."""
    return _font().icon(name, color=color or theme.text, color_disabled=theme.border, color_on=color or theme.accent)


@cache
def _font() -> Any:
    """Load the one font that is used; qtawesome's own ``icon`` would load all ten."""
    load_qtawesome()
    import qtawesome
    from qtawesome.iconic_font import IconicFont

    bundled = [font for font in getattr(qtawesome, "_BUNDLED_FONTS", ()) if font[0] == FONT]
    return IconicFont(*bundled) if bundled else qtawesome
