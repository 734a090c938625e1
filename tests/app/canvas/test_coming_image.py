from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.canvas.coming_image import ComingImage
from app.document.loaded_image import Draft


def test_it_covers_the_canvas_with_the_picture_and_takes_the_mouse(qtbot):
    canvas = QWidget()
    qtbot.addWidget(canvas)
    canvas.resize(300, 200)
    pressed = []
    canvas.mousePressEvent = pressed.append
    coming = ComingImage(canvas)
    canvas.show()
    assert not coming.isVisible()
    coming.show_draft(Draft("sub/a.jpg", np.full((100, 150, 3), (10, 200, 30), np.uint8)))
    assert coming.geometry() == canvas.rect()
    assert coming.grab().toImage().pixelColor(150, 150).getRgb()[:3] == (10, 200, 30)
    canvas.resize(400, 260)
    qtbot.waitUntil(lambda: coming.geometry() == canvas.rect())
    QTest.mouseClick(coming, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(200, 150))
    assert not pressed
    coming.show_draft(None)
    assert not coming.isVisible()
