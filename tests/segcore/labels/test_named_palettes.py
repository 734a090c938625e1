from __future__ import annotations

import numpy as np
import pytest

from segcore.labels.classes import ClassSet
from segcore.labels.named_palettes import PALETTES, in_palette
from segcore.labels.palette import VISIBLE, class_color
from tests.segcore.labels.test_palette import DEUTAN, PROTAN, difference, lab, linear

BY_NAME = {palette.name: palette for palette in PALETTES}


def test_okabe_and_ito_as_published():
    """RGB of the Color Universal Design page: orange, sky blue, bluish green, yellow, blue, vermillion, purple."""
    assert BY_NAME["Okabe-Ito"].colors == (
        (230, 159, 0), (86, 180, 233), (0, 158, 115), (240, 228, 66), (0, 114, 178), (213, 94, 0), (204, 121, 167),
    )  # fmt: skip


@pytest.mark.parametrize("palette", PALETTES[1:], ids=lambda palette: palette.name)
@pytest.mark.parametrize("eye", [PROTAN, DEUTAN], ids=["protan", "deutan"])
def test_the_first_five_colours_of_each_differ_for_people_with_red_or_green_blindness(palette, eye):
    light = linear(np.array(palette.colors[:5], np.float64)) @ np.transpose(eye)
    seen = lab(np.clip(light, 0, 1))
    apart = difference(seen[:, None], seen[None])
    assert apart[~np.eye(len(seen), dtype=bool)].min() > 7


def test_classes_get_the_colours_in_order_and_the_background_stays_black():
    classes = ClassSet.from_names(["background", *(f"c{n}" for n in range(6))])
    found = in_palette(classes, BY_NAME["IBM"])
    assert [c.name for c in found] == [c.name for c in classes]
    colors = [c.color for c in found]
    assert colors[:2] == [(0, 0, 0), (0x64, 0x8F, 0xFF)]
    # the sixth class has the first colour, 1/14 of the way to white: 100 + 155 / 14, 143 + 112 / 14, 255
    assert colors[6] == (111, 151, 255)
    assert len(set(colors)) == 7


def test_many_classes_have_colours_all_the_same():
    classes = ClassSet.from_names([f"c{n}" for n in range(255)])
    for palette in PALETTES:
        assert all(0 <= value <= 255 for c in in_palette(classes, palette) for value in c.color)
    assert [class_color(n) for n in range(24)] == list(VISIBLE)
