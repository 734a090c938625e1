"""The records of the open project: counts that agree with a recount, changes told once, files that cannot be read."""

from __future__ import annotations

import random
import threading

import numpy as np
import pytest
from PIL import Image

from app.document.document import Document
from app.document.image_state import ImageState, Known, state_of
from app.document.records import Records
from app.jobs.job_runner import JobRunner
from segcore.errors import ImageError
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance, State
from segcore.labels.probability_map import ProbabilityMap
from segcore.progress import drive
from segcore.project.index import ImageRecord
from segcore.project.marks import Mark, Verdict
from segcore.project.project import Project

WAIT = 5000


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    for name in "abc":
        Image.new("RGB", (6, 4)).save(folder / f"{name}.png")
    return folder


@pytest.fixture
def project(tmp_path, images):
    with Project.create(tmp_path / "p", images, ClassSet.from_names(["x", "y"])) as found:
        yield found


@pytest.fixture
def jobs(qtbot, project):
    jobs = JobRunner()
    yield jobs
    jobs.shutdown()


@pytest.fixture
def records(jobs):
    found = Records(Document(), jobs)
    found.heard = []
    found.changed.connect(found.heard.append)
    return found


@pytest.fixture
def opened(qtbot, records, project, jobs):
    records._document.set_project(project)
    qtbot.waitUntil(lambda: records.count() == 3, timeout=WAIT)
    qtbot.waitUntil(lambda: not jobs.busy, timeout=WAIT)
    qtbot.wait(10)
    records.heard.clear()
    return records


def painted(provenance=Provenance.PAINTED):
    label_map = LabelMap.blank(4, 6)
    label_map.labels[:], label_map.provenance[:] = 1, provenance
    return label_map


def test_counts_agree_with_a_recount_after_every_change(records):
    """With twenty thousand images, whatever becomes of them."""
    choose = random.Random(0)
    images = {
        f"{n}": ImageRecord(f"{n}", None, None, choose.choice(list(State)), None, None, None) for n in range(20_000)
    }
    records.take(None, list(images.values()))
    for _ in range(300):
        image_id = f"{choose.randrange(20_000)}"
        images[image_id] = images[image_id]._replace(
            state=choose.choice(list(State)),
            predicted_at=choose.choice([None, "2026"]),
            unreadable=choose.choice(["", "", "It is truncated."]),
        )
        records._put(images[image_id])
    assert records.all() == list(images.values())
    listed = [(state_of(record), record) for record in images.values()]
    for state in ImageState:
        assert records.count(state) == sum(each is state for each, _ in listed)
        assert records.with_prediction(state) == sum(each is state and r.predicted_at is not None for each, r in listed)
    assert records.count() == 20_000
    assert records.corrected == sum(r.state >= State.IN_PROGRESS for _, r in listed)
    assert records.remaining == sum(each not in (ImageState.DONE, ImageState.UNREADABLE) for each, _ in listed)


def test_a_save_while_the_list_is_read_is_in_it(qtbot, records, project):
    records.expect(project)
    records._document.set_project(project)
    known = Known.of(project.records())
    records.saved("a.png", project.save_label_map("a.png", painted()))
    records.fill(project, known)
    assert records.of("a.png").state is State.NEW, "as it was read"
    qtbot.waitUntil(lambda: records.of("a.png").state is State.IN_PROGRESS, timeout=WAIT)


def test_images_are_found_by_how_they_are_listed(records):
    choose = random.Random(1)
    states = [choose.choice(list(State)) for _ in range(200)]
    broken = [choose.choice(["", "", "It is truncated."]) for _ in states]
    rows = [
        ImageRecord(f"{n}", None, None, state, None, None, None, 1, why)
        for n, (state, why) in enumerate(zip(states, broken, strict=True))
    ]
    records.take(None, rows)
    records.marks._marks = {f"{n}": Mark(verdict=choose.choice(list(Verdict))) for n in range(0, 200, 3)}
    for state in ImageState:
        assert records.listed_as(state) == [row for row in rows if records.listed(row.id) is state]


