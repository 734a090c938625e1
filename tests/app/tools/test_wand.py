from __future__ import annotations

import numpy as np
import pytest

from app.canvas.pen_options import TOLERANCE, ToolOptions
from app.canvas.tool import LEFT, RIGHT, Pointer
from app.document.document import Document
from app.document.loaded_image import LoadedImage
from app.tools.wand import WandTool
from segcore.editing.brush import Point
from segcore.editing.paint_policy import PaintPolicy
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap


def ramp() -> np.ndarray:
    """Columns of 0, 2, 4, ... in 60 x 100 pixels."""
    return np.repeat(np.repeat((np.arange(100) * 2).astype(np.uint8)[None, :, None], 60, axis=0), 3, axis=2)


@pytest.fixture
def document(qapp):
    document = Document()
    document.set_classes(ClassSet.from_names(["road", "car"]))
    document.show(LoadedImage("a.png", ramp(), LabelMap.blank(60, 100)))
    document.set_active_class(1)
    yield document
    document.clear_image()


@pytest.fixture
def wand(document):
    return WandTool(document, ToolOptions())


def at(x: float, y: float = 30.5, button=LEFT) -> Pointer:
    return Pointer(Point(x, y), 1.0, button)


def columns(document) -> list[int]:
    return np.flatnonzero((document.label_map.labels == 1).all(axis=0)).tolist()


def test_a_click_takes_what_is_similar_as_one_edit(document, wand):
    wand.press(at(50.5))
    assert columns(document) == []
    assert document.patch.painted.all()
    wand.release(at(50.5))
    assert columns(document) == list(range(50 - TOLERANCE // 2, 51 + TOLERANCE // 2))
    assert document.patch is None
    document.undo()
    assert columns(document) == []


def test_dragging_to_the_left_takes_less_and_the_next_click_too(document, wand):
    said = []
    wand.message.connect(said.append)
    wand.press(at(50.5))
    wand.drag(at(50.5 - 3 * 20))
    wand.release(at(50.5 - 3 * 20))
    assert columns(document) == [48, 49, 50, 51, 52]
    assert said[-1] == "Tolerance 4 of 255"
    document.undo()
    wand.press(at(20.5))
    wand.release(at(20.5))
    assert columns(document) == [18, 19, 20, 21, 22]


def test_escape_drops_it_and_the_tolerance_stays(document, wand):
    wand.press(at(50.5))
    wand.drag(at(99))
    assert wand.cancel()
    wand.release(at(99))
    assert columns(document) == []
    assert document.patch is None
    assert wand.options.tolerance == TOLERANCE
    assert not wand.cancel()


def test_the_right_button_empties_and_protected_classes_stay(document, wand):
    document.label_map.labels[:] = 1
    document.label_map.labels[:, 45] = 0
    document.set_policy(PaintPolicy(frozenset({1})))
    wand.press(at(50.5, button=RIGHT))
    wand.release(at(50.5, button=RIGHT))
    assert (document.label_map.labels[:, 50] == 255).all()
    assert (document.label_map.labels[:, 45] == 0).all()


def test_another_image_ends_it(document, wand):
    wand.press(at(50.5))
    document.show(LoadedImage("b.png", ramp(), LabelMap.blank(60, 100)))
    wand.drag(at(70))
    wand.release(at(70))
    assert columns(document) == []


def test_outside_the_image_nothing_is_painted(document, wand):
    wand.press(at(-5))
    wand.release(at(-5))
    assert document.undo_name == ""
