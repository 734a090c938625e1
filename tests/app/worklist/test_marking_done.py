from __future__ import annotations

import pytest

from app.document.images_run import ImagesRun
from app.document.loaded_image import load_image
from app.worklist.marking_done import MarkingDone
from segcore.labels.label_map import Provenance, State
from segcore.project.project import Project
from tests.segcore.worklist.labelled_project import predicted, prediction, project_of

# The offscreen platform says this whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

NAMES = ("a.png", "b.png", "c.png", "new.png")


@pytest.fixture
def project(tmp_path):
    with project_of(tmp_path, {name: (n, (90, 120, 60)) for n, name in enumerate(NAMES)}) as project:
        for name in NAMES[:3]:
            predicted(project, name, prediction(1))
        again = project.root
    with Project.open(again) as project:
        yield project


@pytest.fixture
def marking(qtbot, session, project):
    session.document.set_project(project)
    marking = MarkingDone(session)
    qtbot.addWidget(marking.notice)
    yield marking
    session.document.set_project(None)


def run(qtbot, marking, act):
    jobs = []
    marking.job_started.connect(jobs.append)
    act()
    qtbot.waitUntil(lambda: bool(jobs) and jobs[-1].finished)
    marking.job_started.disconnect(jobs.append)
    return jobs[-1]


def states(project):
    return [project.load_labels(name).label_map.state() for name in NAMES]


def test_images_are_marked_in_one_go_and_opened_again_in_one_go(qtbot, marking, project):
    run(qtbot, marking, lambda: marking.mark(NAMES))
    assert states(project) == [State.DONE, State.DONE, State.DONE, State.NEW]
    assert marking.notice.label.text().startswith("3 images are marked as done. 1 stays as it was")
    assert not marking.notice.isHidden()
    run(qtbot, marking, marking.notice.undo_button.click)
    assert states(project) == [State.PREDICTED] * 3 + [State.NEW]
    assert marking.notice.isHidden()


def test_a_run_that_has_ended_is_nobodys_child_any_more(qtbot, marking, project):
    run(qtbot, marking, lambda: marking.mark(NAMES))
    run(qtbot, marking, marking.undo)
    qtbot.waitUntil(lambda: not marking.findChildren(ImagesRun))


def test_marking_nothing_leaves_the_last_marking_to_be_taken_back(qtbot, marking, project):
    run(qtbot, marking, lambda: marking.mark(NAMES[:2]))
    run(qtbot, marking, lambda: marking.mark(NAMES[:2]))
    assert not marking.notice.isHidden()
    run(qtbot, marking, marking.notice.undo_button.click)
    assert states(project)[:2] == [State.PREDICTED] * 2


def test_the_open_image_is_marked_through_the_document(qtbot, marking, project, session):
    session.document.show(load_image(project, "b.png"))
    run(qtbot, marking, lambda: marking.mark(NAMES))
    assert session.document.label_map.state() is State.DONE
    assert session.document.undo_name == "Mark as done"
    run(qtbot, marking, marking.undo)
    assert session.document.label_map.state() is State.PREDICTED
    session.autosaver.flush()
    qtbot.waitUntil(lambda: not session.autosaver.pending)
    assert states(project)[:3] == [State.PREDICTED] * 3


def test_an_image_that_is_being_loaded_is_marked_once_it_is_shown(qtbot, marking, project, session):
    session.document.coming = "a.png"
    loaded = load_image(project, "a.png")
    jobs = []
    marking.job_started.connect(jobs.append)
    marking.mark(["a.png", "b.png"])
    qtbot.wait(20)
    assert states(project)[:2] == [State.PREDICTED] * 2
    session.document.coming = None
    session.document.show(loaded)
    qtbot.waitUntil(lambda: jobs[0].finished)
    assert session.document.undo_name == "Mark as done"
    assert states(project)[1] is State.DONE


def test_the_undo_history_of_a_marked_image_has_the_step(qtbot, marking, project, session):
    run(qtbot, marking, lambda: marking.mark(["a.png"]))
    session.document.show(load_image(project, "a.png"))
    assert session.document.undo_name == "Mark as done"
    session.document.undo()
    assert (session.document.label_map.provenance == Provenance.PREDICTED).all()


def test_an_image_that_was_changed_since_stays_done(qtbot, marking, project):
    said = []
    marking.message.connect(said.append)
    run(qtbot, marking, lambda: marking.mark(["a.png", "b.png"]))
    changed = project.load_labels("a.png").label_map
    changed.labels[0, 0] = 2
    project.save_label_map("a.png", changed)
    run(qtbot, marking, marking.undo)
    assert states(project)[:2] == [State.DONE, State.PREDICTED]
    assert "Changed since, and therefore still done: 1." in said[-1]


def test_cancel_keeps_what_was_marked(qtbot, marking, project):
    jobs = []
    marking.job_started.connect(jobs.append)
    marking.mark(NAMES)
    jobs[0].progressed.connect(lambda _: jobs[0].cancel())
    qtbot.waitUntil(lambda: jobs[0].finished)
    assert states(project)[:2] == [State.DONE, State.PREDICTED]
    assert marking.notice.label.text() == "1 image is marked as done."


def test_an_unreadable_image_is_skipped(qtbot, marking, project):
    project.image_path("b.png").write_bytes(b"no image")
    project.labels_path("b.png").write_bytes(b"no labels")
    run(qtbot, marking, lambda: marking.mark(["a.png", "b.png", "c.png"]))
    assert [project.load_labels(name).label_map.state() for name in ("a.png", "c.png")] == [State.DONE] * 2
    assert project.labels_path("b.png").read_bytes() == b"no labels"


def test_nothing_to_mark_is_said(qtbot, marking):
    said = []
    marking.message.connect(said.append)
    run(qtbot, marking, lambda: marking.mark(["new.png"]))
    assert said == ["No image was marked: they are done already, or nothing in them is labelled yet."]
    assert marking.notice.isHidden()


def test_a_project_that_cannot_be_written_ends_it_with_an_error(qtbot, marking, project, monkeypatch):
    from segcore.errors import ProjectError

    errors = []
    marking.error.connect(errors.append)

    def full(*_, **__):
        raise ProjectError("The disk is full.", "Free some space.")

    monkeypatch.setattr(project, "save_label_map", full)
    run(qtbot, marking, lambda: marking.mark(NAMES))
    assert [error.message for error in errors] == ["The disk is full."]
