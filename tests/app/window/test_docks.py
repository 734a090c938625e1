from __future__ import annotations

import numpy as np
import pytest
import shiboken6
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.settings.settings import Settings
from app.window import main_window
from app.window.main_window import MainWindow
from segcore.labels.classes import ClassSet
from segcore.project.project import Project

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    Image.fromarray(np.full((64, 96, 3), 90, np.uint8)).save(folder / "a.png")
    Project.for_folder(folder, ClassSet.from_names(["road", "car"])).close()
    return folder


@pytest.fixture
def start(qtbot, photos, monkeypatch):
    """Return a function that starts a window with these settings and opens the project; the one before it is gone."""
    monkeypatch.setattr(main_window, "WARM_UP_MS", 1_000_000)
    running = []

    def end():
        while running:
            window = running.pop()
            window.shutdown()
            shiboken6.delete(window)
        QApplication.instance().setStyleSheet("")

    def started_with(settings, size=(1200, 780)):
        end()
        window = MainWindow(settings)
        running.append(window)
        window.resize(*size)
        window.show()
        window.open_path(photos)
        qtbot.waitUntil(lambda: window.document.image is not None)
        settle(qtbot, window)
        return window

    yield started_with
    end()


def settle(qtbot, window):
    """Wait until the icons are drawn, which changes what widgets need, and no size changes any more."""
    qtbot.waitUntil(lambda: not window.actions_["undo"].icon().isNull())
    seen = []

    def same():
        seen.append(sizes(window))
        return seen[-3:] == seen[-1:] * 3

    qtbot.waitUntil(same)


def sizes(window):
    return {dock.objectName(): (dock.width(), dock.height()) for dock in window.docks if dock.isVisible()}


def near(first, second, by=3):
    return first.keys() == second.keys() and all(
        abs(a - b) <= by for name in first for a, b in zip(first[name], second[name], strict=True)
    )


def drag_border(qtbot, window, dock, down):
    """Drag the border below a dock."""
    start = dock.mapTo(window, QPoint(dock.width() // 2, dock.height())) + QPoint(0, 0)
    left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    handle = window.windowHandle()
    QTest.mousePress(handle, left, plain, start)
    for step in range(1, 5):
        QTest.mouseMove(handle, start + QPoint(0, down * step // 4), 10)
    qtbot.wait(20)
    QTest.mouseRelease(handle, left, plain, start + QPoint(0, down))
    qtbot.wait(40)


def test_docks_keep_their_sizes_over_ten_restarts(qtbot, start, tmp_path):
    file = tmp_path / "settings.json"
    window = start(Settings(file))
    first = sizes(window)
    for _ in range(10):
        window.shutdown()
        window = start(Settings(file))
        qtbot.waitUntil(lambda window=window: near(sizes(window), first))


def test_docks_come_back_to_their_sizes_after_ten_resizes(qtbot, start):
    window = start(Settings())
    first = sizes(window)
    for width, height in [(1024, 640), (720, 430), (1600, 1000), (900, 500), (1300, 700)] * 2:
        window.resize(width, height)
        qtbot.wait(20)
    window.resize(1200, 780)
    qtbot.waitUntil(lambda: near(sizes(window), first))


def test_a_border_that_was_dragged_stays_where_it_was_put(qtbot, start, tmp_path):
    file = tmp_path / "settings.json"
    window = start(Settings(file))
    first = sizes(window)
    drag_border(qtbot, window, window.docks[1], 90)
    dragged = sizes(window)
    assert dragged["classes"][1] > first["classes"][1] + 60
    window.resize(800, 450)
    qtbot.waitUntil(lambda: window.docks[0].width() < dragged["images"][0])
    window.resize(1200, 780)
    qtbot.waitUntil(lambda: near(sizes(window), dragged))
    window.shutdown()
    again = start(Settings(file))
    qtbot.waitUntil(lambda: near(sizes(again), dragged))


def test_a_closed_dock_stays_closed_and_comes_back_in_its_size(qtbot, start, tmp_path):
    file = tmp_path / "settings.json"
    window = start(Settings(file))
    first = sizes(window)
    window.docks[1].close()
    qtbot.wait(40)
    window.shutdown()
    window = start(Settings(file))
    assert not window.docks[1].isVisible()
    window.docks[1].toggleViewAction().trigger()
    qtbot.waitUntil(lambda: near(sizes(window), first))


def test_sizes_of_other_docks_in_the_settings_do_no_harm(qtbot, start):
    settings = Settings()
    settings["window.docks"] = {"gone": [10, 10], "classes": [400, 500]}
    assert sizes(start(settings))["classes"][1] > 300
    with pytest.raises(ValueError, match="docks"):
        settings["window.docks"] = {"classes": [400, -1]}


@pytest.mark.parametrize("size", [(1024, 640), (700, 390)])
def test_no_panel_is_clipped_in_a_small_window(qtbot, start, size):
    window = start(Settings(), size)
    assert (window.width(), window.height()) == size
    for dock in window.docks:
        assert window.rect().contains(dock.geometry())
        assert dock.height() >= dock.minimumSizeHint().height()
        assert dock.width() >= dock.minimumSizeHint().width()
    assert window.canvas.width() >= 72


def test_the_cross_of_a_dock_can_be_hit_and_says_what_it_does(qtbot, start):
    window = start(Settings())
    for dock in window.docks:
        crosses = [
            button
            for button in (window.tabs.cornerWidget(), *dock.titleBarWidget().children())
            if button is not None and button.property("role") == "cross" and dock.windowTitle() in button.toolTip()
        ]
        assert len(crosses) == 1
        assert min(crosses[0].width(), crosses[0].height()) >= 20
        crosses[0].click()
        assert dock.isHidden()
