from __future__ import annotations

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest

from app.canvas.minimap import Minimap
from app.canvas.ruler_controls import RulerControls, Source
from app.canvas.rulers import THICK, Rulers, step_of
from segcore.images.pixel_size import PIXELS, PixelSize
from segcore.labels.classes import ClassSet
from segcore.project.project import Project
from tests.app.canvas.spy_canvas import show


@pytest.mark.parametrize(
    ("view_pixels", "step", "parts"),
    [(1.0, 100, 10), (0.5, 200, 4), (64.0, 1, 10), (8.0, 10, 10), (0.1, 1000, 10), (20.0, 5, 5), (640.0, 0.1, 10)],
)
def test_numbers_stand_at_1_2_or_5_times_a_power_of_ten(view_pixels, step, parts):
    """By hand: a step has at least 64 view pixels."""
    assert step_of(view_pixels) == (pytest.approx(step), parts)


def test_rulers_are_seen_with_an_image_and_leave_clicks_to_the_canvas(canvas, document):
    rulers = Rulers(canvas)
    rulers.shown = True
    assert not rulers.top.isVisible()
    show(document)
    assert rulers.top.isVisible()
    assert rulers.left.height() == canvas.height()
    assert canvas.childAt(QPoint(100, 5)) is None
    plain = rulers.top.grab().toImage()
    canvas.zoom_to(2.0)
    zoomed = rulers.top.grab().toImage()
    assert zoomed != plain
    rulers.measure(PixelSize(0.25, 0.25, "µm"))
    assert rulers.top.grab().toImage() != zoomed
    canvas.cursor_moved.emit(50, 50)
    middle = canvas.transform.rect_to_view(QRectF(50, 50, 1, 1)).center()
    assert rulers.top._mark == round(middle.x())
    assert rulers.left._mark == round(middle.y())
    rulers.shown = False
    assert not rulers.top.isVisible()


def test_a_tick_stands_where_its_pixel_begins(canvas, document):
    """At zoom 2 every 50 pixels have a number; the line of pixel 50 is as high as the ruler."""
    show(document)
    canvas.zoom_to(2.0)
    rulers = Rulers(canvas)
    rulers.shown = True
    picture = rulers.top.grab().toImage()
    at = round(canvas.transform.rect_to_view(QRectF(50, 0, 1, 1)).left())
    background = picture.pixel(at + 2, THICK - 3)
    assert any(picture.pixel(at + shift, THICK - 3) != background for shift in (-1, 0))
    assert any(picture.pixel(at + shift, 12) != background for shift in (-1, 0))


def test_the_minimap_is_there_while_a_part_is_hidden_and_goes_where_it_is_clicked(canvas, document):
    minimap = Minimap(canvas)
    show(document, 200, 400)
    assert not minimap.isVisible()
    canvas.zoom_to(4.0)
    assert minimap.isVisible()
    assert canvas.rect().contains(minimap.geometry())
    assert minimap.width() == 2 * minimap.height()
    QTest.mouseClick(minimap, Qt.MouseButton.LeftButton, pos=QPoint(minimap.width() // 4, minimap.height() // 2))
    middle = canvas.transform.to_image(QPointF(canvas.rect().center()))
    assert abs(middle.x - 100) < 8
    assert abs(middle.y - 100) < 8
    seen = minimap.seen()
    assert abs(seen.center().x() - minimap.width() / 4) < 2
    assert abs(seen.width() / minimap.width() - canvas.width() / 4 / 400) < 0.03
    document_labels = document.label_map.labels.copy()
    assert (document_labels == 255).all()
    minimap.wanted = False
    assert not minimap.isVisible()
    minimap.wanted = True
    canvas.fit()
    assert not minimap.isVisible()


@pytest.fixture
def controls(session, qtbot, tmp_path):
    (tmp_path / "photos").mkdir()
    controls = RulerControls(session)
    qtbot.addWidget(controls)
    return controls


def test_the_unit_is_kept_with_the_project(controls, session, qtbot, tmp_path):
    project = Project.for_folder(tmp_path / "photos", ClassSet.from_names(["a"]))
    session.document.set_project(project)
    seen = []
    controls.size_changed.connect(seen.append)
    controls.choice.setCurrentIndex(controls.choice.findData(Source.OWN))
    controls.number.setValue(0.25)
    assert seen[-1] == PixelSize(0.25, 0.25, "µm")
    controls.unit.setText(" ")
    controls.unit.textEdited.emit(" ")
    assert seen[-1] == PIXELS
    assert "unit" in controls.note.text()
    controls.unit.setText("nm")
    controls.unit.textEdited.emit("nm")
    session.document.set_project(None)  # leaving it does not wait
    qtbot.waitUntil(lambda: project.settings.get("view.pixel_size", {}).get("unit") == "nm")
    assert controls.size_of_pixel == PIXELS
    session.document.set_project(project)
    assert controls.size_of_pixel == PixelSize(0.25, 0.25, "nm")
    session.document.set_project(None)
    project.close()


def test_a_damaged_setting_means_pixels(controls, session, tmp_path):
    project = Project.for_folder(tmp_path / "photos", ClassSet.from_names(["a"]))
    for kept in ({"source": [], "x": "0"}, {"source": "own"}, 7):
        project.set_setting("view.pixel_size", kept)
        session.document.set_project(project)
        assert controls.number.value() > 0
        session.document.set_project(None)
    project.close()


def test_the_unit_of_the_file_is_read_with_each_image(controls, session, qtbot, tmp_path):
    for name, dots in (("a.png", (254, 254)), ("b.png", None)):
        Image.new("L", (40, 30)).save(tmp_path / "photos" / name, **({"dpi": dots} if dots else {}))
    project = Project.for_folder(tmp_path / "photos", ClassSet.from_names(["a"]))
    session.document.set_project(project)
    controls.choice.setCurrentIndex(controls.choice.findData(Source.FILE))
    show(session.document, 30, 40, image_id="a.png")
    qtbot.waitUntil(lambda: controls.size_of_pixel.unit == "mm")
    assert controls.size_of_pixel.x == pytest.approx(0.1, rel=1e-3)
    assert "0.1 mm" in controls.note.text()
    show(session.document, 30, 40, image_id="b.png")
    qtbot.waitUntil(lambda: controls.size_of_pixel == PIXELS)
    assert "no resolution" in controls.note.text()
    session.document.set_project(None)
    project.close()
