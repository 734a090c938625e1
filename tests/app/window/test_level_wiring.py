"""Window and level by a drag on the image, in the real window."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.appearance.numbers import measured
from app.tools.window_level import WindowLevelTool
from segcore.project.project import Project
from tests.app.window.open_window import CLASSES, wait_image

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
GREYS = np.arange(64 * 96, dtype=np.uint16).reshape(64, 96)
PICTURES = {
    "deep.tif": GREYS * 10,
    "float.tif": GREYS.astype(np.float32) / 1e6,
    "plain.png": np.stack([GREYS % 256] * 3, -1).astype(np.uint8),
}


@pytest.fixture(params=list(PICTURES))
def window(qtbot, window, tmp_path, request):
    folder = tmp_path / "deep"
    folder.mkdir()
    Image.fromarray(PICTURES[request.param]).save(folder / request.param)
    Project.for_folder(folder, CLASSES).close()
    window.open_path(folder)
    wait_image(qtbot, window, request.param)
    window.actions_["tool_window_level"].trigger()
    return window


def drag(window, right, down, hold=False):
    canvas, start = window.canvas, window.canvas.rect().center()
    QTest.mousePress(canvas, LEFT, PLAIN, start)
    QTest.mouseMove(canvas, start + QPoint(right, down))
    if not hold:
        QTest.mouseRelease(canvas, LEFT, PLAIN, start + QPoint(right, down))


def read(qtbot, window):
    drag(window, 0, 0)
    qtbot.waitUntil(lambda: bool(window.view.channels.ranges))


def test_a_drag_sets_window_and_level_and_a_double_click_goes_back(qtbot, window):
    controls, tool = window.view.channels, window.findChild(WindowLevelTool)
    before = window.document.label_map.labels.copy()
    drag(window, 0, 0)
    assert controls.switch.isChecked()
    assert "Reading" in tool.text
    qtbot.waitUntil(lambda: bool(controls.ranges))
    (low, high), *others = controls.ranges
    drag(window, 75, 0)
    wide, high_level = 2**0.5 * (high - low), (low + high) / 2
    assert controls.ranges[0] == (pytest.approx(high_level - wide / 2), pytest.approx(high_level + wide / 2))
    assert tool.text == f"Window {measured(wide)}, level {measured(high_level)}"
    assert len(set(controls.ranges)) == 1, "all channels of a colour image"
    drag(window, 0, -30)
    assert sum(controls.ranges[0]) / 2 < high_level
    assert len(others) in (0, 2)
    QTest.mouseDClick(window.canvas, LEFT, PLAIN, window.canvas.rect().center())
    assert controls.ranges[0] == (low, high)
    np.testing.assert_array_equal(window.document.label_map.labels, before)
    assert window.document.undo_name == ""


def test_escape_goes_back_to_the_range_before_the_drag(qtbot, window):
    read(qtbot, window)
    before = window.view.channels.ranges
    drag(window, 60, 40, hold=True)
    assert window.view.channels.ranges != before
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert window.view.channels.ranges == before


def test_a_channel_that_is_not_shown_keeps_its_range(qtbot, window):
    read(qtbot, window)
    controls = window.view.channels
    if len(controls.boxes) == 1:
        return
    controls.boxes[1].click()
    before = controls.ranges
    drag(window, 50, 0)
    assert controls.ranges[1] == before[1]
    assert controls.ranges[0] != before[0]
