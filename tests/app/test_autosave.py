from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from app.autosave import Autosaver
from app.document import Document, LoadedImage
from app.jobs import JobRunner
from segcore.classes import ClassSet
from segcore.editing import Box
from segcore.errors import ProjectError
from segcore.labelmap import LabelMap, State


class FakeProject:
    """Keeps what is saved in memory; ``gate`` makes the disk slow, ``broken`` makes it fail."""

    def __init__(self, root):
        self.root = root
        self.classes = ClassSet.from_names(["road", "car"])
        self.saves: list[tuple[str, int, float]] = []
        self.threads: set[str] = set()
        self.broken = False
        self.gate = threading.Event()
        self.gate.set()

    def save_label_map(self, image_id, label_map):
        self.gate.wait(5)
        self.threads.add(threading.current_thread().name)
        if self.broken:
            raise ProjectError("No space left.", "Make room.")
        self.saves.append((image_id, int((label_map.labels != 255).sum()), time.monotonic()))
        return label_map.state()


def blank(image_id: str) -> LoadedImage:
    return LoadedImage(image_id, np.zeros((64, 64, 3), np.uint8), LabelMap.blank(64, 64))


@pytest.fixture
def desk(qapp, tmp_path):
    class Desk:
        document = Document()
        jobs = JobRunner()
        project = FakeProject(tmp_path)

    desk = Desk()
    desk.autosaver = Autosaver(desk.document, desk.jobs)
    desk.document.set_project(desk.project)
    desk.document.show(blank("a.png"))
    yield desk
    desk.project.gate.set()
    desk.jobs.shutdown()


def paint(document: Document, box: Box) -> None:
    recorder = document.begin("Brush")
    recorder.paint(box, np.ones((box.height, box.width), np.bool_), 1)
    document.commit(recorder)


def test_a_stroke_is_saved_within_a_second_off_the_ui_thread(desk, qtbot):
    painted = time.monotonic()
    paint(desk.document, Box(0, 0, 4, 4))
    assert desk.autosaver.pending
    with qtbot.waitSignal(desk.autosaver.saved, timeout=3000) as caught:
        pass
    assert caught.args == ["a.png", int(State.IN_PROGRESS)]
    image_id, pixels, when = desk.project.saves[0]
    assert (image_id, pixels) == ("a.png", 16)
    assert when - painted < 1.0
    assert desk.project.threads == {"lane-save"}
    assert not desk.autosaver.pending


def test_a_long_stroke_is_saved_while_it_goes_on(desk, qtbot):
    started = time.monotonic()
    recorder = desk.document.begin("Brush")
    column = 0
    while time.monotonic() - started < 1.3:
        recorder.paint(Box(column % 64, 0, column % 64 + 1, 1), np.ones((1, 1), np.bool_), 1)
        column += 1
        qtbot.wait(50)
    assert desk.project.saves
    assert desk.project.saves[0][2] - started < 1.0
    assert desk.document.stroke_in_progress
    desk.document.commit(recorder)


def test_many_strokes_become_one_save(desk, qtbot):
    for row in range(5):
        paint(desk.document, Box(0, row, 10, row + 1))
    with qtbot.waitSignal(desk.autosaver.saved, timeout=3000):
        pass
    assert [pixels for _, pixels, _ in desk.project.saves] == [50]


def test_what_is_painted_after_the_snapshot_is_in_the_next_save(desk, qtbot):
    desk.project.gate.clear()
    paint(desk.document, Box(0, 0, 1, 1))
    desk.autosaver.flush()
    paint(desk.document, Box(0, 1, 2, 2))
    desk.project.gate.set()
    qtbot.waitUntil(lambda: not desk.autosaver.pending, timeout=3000)
    assert [pixels for _, pixels, _ in desk.project.saves] == [1, 3]


def test_another_image_saves_the_last_stroke_of_this_one_first(desk, qtbot):
    recorder = desk.document.begin("Brush")
    recorder.paint(Box(0, 0, 3, 1), np.ones((1, 3), np.bool_), 1)
    desk.document.show(blank("b.png"))
    paint(desk.document, Box(0, 0, 1, 1))
    desk.autosaver.flush()
    qtbot.waitUntil(lambda: not desk.autosaver.pending, timeout=3000)
    assert [(i, n) for i, n, _ in desk.project.saves] == [("a.png", 3), ("b.png", 1)]


def test_a_flush_without_edits_saves_nothing(desk, qtbot):
    desk.autosaver.flush()
    qtbot.wait(50)
    assert desk.project.saves == []


def test_closing_waits_for_the_save(desk):
    paint(desk.document, Box(0, 0, 4, 4))
    desk.autosaver.flush()
    desk.jobs.shutdown()
    assert [pixels for _, pixels, _ in desk.project.saves] == [16]


def test_a_failed_save_is_reported_once_and_tried_again_with_the_next(desk, qtbot):
    errors: list[ProjectError] = []
    over: list[ProjectError] = []
    desk.autosaver.error.connect(errors.append)
    desk.autosaver.mended.connect(over.append)
    desk.project.broken = True
    for row in range(2):
        paint(desk.document, Box(0, row, 4, row + 1))
        desk.autosaver.flush()
        qtbot.waitUntil(lambda: not desk.jobs.busy, timeout=3000)
    assert [str(e) for e in errors] == ["No space left. Make room."]
    assert desk.autosaver.pending
    assert not over
    desk.document.show(blank("b.png"))
    desk.project.broken = False
    paint(desk.document, Box(0, 0, 1, 1))
    qtbot.waitUntil(lambda: not desk.autosaver.pending, timeout=3000)
    assert [(i, n) for i, n, _ in desk.project.saves] == [("a.png", 8), ("b.png", 1)]
    assert over == errors
    desk.project.broken = True
    paint(desk.document, Box(1, 0, 2, 1))
    desk.autosaver.flush()
    qtbot.waitUntil(lambda: len(errors) == 2, timeout=3000)


def test_edits_that_could_not_be_saved_are_there_on_coming_back(desk, qtbot):
    desk.project.broken = True
    paint(desk.document, Box(0, 0, 4, 4))
    desk.document.show(blank("b.png"))
    qtbot.waitUntil(lambda: not desk.jobs.busy, timeout=3000)
    desk.document.show(blank("a.png"))
    assert (desk.document.label_map.labels == 1).sum() == 16
