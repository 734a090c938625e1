from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from app.canvas.channel_controls import ChannelControls
from app.canvas.channel_mix import ChannelMix, RawLevels
from app.canvas.range_bar import RangeBar
from app.document.loaded_image import LoadedImage
from segcore.images.channels import ShownChannel
from segcore.images.pyramid import pyramid
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap
from segcore.project.project import Project
from tests.app.canvas.spy_canvas import centre_of, show


@pytest.fixture
def bar(qtbot):
    bar = RangeBar("Range")
    qtbot.addWidget(bar)
    bar.resize(101, 44)
    bar.show_values(np.ones(10), 0.0, 1000.0, QColor(255, 0, 0))
    bar.show_range(200.0, 600.0)
    return bar


def drag(bar, start, step):
    QTest.mousePress(bar, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(bar, start + step)
    QTest.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=start + step)


@pytest.mark.parametrize(
    ("start", "step", "wanted"),
    [
        (QPoint(20, 20), QPoint(-10, 0), (100, 600)),
        (QPoint(60, 20), QPoint(15, 0), (200, 750)),
        (QPoint(40, 20), QPoint(5, 0), (250, 650)),
        (QPoint(40, 20), QPoint(0, -10), (150, 650)),
        (QPoint(60, 20), QPoint(-90, 0), (200, 201)),
    ],
)
def test_a_drag_moves_an_end_or_level_and_window(bar, start, step, wanted):
    """By hand: a view pixel is 10 units; one pixel up makes the window 10 units wider, half of it at each end."""
    seen = []
    bar.range_changed.connect(lambda low, high: seen.append((low, high)))
    drag(bar, start, step)
    assert seen[-1] == (pytest.approx(wanted[0]), pytest.approx(wanted[1]))
    assert (bar.low, bar.high) == seen[-1]


def test_keys_and_a_double_click(bar, qtbot):
    QTest.keyClick(bar, Qt.Key.Key_Right)
    assert (bar.low, bar.high) == (pytest.approx(220), pytest.approx(620))
    QTest.keyClick(bar, Qt.Key.Key_Down)
    assert (bar.low, bar.high) == (pytest.approx(230), pytest.approx(610))
    with qtbot.waitSignal(bar.reset_wanted):
        QTest.mouseDClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(40, 20))


def test_levels_have_the_sizes_of_the_pyramid():
    image = np.zeros((1301, 1100, 3), np.uint8)
    raw = RawLevels.of(np.zeros((1301, 1100, 2), np.uint16), 1 + len(pyramid(image)))
    assert [level.shape[:2] for level in raw.levels[1:]] == [level.shape[:2] for level in pyramid(image)]
    assert all(level.shape[2] == 2 for level in raw.levels)
    one = RawLevels.of(np.zeros((1301, 1100, 1), np.float32), 2)
    assert one.levels[1].shape == (651, 550, 1)


def test_the_canvas_shows_the_mix_at_any_zoom_and_the_labels_over_it(canvas, document):
    show(document, 700, 900)
    stored = np.full((700, 900, 1), 500, np.uint16)
    stored[:, 450:] = 1000
    mix = ChannelMix(
        RawLevels.of(stored, 1 + len(canvas.levels)), [ShownChannel(color=(255, 255, 0), low=0.0, high=1000.0)]
    )
    canvas.show_channels(mix)
    for zoom in (0.4, 1.0, 3.0):
        canvas.zoom_to(zoom)
        canvas.tool.hover(None)
        picture = canvas.grab().toImage()
        for x, wanted in ((440, (128, 128, 0)), (460, (255, 255, 0))):
            where = canvas.transform.to_view(centre_of(x, 350)).toPoint()
            assert picture.pixelColor(where).getRgb()[:3] == wanted, (zoom, x)
    assert canvas.stored_at(460, 3) == [1000.0]
    assert (document.image == 100).all()
    canvas.show_channels(None)
    assert canvas.stored_at(460, 3) == []
    assert canvas.grab(QRect(200, 150, 1, 1)).toImage().pixelColor(0, 0).getRgb()[:3] == (100, 100, 100)


def test_another_image_is_shown_without_the_channels_of_the_last(canvas, document):
    show(document)
    canvas.show_channels(ChannelMix(RawLevels.of(np.zeros((100, 100, 1), np.uint16), 1), [ShownChannel()]))
    show(document, image_id="b.png", value=50)
    assert canvas.stored_at(5, 5) == []
    middle = canvas.rect().center()
    assert canvas.grab(QRect(middle.x(), middle.y(), 1, 1)).toImage().pixelColor(0, 0).red() == 50


