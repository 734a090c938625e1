from __future__ import annotations

import pytest

from app.classes.palette_menu import PaletteMenu
from app.document.document import Document
from segcore.labels.classes import ClassSet
from segcore.labels.named_palettes import PALETTES

OKABE = PALETTES[1]


@pytest.fixture
def document(qapp):
    document = Document()
    document.set_classes(ClassSet.from_names(["background", "road", "car"]))
    return document


@pytest.fixture
def menu(document, qtbot):
    menu = PaletteMenu(document)
    qtbot.addWidget(menu)
    menu.classes_wanted.connect(document.set_classes)
    return menu


def colors(document):
    return [c.color for c in document.classes]


def test_one_click_recolours_and_one_takes_it_back(menu, document):
    before = colors(document)
    assert not menu.undo_action.isEnabled()
    menu.actions()[1].trigger()
    assert colors(document) == [(0, 0, 0), *OKABE.colors[:2]]
    assert menu.undo_action.isEnabled()
    menu.undo_action.trigger()
    assert colors(document) == before
    assert not menu.undo_action.isEnabled()


def test_a_new_name_stays_when_colours_are_taken_back(menu, document):
    before = colors(document)
    menu.choose(OKABE)
    document.set_classes(document.classes.changed(1, name="street"))
    menu.undo()
    assert colors(document) == before
    assert document.classes.find(1).name == "street"


def test_nothing_to_take_back_once_classes_came_or_went_or_the_project_changed(menu, document):
    menu.choose(OKABE)
    document.set_classes(document.classes.removed(2))
    assert not menu.undo_action.isEnabled()
    menu.choose(PALETTES[2])
    document.project_changed.emit()
    assert not menu.undo_action.isEnabled()


def test_each_row_names_its_source_and_the_same_colours_change_nothing(menu, document):
    rows = [action for action in menu.actions() if action.toolTip() and not action.icon().isNull()]
    assert [action.toolTip() for action in rows] == [palette.source for palette in PALETTES]
    menu.choose(OKABE)
    menu.undo()
    menu.choose(PALETTES[0])
    assert not menu.undo_action.isEnabled()  # they had these colours already
