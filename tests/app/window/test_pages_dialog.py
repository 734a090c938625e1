from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest

from app.window import pages_dialog
from app.window.page_search import PageIndex
from app.window.pages_dialog import PagesBrowser, PagesDialog, pages_folder

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def search(folder, text):
    index = PageIndex(folder)
    while not index.complete:
        index.read_next()
    return index.search(text)


@pytest.fixture
def browser(qtbot, tmp_path):
    pages = tmp_path / "pages"
    (pages / "more").mkdir(parents=True)
    rows = "\n\n".join(f"Line {n}." for n in range(200))
    (pages / "a.md").write_text("# First\n\n[there](more/b.md#the-end) [out](../secret.md)\n", "utf-8")
    (pages / "more" / "b.md").write_text(f"# Second\n\n{rows}\n\n## The *end*\n\nHere.\n\n{rows}\n", "utf-8")
    (tmp_path / "secret.md").write_text("# Secret\n", "utf-8")
    browser = PagesBrowser(pages)
    qtbot.addWidget(browser)
    browser.resize(400, 300)
    browser.show()
    browser.open_page(pages / "a.md")
    return browser


def test_a_link_leads_to_a_heading_of_another_page(browser):
    browser.follow(QUrl("more/b.md#the-end"))
    assert browser.toPlainText().startswith("Second")
    assert browser.verticalScrollBar().value() > 1000
    browser.backward()
    assert browser.toPlainText().startswith("First")


def test_a_link_out_of_the_pages_is_not_followed(browser):
    for target in ("../secret.md", "file:///etc/hostname", "nowhere.md"):
        browser.follow(QUrl(target))
        assert browser.toPlainText().startswith("First")


def test_a_link_to_the_web_is_left_to_the_browser_of_the_person(browser, monkeypatch):
    opened = []
    monkeypatch.setattr(pages_dialog.QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    browser.follow(QUrl("https://arxiv.org/abs/1411.4038"))
    assert opened == ["https://arxiv.org/abs/1411.4038"]
    assert browser.toPlainText().startswith("First")


def test_what_is_found_leads_to_its_heading_and_back_to_the_page(qtbot, window):
    dialog = PagesDialog(window)
    dialog.show()
    dialog.field.setText("Kr\u00e4henb\u00fchl")
    qtbot.waitUntil(lambda: "work: The CRF" in dialog.browser.toPlainText())  # as it is typed
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert "How the networks work: The CRF\n" in dialog.browser.toPlainText()
    dialog.browser.go_back()
    assert dialog.browser.toPlainText().startswith("Maskwright")
    assert not dialog.browser.isBackwardAvailable()
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    dialog.browser.follow(QUrl.fromLocalFile(str(pages_folder() / "docs" / "students.md")).resolved(QUrl("#the-crf")))
    assert dialog.browser.toPlainText().startswith("How the networks work")
    dialog.field.setText("<b>[")
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    assert dialog.browser.toPlainText().split("\n") == ["<b>[", "No page has this text."]
    dialog.browser.open_page(pages_folder() / "docs" / "students.md")
    assert dialog.browser.toPlainText().startswith("How the networks work")
    dialog.reject()


def test_what_is_found_can_be_followed_from_a_folder_with_blanks(qtbot, tmp_path):
    docs = tmp_path / "Anna's pages (1)" / "docs"
    docs.mkdir(parents=True)
    (docs / "README.md").write_text("# Pages\n\n[a](a.md)\n", "utf-8")
    (docs / "a.md").write_text("# First\n\n## The end\n\nA boat.\n", "utf-8")
    browser = PagesBrowser(docs.parent)
    qtbot.addWidget(browser)
    browser.show_found("boat", search(docs.parent, "boat"))
    block = browser.document().begin()
    links = []
    while block.isValid():
        parts = block.begin()
        while not parts.atEnd():
            links += [parts.fragment().charFormat().anchorHref()] if parts.fragment().charFormat().isAnchor() else []
            parts += 1
        block = block.next()
    [link] = set(links)
    browser.follow(QUrl(link))
    assert browser.toPlainText().startswith("First")


def test_lines_in_headings_are_found_first(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "README.md").write_text("# Start\n\n[b](b.md) [a](a.md)\n", "utf-8")
    (tmp_path / "docs" / "b.md").write_text("# Before a\n\nA brush.\n", "utf-8")
    (tmp_path / "docs" / "a.md").write_text("# One\n\n- The `brush` [paints](b.md).\n\n## A Brush, two\n", "utf-8")
    found = search(tmp_path, "BRUSH")
    assert [(each.title, each.heading, each.anchor, each.line) for each in found] == [
        ("One", "A Brush, two", "a-brush-two", "A Brush, two"),
        ("Before a", "Before a", "before-a", "A brush."),
        ("One", "One", "one", "The brush paints."),
    ]


def test_help_shows_the_pages_with_their_pictures(qtbot, window):
    window.show()
    window.actions_["pages"].trigger()
    (dialog,) = window.findChildren(PagesDialog)
    qtbot.waitUntil(dialog.isVisible)
    assert dialog.browser.source().toLocalFile() == str(pages_folder() / "docs" / "README.md")
    assert "Getting started" in dialog.browser.toPlainText()
    picture = dialog.browser.loadResource(2, QUrl("images/overlay.webp"))
    assert 300 < picture.width() <= dialog.browser.viewport().width()
    dialog.browser.open_page(pages_folder() / "docs" / "loop.md")
    half = dialog.browser.loadResource(2, QUrl("images/heatmap.webp"))  # one of two in a row of a table
    width = dialog.browser.viewport().width()
    assert width / 3 < half.width() < width / 2
    dialog.reject()


def test_without_pages_the_dialog_says_where_they_are(qtbot, monkeypatch):
    monkeypatch.setattr(pages_dialog, "pages_folder", lambda: None)
    dialog = PagesDialog()
    qtbot.addWidget(dialog)
    assert not dialog.findChildren(PagesBrowser)


def test_an_empty_field_shows_the_page_again(qtbot, window):
    dialog = PagesDialog(window)
    dialog.show()
    dialog.field.setText("boundary")
    qtbot.waitUntil(lambda: dialog.browser.toPlainText().startswith("boundary"))
    dialog.field.clear()
    qtbot.waitUntil(lambda: dialog.browser.toPlainText().startswith("Maskwright"))
    dialog.reject()


def test_the_list_of_pages_is_seen_below_the_first_picture(window):
    window.resize(1024, 640)
    dialog = PagesDialog(window)
    dialog.show()
    browser = dialog.browser
    block = browser.document().findBlock(browser.document().find("Getting started").position())
    top = browser.document().documentLayout().blockBoundingRect(block).top()
    assert top < browser.viewport().height() - 100
    dialog.reject()


def test_it_is_no_taller_than_the_window(window):
    window.resize(1024, 640)
    dialog = PagesDialog(window)
    assert dialog.height() <= 600
    dialog.reject()