def test_many_changes_are_told_once(qtbot, records):
    records.take(None, [ImageRecord(name, None, None, State.NEW, None, None, None) for name in "abcd"])
    for name in "ab":
        records.saved(name, State.IN_PROGRESS)
    records.saved("b", State.DONE)
    records.saved("c", State.NEW)
    records.saved("who", State.DONE)
    assert records.of("b").state is State.DONE, "known at once"
    assert records.heard == [], "told in the next turn"
    qtbot.waitUntil(lambda: bool(records.heard), timeout=WAIT)
    assert records.heard == [["a", "b"]]


def test_other_corrected_images_are_told(qtbot, records):
    told = []
    records.corrected_changed.connect(lambda: told.append(records.corrected))
    records.take(None, [ImageRecord(name, None, None, State.NEW, None, None, None) for name in "ab"])
    for state, expected in ((State.PREDICTED, []), (State.IN_PROGRESS, [1]), (State.DONE, [1]), (State.NEW, [1, 0])):
        with qtbot.waitSignal(records.changed):
            records.saved("a", state)
        assert told == expected


def test_a_save_and_a_prediction_change_their_row(qtbot, opened, project):
    opened.saved("a.png", project.save_label_map("a.png", painted()))
    assert opened.of("a.png").state is State.IN_PROGRESS
    nothing = np.zeros((4, 6), np.uint8)
    probabilities = np.full((2, 4, 6), 127, np.uint8)
    project.save_prediction("b.png", ProbabilityMap(probabilities, nothing, nothing, project.classes.indices, "m"))
    opened.read_again("b.png")
    qtbot.waitUntil(lambda: opened.of("b.png").predicted_at is not None, timeout=WAIT)
    qtbot.waitUntil(lambda: opened.of("a.png").labelled_at is not None, timeout=WAIT)
    assert opened.all() == project.records()
    assert {image_id for ids in opened.heard for image_id in ids} == {"a.png", "b.png"}


def test_it_is_read_after_the_saves_that_were_asked_for_before(qtbot, opened, project, jobs):
    jobs.submit("save", lambda: project.save_label_map("a.png", painted(Provenance.CONFIRMED)), quiet=True)
    opened.refresh()
    qtbot.waitUntil(lambda: not jobs.busy, timeout=WAIT)
    assert opened.count(ImageState.DONE) == 1


def test_another_project_replaces_everything(qtbot, opened, project, tmp_path, jobs):
    folder = tmp_path / "others"
    folder.mkdir()
    Image.new("RGB", (6, 4)).save(folder / "z.png")
    resets = []
    opened.reset.connect(lambda: resets.append(opened.count()))
    opened.read_again("a.png")
    with Project.create(tmp_path / "q", folder, ClassSet.from_names(["x"])) as other:
        opened._document.set_project(other)
        assert opened.count() == 0
        qtbot.waitUntil(lambda: [r.id for r in opened.all()] == ["z.png"], timeout=WAIT)
        opened._document.set_project(None)
        assert opened.all() == []
        qtbot.waitUntil(lambda: not jobs.busy, timeout=WAIT)
    assert resets == [0, 1, 0]


def test_headers_that_cannot_be_read_are_found_in_the_background(qtbot, opened, project, images, jobs):
    (images / "bad.png").write_bytes(b"no image")
    drive(project.rescan())
    opened.refresh()
    qtbot.waitUntil(lambda: opened.count(ImageState.UNREADABLE) == 1, timeout=WAIT)
    assert "bad.png" in opened.of("bad.png").unreadable
    assert opened.remaining == 3
    Image.new("RGB", (6, 4)).save(images / "bad.png")
    opened.look_again()
    qtbot.waitUntil(lambda: opened.count(ImageState.UNREADABLE) == 0, timeout=WAIT)
    qtbot.waitUntil(lambda: not jobs.busy, timeout=WAIT)


