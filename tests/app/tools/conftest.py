from __future__ import annotations

import pytest

from app.canvas.pen_options import ToolOptions
from app.document.document import Document
from app.jobs.job_runner import JobRunner
from app.tools import crf_queue
from app.tools.crf_queue import CrfQueue
from app.tools.smart_stroke import SmartStrokeTool
from segcore.interactive import smart_stroke
from segcore.labels.classes import ClassSet
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
