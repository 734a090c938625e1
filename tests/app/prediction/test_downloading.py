"""The question before a download can be read: its address is in one line, and can be copied."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from app.prediction.downloading import WIDEST, Downloading
from segcore.errors import DownloadNeededError

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

SHORT = "https://download.pytorch.org/models/resnet101-63fe2227.pth"


@pytest.mark.parametrize("url", [SHORT, f"https://example.org/{'long/' * 60}weights.pth"])
def test_the_address_is_in_one_line_unless_it_is_very_long(qtbot, url):
    window = QWidget()
    qtbot.addWidget(window)
    downloading = Downloading(window)
    assert downloading.ask(DownloadNeededError(url, Path("/cache/resnet101.pth"), 170.5), lambda: None)
    box = downloading.question
    assert box is not None
    label = box.findChild(QLabel, "qt_msgbox_informativelabel")
    wanted = label.fontMetrics().horizontalAdvance(label.text().splitlines()[0])
    assert label.width() >= min(wanted, WIDEST)
    assert box.width() < 2 * WIDEST
    assert label.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    box.reject()