def test_coming_back_to_the_window_does_not_end_the_inspection(qtbot, opened, project, images, jobs):
    (images / "bad.png").write_bytes(b"no image")
    drive(project.rescan())
    opened.refresh(lambda: [opened.look_again() for _ in range(3)])  # as soon as the inspection has begun
    qtbot.waitUntil(lambda: opened.count(ImageState.UNREADABLE) == 1, timeout=WAIT)
    qtbot.waitUntil(lambda: not jobs.busy, timeout=WAIT)


def test_what_could_not_be_predicted_is_verified(qtbot, opened, images, jobs):
    data = (images / "a.png").read_bytes()
    (images / "a.png").write_bytes(data[: data.index(b"IDAT") + 6])
    opened.verify(["a.png", "b.png"])
    qtbot.waitUntil(lambda: opened.count(ImageState.UNREADABLE) == 1, timeout=WAIT)
    qtbot.waitUntil(lambda: not jobs.busy, timeout=WAIT)
    assert state_of(opened.of("a.png")) is ImageState.UNREADABLE
    assert state_of(opened.of("b.png")) is ImageState.NEW


@pytest.fixture
def held(monkeypatch, project):
    """Each look at the headers ends when the test says so; what it found is from before."""
    go_on, looked = threading.Event(), threading.Event()
    inspect = project.inspect

    def waits(*wanted):
        found = inspect(*wanted)
        looked.set()
        assert go_on.wait(10)
        return found

    monkeypatch.setattr(project, "inspect", waits)
    yield looked, go_on
    go_on.set()


def test_a_save_while_headers_are_looked_at_is_not_forgotten(qtbot, records, project, jobs, held):
    looked, go_on = held
    records._document.set_project(project)
    qtbot.waitUntil(lambda: records.count() == 3 and looked.is_set(), timeout=WAIT)
    records.saved("a.png", project.save_label_map("a.png", painted()))
    qtbot.waitUntil(lambda: records.of("a.png").labelled_at is not None, timeout=WAIT)
    told = []
    records.corrected_changed.connect(lambda: told.append(records.corrected))
    qtbot.waitUntil(lambda: records._reading is None, timeout=WAIT)
    go_on.set()
    qtbot.waitUntil(lambda: not jobs.busy, timeout=WAIT)
    qtbot.wait(10)
    assert records.all() == project.records()
    assert records.of("a.png").width == 6, "what the headers say is known, too"
    assert told in ([], [1]), "it never counted as not corrected again"


@pytest.mark.parametrize("more", [False, True], ids=["the same images", "one more"])
def test_what_headers_said_while_the_list_was_read_is_not_forgotten(
    qtbot, opened, project, images, jobs, monkeypatch, more
):
    go_on, read = threading.Event(), threading.Event()
    known = project.records

    def waits():
        found = known()
        read.set()
        assert go_on.wait(10)
        return found

    if more:
        Image.new("RGB", (6, 4)).save(images / "d.png")
        drive(project.rescan())
    monkeypatch.setattr(project, "records", waits)
    opened.refresh()
    assert read.wait(10)
    (images / "a.png").write_bytes(b"no image")
    opened._look_at_all()
    qtbot.waitUntil(lambda: opened.count(ImageState.UNREADABLE) == 1, timeout=WAIT)
    monkeypatch.setattr(project, "records", known)
    go_on.set()
    qtbot.waitUntil(lambda: not jobs.busy, timeout=WAIT)
    assert opened.count() == 3 + more
    assert opened.count(ImageState.UNREADABLE) == 1
    assert opened.all() == project.records()


def test_labels_of_an_unreadable_image_keep_their_state(qtbot, opened, project):
    opened.saved("a.png", project.save_label_map("a.png", painted()))
    opened.note_unreadable("a.png", ImageError("a.png is truncated."))
    qtbot.waitUntil(lambda: opened.count(ImageState.UNREADABLE) == 1, timeout=WAIT)
    assert opened.corrected == 1
    assert opened.of("a.png").state is State.IN_PROGRESS
