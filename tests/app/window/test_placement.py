from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QWidget

from app.window.placement import LEAST_SIZE, fit, keep_on_screen, place

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

SCREEN = QRect(0, 25, 1366, 700)
FRAME = QSize(2, 32)


@pytest.mark.parametrize(
    "window",
    [
        QRect(100, 100, 1280, 800),
        QRect(-3000, 100, 900, 600),
        QRect(5000, 5000, 900, 600),
        QRect(1200, 600, 500, 400),
        QRect(0, 0, 10_000, 10_000),
    ],
)
def test_a_window_with_its_frame_lies_on_the_screen(window):
    found = fit(window, SCREEN, FRAME)
    assert SCREEN.contains(found.adjusted(-1, -31, 1, 1))
    assert found.size() == window.size().boundedTo(QSize(1364, 668))


def test_a_window_that_lies_on_the_screen_stays_where_it_is():
    window = QRect(200, 150, 900, 500)
    assert fit(window, SCREEN, FRAME) == window


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_the_window_and_its_least_size_fit_a_small_screen_at_any_scale(scale):
    available = QRect(0, 0, round(1366 / scale), round(728 / scale))
    found = fit(QRect(0, 0, 1280, 800), available, FRAME)
    assert available.contains(found)
    assert found.size().width() <= available.width()


def test_a_restored_window_that_is_off_the_screen_comes_back(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.setGeometry(100_000, 50_000, 400, 300)
    geometry = bytes(window.saveGeometry().data())
    again = QWidget()
    qtbot.addWidget(again)
    place(again, geometry)
    assert again.screen().availableGeometry().contains(again.geometry())


def test_the_least_size_is_never_more_than_the_screen_has(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    place(window, b"")
    available = window.screen().availableGeometry()
    assert available.contains(window.geometry())
    assert window.minimumWidth() <= min(LEAST_SIZE.width(), available.width())
    window.move(available.right() + 50, 10)
    keep_on_screen(window)
    assert available.contains(window.geometry())
