from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize

from app.appearance.low_window import FRAME, low_enough
from app.formats.export_dialog import ExportDialog
from app.window.report_dialog import ReportDialog
from segcore.progress import Progress

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def report():
    yield Progress(0, 0)
    return "text"


def test_dialogs_fit_a_low_window_with_their_buttons(qtbot, window, tmp_path):
    window.resize(1024, 640)
    dialogs = [ExportDialog(("png",), tmp_path, window), ReportDialog(window.jobs, report, window)]
    buttons = [dialogs[0].export_button, dialogs[1].save_button]
    for dialog, button in zip(dialogs, buttons, strict=True):
        dialog.show()
        assert dialog.height() <= 640 - FRAME
        assert dialog.rect().contains(button.mapTo(dialog, button.rect().bottomRight()))
        dialog.reject()


def test_a_size_keeps_its_width_and_is_no_higher_than_the_window(qtbot, window):
    window.resize(900, 500)
    dialog = ExportDialog(("png",), Path("out"), window)
    assert low_enough(QSize(2000, 300), dialog) == QSize(2000, 300)
    assert low_enough(QSize(400, 700), dialog) == QSize(400, 500 - FRAME)
