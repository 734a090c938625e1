from __future__ import annotations

import pytest
from PySide6.QtGui import QIcon

from app.appearance.swatches import SIDE, SIZE, swatch


@pytest.mark.parametrize("ratio", [1.0, 1.5, 3.0])
def test_a_black_swatch_has_a_border_that_shows_on_black(qapp, ratio):
    picture = swatch((0, 0, 0), ratio).pixmap(SIZE, ratio).toImage()
    assert picture.width() == round(SIDE * ratio), "as fine as the screen"
    middle, edge = picture.height() // 2, round(1.5 * ratio)
    assert picture.pixelColor(middle, middle).getRgb() == (0, 0, 0, 255)
    assert max(picture.pixelColor(x, middle).red() for x in range(edge + 1)) > 60
    assert picture.pixelColor(0, 0).alpha() == 0, "its corners are round"


def test_it_looks_the_same_in_a_selected_row(qapp):
    icon = swatch((200, 10, 20))
    plain, selected = (icon.pixmap(SIZE, 1.0, mode).toImage() for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected))
    assert plain == selected
