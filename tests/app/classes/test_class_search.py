from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.classes.class_panel import NAME, ClassPanel
from app.classes.class_search import FEW
from app.document.document import Document
from segcore.labels.classes import ClassSet

# The offscreen platform says this whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

STREET = ["Road", "Side walk", "Building", "Traffic light", "Traffic sign", *(f"class {n}" for n in range(FEW))]


@pytest.fixture
def document(qtbot):
    document = Document()
    document.set_classes(ClassSet.from_names(STREET))
    return document


@pytest.fixture
def panel(document, qtbot):
    panel = ClassPanel(document)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def seen(panel):
    items = (panel.tree.topLevelItem(number) for number in range(panel.tree.topLevelItemCount()))
    return [item.text(NAME) for item in items if not item.isHidden()]


def test_a_short_list_has_no_field(panel, document):
    assert panel.search.isVisible()
    panel.search.setText("road")
    document.set_classes(ClassSet.from_names(STREET[:FEW]))
    assert not panel.search.isVisible()
    assert seen(panel) == [*STREET[:FEW], "Ignore"], "nothing stays hidden by a field that is gone"


def test_typing_leaves_the_classes_whose_names_hold_it(panel):
    QTest.keyClicks(panel.search, "TRAFF")
    assert seen(panel) == ["Traffic light", "Traffic sign"]
    QTest.keyClicks(panel.search, "ic s")
    assert seen(panel) == ["Traffic sign"]
    panel.search.setText("ign")
    assert seen(panel) == ["Traffic sign", "Ignore"]


def test_return_chooses_the_first_and_shows_all(panel, document):
    QTest.keyClicks(panel.search, "traffic")
    QTest.keyClick(panel.search, Qt.Key.Key_Return)
    assert document.active_class == 3
    assert panel.search.text() == ""
    assert seen(panel) == [*STREET, "Ignore"]


def test_return_without_a_match_or_a_text_chooses_nothing(panel, document):
    document.set_active_class(2)
    QTest.keyClick(panel.search, Qt.Key.Key_Return)
    QTest.keyClicks(panel.search, "elephant")
    QTest.keyClick(panel.search, Qt.Key.Key_Return)
    assert document.active_class == 2
    assert panel.search.text() == "elephant"


def test_escape_shows_all_and_chooses_nothing(panel, document):
    document.set_active_class(2)
    QTest.keyClicks(panel.search, "traffic")
    QTest.keyClick(panel.search, Qt.Key.Key_Escape)
    assert (document.active_class, panel.search.text()) == (2, "")
    assert seen(panel) == [*STREET, "Ignore"]


def test_a_list_that_changes_stays_searched(panel, document):
    panel.search.setText("traffic")
    document.set_classes(document.classes.changed(3, name="Traffic lamp"))
    assert seen(panel) == ["Traffic lamp", "Traffic sign"]


def test_a_new_class_is_seen(panel, document):
    panel.classes_edited.connect(document.set_classes)
    panel.search.setText("traffic")
    panel._add()
    assert panel.search.text() == ""
    assert document.classes.names[-1] in seen(panel)
