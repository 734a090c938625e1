from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor
from PySide6.QtTest import QTest

from app.classes.class_panel import EYE, LOCK, NAME, ClassPanel
from app.document.document import Document
from segcore.labels.classes import ClassSet


@pytest.fixture
def document(qtbot):
    document = Document()
    document.set_classes(ClassSet.from_names(["background", "road", "car"]))
    return document


@pytest.fixture
def panel(document, qtbot):
    panel = ClassPanel(document)
    qtbot.addWidget(panel)
    return panel


def rows(panel):
    return [(panel.tree.topLevelItem(n).text(0), panel.tree.topLevelItem(n).text(1)) for n in range(panel.tree.topLevelItemCount())]  # fmt: skip  # noqa: E501


def test_names_and_keys(panel):
    assert rows(panel) == [("background", "1"), ("road", "2"), ("car", "3"), ("Ignore", "")]


def test_choosing_a_row_or_a_key_sets_the_active_class(panel, document):
    panel.tree.setCurrentItem(panel.tree.topLevelItem(2))
    assert document.active_class == 2
    panel.choose_key(2)
    assert document.active_class == 1
    assert panel.tree.currentItem().text(NAME) == "road"
    panel.choose_key(9)
    assert document.active_class == 1


def test_add_rename_recolour_ask_with_the_wanted_classes(panel, qtbot):
    wanted = []
    panel.classes_edited.connect(wanted.append)
    panel.add(" tree ")
    assert wanted[-1].names == ["background", "road", "car", "tree"]
    panel.tree.topLevelItem(1).setText(NAME, "street")
    assert wanted[-1].names == ["background", "street", "car"]
    panel.recolor(2, QColor("#102030"))
    assert wanted[-1].find(2).color == (16, 32, 48)
    assert len(wanted) == 3


def test_a_name_twice_is_refused_and_the_old_one_comes_back(panel):
    errors, wanted = [], []
    panel.error.connect(errors.append)
    panel.classes_edited.connect(wanted.append)
    panel.tree.topLevelItem(1).setText(NAME, "Car")
    assert len(errors) == 1
    assert wanted == []
    assert rows(panel)[1] == ("road", "2")


def test_the_eye_hides_and_shows(panel):
    seen = []
    panel._click(panel.tree.topLevelItem(0), EYE)  # the background is hidden at first
    panel.hidden_changed.connect(seen.append)
    panel._click(panel.tree.topLevelItem(1), EYE)
    panel._click(panel.tree.topLevelItem(2), EYE)
    panel._click(panel.tree.topLevelItem(1), EYE)
    assert seen == [frozenset({1}), frozenset({1, 2}), frozenset({2})]
    panel._show_only(0)
    assert panel.hidden == frozenset({1, 2, 255})


def test_removal_is_only_asked_for(panel, document):
    asked = []
    panel.removal_wanted.connect(asked.append)
    document.set_active_class(1)
    panel.remove_button.click()
    assert asked == [1]
    assert len(document.classes) == 3


def test_the_last_class_cannot_be_removed(panel, document):
    document.set_classes(ClassSet.from_names(["only"]))
    assert not panel.remove_button.isEnabled()
    document.set_classes(None)
    assert not panel.add_button.isEnabled()
    assert rows(panel) == []


def test_hiding_a_class_does_not_choose_it(panel, document):
    document.set_active_class(2)
    tree = panel.tree
    tree.setCurrentItem(tree.topLevelItem(1), EYE)  # what a click on the eye does first
    tree.itemClicked.emit(tree.topLevelItem(1), EYE)
    assert panel.hidden == frozenset({0, 1})
    assert document.active_class == 2
    assert tree.currentItem().text(NAME) == "car"


def test_the_class_that_is_chosen_to_paint_with_is_seen(panel, document):
    panel.set_visible(1, False)
    panel.choose_key(2)
    assert panel.hidden == frozenset({0})


def test_a_new_class_is_chosen(panel, document):
    panel.classes_edited.connect(document.set_classes)
    panel.add("tree")
    assert document.active_class == 3
    panel.add("Tree")
    assert document.active_class == 3


