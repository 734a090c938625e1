"""A question above the image: it asks, and keeps nobody from going on."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.appearance.question import Question

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def asked(qtbot):
    """A question above a field that had the keyboard; what was answered."""
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    field, question, given = QLineEdit(), Question(), []
    column.addWidget(question)
    column.addWidget(field)
    window.show()
    window.activateWindow()
    field.setFocus()
    question.ask("Remove “road”?", ("Remove", lambda: given.append("remove")), ("Hide", lambda: given.append("hide")))
    yield question, field, given
    window.close()


def test_each_answer_is_a_button_and_hides_the_question(asked):
    question, _, given = asked
    assert question.label.text() == "Remove “road”?"
    assert [button.text() for button in question.answers] == ["Remove", "Hide"]
    question.answers[1].click()
    assert given == ["hide"]
    assert question.isHidden()


def test_enter_and_escape_change_nothing_and_the_keyboard_goes_back(asked):
    question, field, given = asked
    assert question.cancel_button.hasFocus()
    QTest.keyClick(question.cancel_button, Qt.Key.Key_Escape)
    assert question.isHidden()
    assert field.hasFocus()
    question.ask("Again?", ("Yes", lambda: given.append("yes")))
    assert len(question.answers) == 1
    QTest.keyClick(question.cancel_button, Qt.Key.Key_Space)
    assert question.isHidden()
    assert given == []


def test_a_field_that_a_person_went_on_to_keeps_the_keyboard(asked):
    question, field, _ = asked
    field.setFocus()
    QTest.keyClicks(field, "a name")
    assert not question.isHidden()
    question.close_button.click()
    assert field.hasFocus()
    assert field.text() == "a name"
