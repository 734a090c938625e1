"""What the tests of the main window share."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from segcore.labels.classes import ClassSet

CLASSES = ClassSet.from_names(["background", "road", "car"])


def wait_image(qtbot, window, image_id):
    qtbot.waitUntil(lambda: window.document.image_id == image_id)


def drag(window):
    """Paint with the mouse from the middle of the canvas."""
    canvas = window.canvas
    start = canvas.rect().center()
    end = start + QPoint(60, 20)
    left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(canvas, left, plain, start)
    QTest.mouseMove(canvas, end)
    QTest.mouseRelease(canvas, left, plain, end)


def key(window, key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(window.canvas, key, modifiers)
