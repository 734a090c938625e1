from __future__ import annotations

import numpy as np
import pytest

from app.canvas.canvas import Canvas
from app.canvas.pen_options import ToolOptions
from app.document.document import Document, LoadedImage
from app.jobs.job_runner import JobRunner
from app.tools import crf_queue
from app.tools.crf_queue import CrfQueue
from app.tools.smart_stroke import SmartStrokeTool
from app.tools.toolbox import RADII, make_tools
from segcore.interactive import smart_stroke
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap
from tests.app.tools.stand_in_core import (
    Core,
    loaded,
)


@pytest.fixture
def core(monkeypatch):
    core = Core()
    core.gate.set()
    monkeypatch.setattr(smart_stroke, "SmartStroke", core.make)
    monkeypatch.setattr(crf_queue, "open_torch_libraries", lambda: False)
    return core


@pytest.fixture
def jobs(qapp):
    jobs = JobRunner()
    yield jobs
    jobs.shutdown()


@pytest.fixture
def document(qapp, jobs):
    document = Document()
    document.set_classes(ClassSet.from_names(["road", "car", "tree"]))
    document.show(loaded("a.png"))
    document.set_active_class(1)
    yield document
    document.clear_image()


@pytest.fixture
def tool(document, jobs, core):
    options = ToolOptions()
    options.set_radius(2)
    tool = SmartStrokeTool(document, options)
    tool.queue = CrfQueue(document, jobs, tool)
    return tool


@pytest.fixture
def paper(qtbot):
    """A canvas with all tools and a blank image of 80x60; class 1 is active."""
    document, options = Document(), ToolOptions(radii=RADII)
    document.set_classes(ClassSet.from_names(["road", "car"]))
    canvas = Canvas(document, make_tools(document, options), options)
    qtbot.addWidget(canvas)
    canvas.resize(700, 500)
    canvas.show()
    document.show(LoadedImage("a.png", np.zeros((60, 80, 3), np.uint8), LabelMap.blank(60, 80)))
    document.set_active_class(1)
    yield canvas
    document.clear_image()
