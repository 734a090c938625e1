from __future__ import annotations

from collections import Counter
from functools import partial

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.appearance import turns
from app.appearance.style_change import StyleChange
from app.appearance.theme import DARK, LIGHT, Look, apply_theme
from app.settings.settings import Settings

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints|raise", extend=True)
KINDS = (QLabel, QPushButton, QCheckBox, QComboBox)
PAGES = 3


class Styled(QObject):
    """Counts the widgets that are styled between two looks."""

    def __init__(self):
        super().__init__()
        self.seen = Counter()

    def eventFilter(self, watched, event):  # noqa: N802
        if event.type() == QEvent.Type.StyleChange:
            self.seen[watched.text()] += 1
        return False


@pytest.fixture
def window(qtbot, qapp):
    apply_theme(DARK)
    found = QTabWidget()
    qtbot.addWidget(found)
    for number in range(PAGES):
        page = QGroupBox(f"page {number}")
        column = QVBoxLayout(page)
        for n in range(6):
            widget = KINDS[n % len(KINDS)]()
            widget.setProperty("role", "muted")
            widget.setEnabled(n != 1)
            column.addWidget(widget)
        page.findChild(QComboBox).addItem("one")
        page.findChild(QPushButton).setText("Push")
        page.findChild(QLabel).setText("Muted")
        found.addTab(page, str(number))
    found.resize(300, 300)
    found.show()
    qtbot.waitExposed(found)
    for number in range(PAGES):  # a hidden page has been seen before
        found.setCurrentIndex(number)
    found.setCurrentIndex(0)
    yield found
    qapp.setStyleSheet("")


def pictures(window):
    """All pages, laid out anew: what Qt keeps of an earlier layout depends on the order of its events."""
    made = []
    window.resize(310, 310)
    QApplication.processEvents()
    window.resize(300, 300)
    for number in range(PAGES):
        window.setCurrentIndex(number)
        QApplication.processEvents()
        made.append(window.grab().toImage())
    window.setCurrentIndex(0)
    return made


def test_it_looks_as_when_all_is_changed_at_once(window, qtbot):
    wanted = {}
    for theme in (LIGHT, DARK):
        apply_theme(theme)
        wanted[theme.dark] = pictures(window)
    assert wanted[True] != wanted[False]
    change = StyleChange()
    for theme in (LIGHT, DARK, LIGHT):
        change.begin(partial(apply_theme, theme))
        qtbot.waitUntil(lambda: not change.turns.running)
        assert window.updatesEnabled()
        assert pictures(window) == wanted[theme.dark]


def test_no_turn_styles_more_widgets_than_it_may(window, qtbot, monkeypatch):
    monkeypatch.setattr(turns, "STEP_SECONDS", 0.0)
    styled = Styled()
    for button in window.findChildren(QPushButton):
        button.setText(f"{id(button)}")
        button.installEventFilter(styled)
    labels = [QPushButton(str(n), window) for n in range(40)]
    for label in labels:
        label.show()
        label.installEventFilter(styled)
    change = StyleChange()
    change.begin(partial(apply_theme, LIGHT))
    most = 0
    while change.turns.running:
        styled.seen.clear()
        change.turns._take()
        most = max(most, sum(styled.seen.values()))
    assert most == 1


def test_nothing_is_painted_before_all_that_is_seen_has_the_style(window):
    change = StyleChange()
    change.begin(partial(apply_theme, LIGHT))
    change.turns._take()
    assert not window.updatesEnabled()
    while change.turns.running:
        change.turns._take()
    assert window.updatesEnabled()


def test_a_change_that_is_overtaken_ends_in_the_last_one(window, qtbot):
    apply_theme(LIGHT)
    wanted = pictures(window)
    change = StyleChange()
    for theme, count in ((DARK, 3), (LIGHT, 1), (DARK, 6)):
        change.begin(partial(apply_theme, theme))
        for _ in range(count):
            change.turns._take()
    change.begin(partial(apply_theme, LIGHT))
    qtbot.waitUntil(lambda: not change.turns.running)
    assert window.updatesEnabled()
    assert pictures(window) == wanted


def test_widgets_that_go_meanwhile_do_no_harm(window, qtbot):
    change = StyleChange()
    change.begin(partial(apply_theme, LIGHT))
    change.turns._take()
    gone = QWidget(window)
    gone.show()
    for page in (window.widget(0), gone):
        page.setParent(None)
        page.deleteLater()
    qtbot.waitUntil(lambda: not change.turns.running)
    assert window.updatesEnabled()


def nested():
    """Tabs; the hidden page has a row of widgets whose style changes how much room they need."""
    tabs = QTabWidget()
    row = QWidget()
    column = QHBoxLayout(row)
    for text in "abc":
        box = QComboBox()
        box.addItem(text * 10)
        column.addWidget(box)
    page = QWidget()
    QVBoxLayout(page).addWidget(row)
    tabs.addTab(QWidget(), "seen")
    tabs.addTab(page, "hidden")
    return tabs


class Asks(QObject):
    """Asks how much room the tabs need whenever one of their widgets is styled."""

    def __init__(self, tabs):
        super().__init__()
        self.tabs = tabs
        for widget in tabs.findChildren(QWidget):
            widget.installEventFilter(self)

    def eventFilter(self, watched, event):  # noqa: N802
        if event.type() == QEvent.Type.StyleChange:
            self.tabs.minimumSizeHint()
        return False


@pytest.mark.parametrize("turns", [False, True], ids=["at once", "in turns"])
def test_a_hidden_page_needs_the_room_of_its_last_style(qtbot, qapp, tmp_path, turns):
    """Of twelve windows: in which order Qt styles the widgets is chance."""
    look = Look(Settings(tmp_path / "settings.json"))
    qapp.setStyleSheet("QComboBox { padding-left: 90px; }" if turns else "")
    made, asking = [nested() for _ in range(12)], []
    for tabs in made:
        qtbot.addWidget(tabs)
        tabs.show()
        asking.append(Asks(tabs))
    before = made[0].minimumSizeHint()
    if turns:
        look.change.begin(partial(apply_theme, look.theme))
        qtbot.waitUntil(lambda: not look.change.turns.running)
    else:
        look.apply_style_sheet()
    new = nested()
    qtbot.addWidget(new)
    new.show()
    wanted = new.minimumSizeHint()
    assert wanted != before
    assert [tabs.minimumSizeHint() for tabs in made] == [wanted] * len(made)
    qapp.setStyleSheet("")
