from __future__ import annotations

import pytest
from PySide6.QtGui import QDesktopServices

from app.formats.report_notice import ReportNotice

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def notice(qtbot):
    notice = ReportNotice("Left out")
    qtbot.addWidget(notice)
    return notice


def test_what_was_left_out_is_a_list_that_a_button_shows(notice):
    notice.tell("Exported: 3 images.\n  a.png: damaged\n  b.png: no labels\n")
    assert notice.label.text() == "Exported: 3 images."
    assert notice.details_button.text() == "Left out (2)"
    assert notice.details.isHidden()
    notice.details_button.click()
    assert notice.details.toPlainText() == "a.png: damaged\nb.png: no labels"
    assert not notice.details.isHidden()
    notice.tell("Exported: 5 images.")
    assert notice.details_button.isHidden()
    assert notice.details.isHidden()


def test_the_folder_is_one_click_away(notice, tmp_path, monkeypatch):
    notice.tell("Imported.")
    assert notice.folder_button.isHidden()
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    notice.tell("Exported.", tmp_path)
    notice.folder_button.click()
    assert opened == [str(tmp_path)]
