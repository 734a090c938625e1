from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon

from app.appearance.icons import icon
from app.appearance.theme import DARK, HIGH_CONTRAST, LIGHT


def strongest(drawn: QIcon, mode: QIcon.Mode) -> int:
    """The highest alpha value of its pixels, 0-255."""
    image = drawn.pixmap(QSize(20, 20), 1.0, mode).toImage()
    return max(image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height()))


@pytest.mark.parametrize("theme", [DARK, LIGHT, HIGH_CONTRAST])
def test_an_icon_that_is_off_is_fainter_than_one_that_is_on(qapp, theme):
    drawn = icon("redo", theme)
    assert strongest(drawn, QIcon.Mode.Normal) == 255
    assert 100 < strongest(drawn, QIcon.Mode.Disabled) < 200
