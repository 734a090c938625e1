from __future__ import annotations

import numpy as np
import pytest

from app.canvas.pen_options import ToolOptions
from app.canvas.tool import LEFT, RIGHT, Pointer
from app.document.document import Document
from app.document.loaded_image import LoadedImage
from app.tools.holes import HolesTool
from segcore.editing.brush import Point
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance


@pytest.fixture
def document(qapp):
    document = Document()
    document.set_classes(ClassSet.from_names(["road", "car"]))
    label_map = LabelMap.blank(20, 20)
    label_map.labels[2:12, 2:12] = 1
    label_map.labels[4, 4], label_map.labels[6:9, 6:9] = 0, 255
    document.show(LoadedImage("a.png", np.zeros((20, 20, 3), np.uint8), label_map))
    yield document
    document.clear_image()


def click(tool, x, y, button=LEFT):
    tool.press(Pointer(Point(x + 0.5, y + 0.5), 1.0, button))
    tool.release(Pointer(Point(x + 0.5, y + 0.5), 1.0, button))


def test_all_holes_of_the_region_get_its_label_in_one_edit(document):
    before = document.label_map.labels.copy()
    click(HolesTool(document, ToolOptions()), 2, 2)
    assert (document.label_map.labels[2:12, 2:12] == 1).all()
    assert (document.label_map.provenance == Provenance.PAINTED).sum() == 10
    document.undo()
    assert np.array_equal(document.label_map.labels, before)


@pytest.mark.parametrize(("x", "y", "words"), [(0, 0, "labelled"), (4, 4, "no holes"), (30, 3, "labelled")])
def test_where_nothing_is_to_be_filled_it_says_so(document, x, y, words):
    said, tool = [], HolesTool(document, ToolOptions())
    tool.message.connect(said.append)
    click(tool, x, y)
    assert words in said[0]
    assert document.undo_name == ""


def test_the_right_button_does_nothing(document):
    click(HolesTool(document, ToolOptions()), 2, 2, RIGHT)
    assert document.undo_name == ""