def test_the_background_is_hidden_when_a_project_is_opened(qtbot, qapp):
    document = Document()
    panel = ClassPanel(document)
    qtbot.addWidget(panel)
    with qtbot.waitSignal(panel.hidden_changed) as told:
        document.set_classes(ClassSet.from_names(["background", "road"]))
    assert told.args == [frozenset({0})]
    panel.set_visible(0, True)
    document.set_classes(document.classes.changed(1, name="street"))
    assert panel.hidden == frozenset()  # another name elsewhere does not hide it again
    document.project_changed.emit()
    document.set_classes(document.classes)
    assert panel.hidden == frozenset({0})


def test_a_class_that_is_named_background_is_hidden_and_one_that_is_no_longer_is_shown(panel, document):
    document.set_classes(document.classes.changed(0, name="ground"))
    assert panel.hidden == frozenset()
    document.set_classes(document.classes.changed(2, name="background"))
    assert panel.hidden == frozenset({2})
    document.set_classes(document.classes.removed(2))
    assert panel.hidden == frozenset()


def test_choosing_the_background_does_not_flood_the_canvas(panel, document):
    panel.choose_key(2)
    panel.choose_key(1)
    assert document.active_class == 0
    assert panel.hidden == frozenset({0})


def test_whether_a_class_is_hidden_at_first_can_be_changed(panel, document):
    panel.classes_edited.connect(document.set_classes)
    panel.show_at_first(0, True)
    panel.show_at_first(1, False)
    assert panel.hidden == frozenset({1})
    assert [c.shown_at_first for c in document.classes] == [True, False, True]


def test_a_new_class_gets_a_colour_that_no_other_has(panel, document):
    panel.classes_edited.connect(document.set_classes)
    for name in ("tree", "sky"):
        panel.add(name)
    assert len({c.color for c in document.classes}) == 5


def test_ignore_is_a_row_to_paint_with_that_cannot_be_changed(document, qtbot):
    ignore = QAction()
    ignore.setShortcut("F7")
    panel = ClassPanel(document, ignore)
    qtbot.addWidget(panel)
    assert rows(panel)[-1] == ("Ignore", "F7")
    panel.choose_ignore()
    assert document.active_class == 255
    assert panel.tree.currentItem().text(NAME) == "Ignore"
    assert not panel.remove_button.isEnabled()
    assert not panel.tree.currentItem().flags() & Qt.ItemFlag.ItemIsEditable
    panel.choose_key(2)
    assert panel.remove_button.isEnabled()
    panel.tree.setCurrentItem(panel.tree.topLevelItem(3))
    assert document.active_class == 255
    document.set_classes(document.classes.removed(1))
    assert document.active_class == 255


def test_the_hatch_of_ignore_is_hidden_like_a_class_and_stays_so(panel, document):
    panel._click(panel.tree.topLevelItem(3), EYE)
    assert panel.hidden == frozenset({0, 255})
    document.set_classes(document.classes.changed(1, name="street"))
    assert panel.hidden == frozenset({0, 255})


@pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
def test_a_click_on_the_lock_locks_and_does_not_choose(panel, document):
    panel.resize(300, 300)
    panel.show()
    document.set_active_class(2)
    place = panel.tree.visualRect(panel.tree.indexFromItem(panel.tree.topLevelItem(1), LOCK)).center()
    QTest.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert document.policy.locked == {1}
    assert document.active_class == 2
    assert panel.tree.topLevelItem(1).data(LOCK, Qt.ItemDataRole.AccessibleTextRole) == "locked"
    QTest.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert document.policy.locked == frozenset()
    assert panel.tree.topLevelItem(1).data(LOCK, Qt.ItemDataRole.AccessibleTextRole) == "not locked"


def test_ignore_has_no_lock(panel, document):
    panel._click(panel.tree.topLevelItem(3), LOCK)
    assert document.policy.locked == frozenset()
    assert panel.tree.topLevelItem(3).icon(LOCK).isNull()
