from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

import segcore
from app.window.about_dialog import NOTICES, AboutDialog
from resources import resource

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_about_tells_the_version(qtbot, window):
    window.show()
    window.actions_["about"].trigger()
    (dialog,) = window.findChildren(AboutDialog)
    qtbot.waitUntil(dialog.isVisible)
    assert dialog.name.text() == f"Maskwright {segcore.__version__}"
    assert dialog.notices.isHidden() is not resource(NOTICES).is_file()
    assert "?" not in dialog.runs_on.text()
    assert QApplication.activeModalWidget() is dialog
    dialog.reject()