@pytest.fixture
def controls(session, qtbot, tmp_path):
    (tmp_path / "photos").mkdir()
    deep = np.arange(1200, dtype=np.uint16).reshape(30, 40) * 50
    Image.fromarray(deep).save(tmp_path / "photos" / "a.tif")
    Image.fromarray(np.full((30, 40, 3), (10, 20, 30), np.uint8)).save(tmp_path / "photos" / "b.png")
    project = Project.for_folder(tmp_path / "photos", ClassSet.from_names(["a"]))
    controls = ChannelControls(session)
    qtbot.addWidget(controls)
    session.document.set_project(project)
    controls.mixes = []
    controls.mix_changed.connect(controls.mixes.append)
    yield controls
    session.document.set_project(None)
    project.close()


def open_image(document, image_id):
    document.show(LoadedImage(image_id, np.zeros((30, 40, 3), np.uint8), LabelMap.blank(30, 40)))


def test_channels_are_read_when_they_are_wanted(controls, session, qtbot):
    open_image(session.document, "a.tif")
    assert controls.mixes[-1] is None
    controls.switch.click()
    qtbot.waitUntil(lambda: controls.mixes[-1] is not None)
    assert controls.mixes[-1].values_at(39, 29) == [59950.0]
    assert [box.text() for box in controls.boxes] == ["Grey"]
    controls.bars[0].range_changed.emit(100.0, 200.0)
    assert controls.mixes[-1].channels == (ShownChannel(low=100.0, high=200.0),)
    controls.bars[0].reset_wanted.emit()
    assert controls.mixes[-1].channels == (ShownChannel(),)
    open_image(session.document, "b.png")
    assert controls.mixes[-1] is None
    qtbot.waitUntil(lambda: controls.mixes[-1] is not None)
    assert [box.text() for box in controls.boxes] == ["Red", "Green", "Blue"]
    controls.boxes[1].click()
    controls.recolor(0, (255, 0, 255))
    assert [c.shown for c in controls.mixes[-1].channels] == [True, False, True]
    assert controls.mixes[-1].channels[0].color == (255, 0, 255)
    controls.switch.click()
    assert controls.mixes[-1] is None
    assert controls.boxes == []


def test_the_project_keeps_them(controls, session, qtbot):
    project = session.document.project
    controls.switch.click()
    open_image(session.document, "a.tif")
    qtbot.waitUntil(lambda: bool(controls.bars))
    controls.bars[0].range_changed.emit(100.0, 200.0)
    session.document.set_project(None)  # leaving it does not wait
    qtbot.waitUntil(lambda: bool(project.settings.get("view.channels", {}).get("channels")))
    assert not controls.switch.isChecked()
    session.document.set_project(project)
    assert controls.switch.isChecked()
    open_image(session.document, "a.tif")
    qtbot.waitUntil(lambda: bool(controls.bars))
    assert controls.channels == (ShownChannel(low=100.0, high=200.0),)


def test_a_file_that_cannot_be_read_is_said_and_the_image_stays(controls, session, qtbot, tmp_path):
    (tmp_path / "photos" / "a.tif").write_bytes(b"II*\0 nothing")
    controls.switch.click()
    open_image(session.document, "a.tif")
    qtbot.waitUntil(lambda: bool(controls.note.text()))
    assert controls.mixes[-1] is None
    Image.fromarray(np.zeros((9, 9), np.uint16)).save(tmp_path / "photos" / "a.tif")
    open_image(session.document, "a.tif")
    qtbot.waitUntil(lambda: "another size" in controls.note.text())


def test_pages_are_channels_when_the_project_says_so(controls, session, qtbot, tmp_path):
    session.document.project.set_setting("pages_are_channels", True)
    pages = [Image.fromarray(np.full((30, 40), 1000 * n, np.uint16)) for n in range(3)]
    pages[0].save(tmp_path / "photos" / "a.tif", save_all=True, append_images=pages[1:])
    controls.switch.click()
    open_image(session.document, "a.tif")
    qtbot.waitUntil(lambda: bool(controls.boxes))
    assert [box.text() for box in controls.boxes] == ["Channel 1", "Channel 2", "Channel 3"]
    assert controls.mixes[-1].values_at(0, 0) == [0.0, 1000.0, 2000.0]


def test_the_ends_of_a_range_are_not_read_as_negative(bar):
    bar.show_values(np.zeros(4), -200.0, 400.0, QColor("red"))
    bar.show_range(-191.2, 318.8)
    assert bar.text() == "-191.2 – 318.8"
