from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from PIL import Image

from app.document import autosave
from app.document.autosave import Autosaver
from app.document.document import Document
from app.document.journaling import WAIT_SECONDS, Journaling
from app.document.loaded_image import LoadedImage, load_image
from app.jobs.job_runner import JobRunner
from segcore.editing import Box, Edit, diff
from segcore.editing.edit import Tile
from segcore.errors import LabelError
from segcore.journal.journal import journal_path
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap
from segcore.project.project import Project


@pytest.fixture
def desk(qapp, tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    for name in ("a.png", "b.png"):
        Image.new("RGB", (300, 200), (1, 2, 3)).save(photos / name)

    class Desk:
        document = Document()
        jobs = JobRunner()
        project = Project.for_folder(photos, ClassSet.from_names(["road", "car"]))
        path = journal_path(project.root, "a.png")
        errors: list[object]

        def show(self, image_id):
            """Load it once everything before is on the disk, as the window does."""
            self.autosaver.flush()
            done = []
            job = self.jobs.submit("io", lambda: load_image(self.project, image_id))
            job.succeeded.connect(lambda found: done.append(self.document.show(found)))
            self.wait(lambda: bool(done))

        def files_say(self):
            """What a process that starts now would show."""
            return load_image(self.project, "a.png")

    desk = Desk()
    desk.autosaver = Autosaver(desk.document, desk.jobs)
    desk.journaling = Journaling(desk.document, desk.jobs, desk.autosaver)
    desk.errors = []
    desk.journaling.error.connect(desk.errors.append)
    desk.document.set_project(desk.project)
    yield desk
    desk.document.clear_image()
    desk.jobs.shutdown()
    desk.project.close()


@pytest.fixture
def open_desk(desk, qtbot):
    desk.wait = lambda condition: qtbot.waitUntil(lambda: bool(condition()))
    desk.show("a.png")
    return desk


def paint(document: Document, box: Box, value: int = 1) -> None:
    recorder = document.begin("Brush")
    recorder.paint(box, np.ones((box.height, box.width), np.bool_), value)
    document.commit(recorder)


def idle(desk) -> bool:
    return not desk.jobs.busy and not desk.autosaver.pending


def test_each_step_is_on_the_disk_while_no_label_is_saved_yet(open_desk):
    document = open_desk.document
    for step in (
        lambda: paint(document, Box(0, 0, 20, 20)),
        lambda: paint(document, Box(100, 100, 300, 200)),
        document.undo,
        document.redo,
        document.undo,
        lambda: paint(document, Box(50, 0, 60, 10)),
    ):
        step()
        labels = document.label_map.labels.copy()
        open_desk.wait(lambda labels=labels: np.array_equal(open_desk.files_say().label_map.labels, labels))
        assert document.label_map is not None
    assert open_desk.errors == []


def test_undo_and_redo_reach_back_behind_another_image(open_desk):
    document = open_desk.document
    paint(document, Box(0, 0, 20, 20))
    paint(document, Box(30, 0, 50, 20))
    document.undo()
    open_desk.show("b.png")
    assert (document.undo_name, document.redo_name) == ("", "")
    open_desk.show("a.png")
    document.redo()
    assert (document.label_map.labels == 1).sum() == 800
    document.undo()
    document.undo()
    assert (document.label_map.labels == 255).all()
    open_desk.wait(lambda: idle(open_desk))
    assert (open_desk.project.load_label_map("a.png").labels == 255).all(), "undo behind the load is saved, too"


def test_redo_is_there_when_everything_was_undone_before_the_image_was_left(open_desk):
    document = open_desk.document
    paint(document, Box(0, 0, 20, 20))
    document.undo()
    open_desk.show("b.png")
    open_desk.show("a.png")
    document.redo()
    assert (document.label_map.labels == 1).sum() == 400


def test_labels_are_never_on_the_disk_before_the_steps_that_lead_to_them(open_desk, monkeypatch):
    desk, go_on = open_desk, threading.Event()
    monkeypatch.setattr(autosave, "JOURNAL_SECONDS", 60.0)
    desk.jobs.submit("journal", go_on.wait, quiet=True)
    paint(desk.document, Box(0, 0, 9, 9))
    desk.autosaver.flush()
    time.sleep(0.1)  # the lane that saves could have written them
    assert not desk.project.labels_path("a.png").exists()
    go_on.set()
    desk.wait(lambda: not desk.autosaver.pending)
    assert desk.files_say().history.undo_name == "Brush"
    assert desk.project.labels_path("a.png").exists()


def test_a_journal_that_hangs_holds_up_no_save(open_desk):
    desk, go_on = open_desk, threading.Event()
    desk.jobs.submit("journal", go_on.wait, quiet=True)
    paint(desk.document, Box(0, 0, 9, 9))
    desk.autosaver.flush()
    desk.wait(lambda: not desk.autosaver.pending)
    go_on.set()
    assert desk.project.labels_path("a.png").exists()


def test_a_stroke_saved_half_way_leaves_the_history_whole(open_desk):
    document = open_desk.document
    paint(document, Box(0, 0, 20, 20))
    recorder = document.begin("Brush")
    recorder.paint(Box(30, 0, 50, 20), np.ones((20, 20), np.bool_), 1)
    open_desk.autosaver._save_when_free()
    open_desk.wait(lambda: not open_desk.jobs.busy)
    killed = open_desk.files_say()
    assert (killed.label_map.labels == 1).sum() == 800
    assert (len(killed.history), killed.warning) == (2, "")
    recorder.paint(Box(60, 0, 80, 20), np.ones((20, 20), np.bool_), 1)
    document.commit(recorder)
    open_desk.wait(lambda: open_desk.files_say().is_newer)
    found = open_desk.files_say()
    assert (found.label_map.labels == 1).sum() == 1200
    assert len(found.history) == 2


def test_what_was_brought_back_is_saved(open_desk):
    document = open_desk.document
    paint(document, Box(0, 0, 20, 20))
    open_desk.wait(lambda: open_desk.files_say().is_newer)
    newer = open_desk.files_say()
    document.show(newer)
    assert open_desk.autosaver.pending
    assert document.undo_name == "Brush"
    open_desk.wait(lambda: idle(open_desk))
    assert (open_desk.project.load_label_map("a.png").labels == 1).sum() == 400


def test_a_journal_that_cannot_be_written_is_told_once_and_editing_goes_on(open_desk):
    open_desk.path.parent.write_text("no folder")
    for n in range(3):
        paint(open_desk.document, Box(30 * n, 0, 30 * n + 20, 20))
    open_desk.wait(lambda: idle(open_desk))
    assert len(open_desk.errors) == 1
    assert "journal" in str(open_desk.errors[0])
    assert "go on painting and saving" in str(open_desk.errors[0])
    assert (open_desk.project.load_label_map("a.png").labels == 1).sum() == 1200
    open_desk.path.parent.unlink()
    paint(open_desk.document, Box(0, 50, 20, 70))
    open_desk.wait(lambda: len(open_desk.files_say().history) == 4)


def test_a_damaged_step_ends_the_history_and_changes_no_pixel(open_desk):
    document = open_desk.document
    found = open_desk.files_say()
    found.history.push(Edit("Brush", [Tile(Box(0, 0, 128, 128), b"no zip", b"no zip")]))
    document.show(found)
    with pytest.raises(LabelError, match="damaged"):
        document.undo()
    assert (document.undo_name, document.redo_name, document.journal) == ("", "", None)
    assert (document.label_map.labels == 255).all()


def test_ending_a_stroke_on_16_megapixels_holds_the_ui_thread_a_moment_only(open_desk, tmp_path):
    document = open_desk.document
    Image.new("RGB", (4096, 4096)).save(open_desk.project.images / "large.png")
    open_desk.show("large.png")
    document.show(load_image(open_desk.project, "large.png"))
    spent = []
    for n in range(20):
        recorder = document.begin("Brush")
        recorder.paint(Box(100, 150 * n, 1100, 150 * n + 40), np.ones((40, 1000), np.bool_), 1)
        start = time.thread_time()
        document.commit(recorder)
        spent.append(time.thread_time() - start)
    assert sorted(spent)[10] < 0.01
    assert WAIT_SECONDS < 0.05


def test_without_a_journal_nothing_is_written(open_desk):
    document = open_desk.document
    document.show(LoadedImage("a.png", np.zeros((20, 30, 3), np.uint8), LabelMap.blank(20, 30)))
    paint(document, Box(0, 0, 5, 5))
    open_desk.wait(lambda: not open_desk.jobs.busy)
    assert not open_desk.path.exists()


def test_what_follows_a_stroke_is_on_the_disk_as_one_step_with_it(open_desk):
    document = open_desk.document
    made: list[Edit] = []
    document.committed.connect(made.append)
    paint(document, Box(10, 10, 20, 20))
    label_map = document.label_map
    more = diff(label_map, label_map.accept(np.zeros(label_map.shape, np.uint8)), "Live")
    document.extend(made[0], more, document.revision)
    open_desk.wait(lambda: not open_desk.jobs.busy)
    found = open_desk.files_say()
    assert np.array_equal(found.label_map.labels, label_map.labels)
    assert len(found.history) == 1
    document.undo()
    open_desk.wait(lambda: not open_desk.jobs.busy)
    assert (open_desk.files_say().label_map.labels == 255).all()
