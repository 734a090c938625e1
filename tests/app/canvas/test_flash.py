from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QStyle

from app.canvas.flash import ALPHAS
from app.canvas.image_view import ImageView
from app.canvas.layers import View
from app.document.document import Document
from app.document.loaded_image import LoadedImage
from segcore.editing import Box
from segcore.editing.brush import Covered
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap

HALF = Covered(Box(50, 0, 100, 80), np.ones((80, 50), np.bool_))


@pytest.fixture
def view(qtbot):
    document = Document()
    document.set_classes(ClassSet.from_names(["road", "car"]))
    view = ImageView(document)
    qtbot.addWidget(view)
    view.resize(200, 160)
    view.show()
    document.show(LoadedImage("a.png", np.zeros((80, 100, 3), np.uint8), LabelMap.blank(80, 100)))
    return view


def grey(view, x: int) -> int:
    """Brightness of the view at this column, half-way down."""
    return view.grab().toImage().pixelColor(x, 80).red()


def test_pixels_are_highlighted_and_fade(qtbot, view):
    view.flash(HALF)
    assert grey(view, 150) == pytest.approx(ALPHAS[0], abs=2)
    assert grey(view, 50) == 0
    seen = {grey(view, 150)}
    qtbot.waitUntil(lambda: seen.add(grey(view, 150)) or grey(view, 150) == 0)
    assert len(seen) > 2
    assert view._flash.alpha == 0


def test_only_the_pixels_of_the_mask_are_highlighted_at_any_zoom(view):
    mask = np.zeros((80, 50), np.bool_)
    mask[38:42, :5] = True
    view.zoom_to(8.0)
    view.flash(Covered(HALF.box, mask))
    picture = view.grab().toImage()
    bright = [(x, y) for x in range(0, 200, 4) for y in range(0, 160, 4) if picture.pixelColor(x, y).red() > 0]
    assert bright
    for x, y in bright:
        at = view.transform.to_image(type(view.rect().center())(x, y).toPointF())
        assert 49.9 <= at.x <= 55.1
        assert 37.9 <= at.y <= 42.1


def test_another_image_ends_it(view):
    view.flash(HALF)
    view.document.show(LoadedImage("b.png", np.zeros((20, 20, 3), np.uint8), LabelMap.blank(20, 20)))
    assert view._flash.alpha == 0
    assert grey(view, 150) == 0


def test_a_view_without_labels_shows_none(view):
    view.view = View.IMAGE
    view.flash(HALF)
    assert view._flash.alpha == 0


def test_a_style_without_animations_shows_none(view, monkeypatch):
    class Still:
        def styleHint(self, hint, *_):  # noqa: N802
            return 0 if hint == QStyle.StyleHint.SH_Widget_Animation_Duration else 1

    monkeypatch.setattr(view, "style", Still, raising=False)
    view.flash(HALF)
    assert view._flash.alpha == 0
    monkeypatch.undo()
    view.flash(HALF)
    assert view._flash.alpha > 0
