"""Click to segment by pointer events; the network is a tiny one that onnxruntime runs."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from app.canvas.pen_options import ToolOptions
from app.canvas.tool import LEFT, RIGHT, Pointer
from app.document.document import Document
from app.document.loaded_image import LoadedImage
from app.jobs.job_runner import JobRunner
from app.tools.click_segment import ClickSegmentTool
from segcore.editing.brush import Point
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap
from tests.segcore.prompting import networks

SIDE = 120


@pytest.fixture
def tool(qapp, tmp_path):
    image = np.zeros((SIDE, SIDE, 3), np.uint8)
    image[10:50, 20:60] = 255
    document, jobs = Document(), JobRunner()
    document.set_classes(ClassSet.from_names(["road", "car"]))
    document.show(LoadedImage("a.png", image, LabelMap.blank(SIDE, SIDE)))
    document.set_active_class(1)
    tool, files = ClickSegmentTool(document, ToolOptions()), networks.write(tmp_path)
    tool.jobs, tool.files = jobs, lambda: files
    tool.enter()
    yield tool
    jobs.shutdown()
    document.clear_image()


def click(tool: ClickSegmentTool, x: float, y: float, button=LEFT, to: tuple[float, float] | None = None) -> None:
    tool.press(Pointer(Point(x, y), 1.0, button))
    if to is not None:
        tool.drag(Pointer(Point(*to), 1.0, button))
    tool.release(Pointer(Point(*(to or (x, y))), 1.0, button))


def settle(tool, qtbot) -> None:
    qtbot.waitUntil(lambda: not tool.waits)


def test_a_click_shows_the_thing_and_enter_paints_it_as_one_edit(tool, qtbot):
    document = tool.document
    click(tool, 40, 30)
    settle(tool, qtbot)
    assert document.patch.painted.sum() > 1000
    assert (document.label_map.labels == 255).all()
    assert tool.finish()
    labels = document.label_map.labels
    assert labels[30, 40] == 1
    assert labels[100, 100] == 255
    assert document.patch is None
    assert tool.prompt.is_empty
    document.undo()
    assert (document.label_map.labels == 255).all()
    assert not tool.finish()


def test_points_and_boxes_are_steps(tool, qtbot):
    click(tool, 40, 30)
    click(tool, 10, 100, RIGHT)
    click(tool, 18, 8, to=(62, 52))
    assert tool.prompt.box == (18, 8, 62, 52)
    assert [inside for _, _, inside in tool.prompt.points] == [True, False]
    assert tool.step_back()
    assert tool.prompt.box is None
    assert tool.step_forward()
    assert tool.prompt.box is not None
    assert tool.cancel()
    assert tool.prompt.is_empty
    assert not tool.step_back()
    settle(tool, qtbot)
    assert tool.document.patch is None


def test_a_click_beside_the_image_means_nothing(tool):
    click(tool, -5, 30)
    assert tool.prompt.is_empty


def test_without_a_network_it_asks_for_one(tool, qtbot):
    tool.files = lambda: None
    with qtbot.waitSignal(tool.files_needed):
        click(tool, 40, 30)
    assert tool.prompt.is_empty


def test_another_image_drops_the_prompt(tool, qtbot):
    click(tool, 40, 30)
    settle(tool, qtbot)
    tool.document.show(LoadedImage("b.png", np.zeros((50, 70, 3), np.uint8), LabelMap.blank(50, 70)))
    settle(tool, qtbot)
    assert tool.prompt.is_empty
    assert tool.document.patch is None
    click(tool, 40, 30)
    said = []
    tool.message.connect(said.append)
    settle(tool, qtbot)
    assert "Nothing was found" in said[0]


def test_the_next_image_is_looked_at_ahead(tool, qtbot, tmp_path):
    settle(tool, qtbot)
    path = tmp_path / "next.png"
    Image.new("RGB", (30, 30)).save(path)
    tool.following = lambda: path
    tool.look_again()
    qtbot.waitUntil(lambda: len(tool._lane._encoded) == 2)


def test_a_damaged_file_is_told_and_the_labels_stay(tool, qtbot):
    settle(tool, qtbot)
    files = tool.files()
    tool.files = lambda: files._replace(decoder=files.decoder.with_name("gone.onnx"))
    with qtbot.waitSignal(tool.error) as caught:
        click(tool, 40, 30)
    assert "gone.onnx" in str(caught.args[0])
    assert (tool.document.label_map.labels == 255).all()
