"""Placement: where the window lies on the screen, and how small it may become."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRect, QSize
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

FIRST_SIZE = QSize(1280, 800)
LEAST_SIZE = QSize(700, 390)
"""The panels, the tool bar and a canvas of 72 pixels fit into it. A smaller screen allows less."""
FRAME = QSize(2, 32)
"""Borders and title bar that the system adds around a window whose frame is not known yet."""


def place(window: QWidget, geometry: bytes) -> None:
    """Give the window the place of the last time, or its first size; never more than the screen has."""
    window.resize(FIRST_SIZE)
    if geometry:
        window.restoreGeometry(QByteArray(geometry))
    keep_on_screen(window)


def keep_on_screen(window: QWidget) -> None:
    """Limit the window to its screen, and move it there when it lies outside."""
    screen = screen_of(window.geometry()) or window.screen()
    window.setMinimumSize(LEAST_SIZE.boundedTo(room_on(screen, window)))
    if window.isMaximized() or window.isFullScreen():
        return
    fitted = fit(window.geometry(), screen.availableGeometry(), frame_of(window))
    if fitted != window.geometry():
        window.setGeometry(fitted)


def fit(window: QRect, available: QRect, frame: QSize) -> QRect:
    """Return the rectangle, made smaller and moved as little as it takes to lie on the screen with its frame.

    The frame is taken as lying above (title bar) and on both sides; all in logical pixels.
    """
    side = (frame.width() + 1) // 2
    inside = available.adjusted(side, max(frame.height() - side, 0), -side, -side)
    result = QRect(window.topLeft(), window.size().boundedTo(inside.size()))
    result.moveRight(min(result.right(), inside.right()))
    result.moveBottom(min(result.bottom(), inside.bottom()))
    result.moveLeft(max(result.left(), inside.left()))
    result.moveTop(max(result.top(), inside.top()))
    return result


def screen_of(rect: QRect) -> QScreen | None:
    """Return the screen that shows most of the rectangle; None when no screen shows any of it."""

    def shown(screen: QScreen) -> int:
        part = screen.availableGeometry().intersected(rect)
        return part.width() * part.height()

    best = max(QGuiApplication.screens(), key=shown, default=None)
    return best if best is not None and shown(best) > 0 else None


def room_on(screen: QScreen, window: QWidget) -> QSize:
    """Return the largest size of a window on this screen, without its frame."""
    return screen.availableGeometry().size() - frame_of(window)


def frame_of(window: QWidget) -> QSize:
    """Return how much larger the window is with its frame; a guess until the system has drawn one."""
    frame = window.frameGeometry().size() - window.size()
    return frame if frame.height() > 0 or window.isVisible() else FRAME
