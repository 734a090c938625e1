"""Folders that go away while somebody paints, and come back: nothing is lost, and nothing is written in their place."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from app.document import autosave
from segcore.errors import ImageError, ProjectError, ProjectMissingError
from segcore.images.image import read_image
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import State
from segcore.progress import drive
from segcore.project.pixel_counts import count_pixels
from segcore.project.project import Project
from segcore.worklist.facts_store import opened as opened_facts
from tests.faults.desk import Desk, make_project, noise, painted_rows, same
from tests.systems import linux_only

pytestmark = linux_only("an open folder cannot be renamed there")


@pytest.fixture
def share(tmp_path) -> Path:
    """What stands for a network disk; renaming it takes it away."""
    (tmp_path / "share").mkdir()
    return tmp_path / "share"


@pytest.fixture
def desk(qapp, share, monkeypatch):
    monkeypatch.setattr(autosave, "RETRY_MS", 50)
    desk = Desk(make_project(share))
    yield desk
    desk.jobs.shutdown()
    desk.project.close()


@pytest.fixture(params=["missing", "empty"])
def away(request, share):
    """Take the disk away, and return what brings it back; its mount point stays as an empty folder, or not."""
    elsewhere = share.with_name("elsewhere")

    def vanish():
        share.rename(elsewhere)
        if request.param == "empty":
            (share / "p").mkdir(parents=True)
            (share / "photos").mkdir()

        def back():
            assert written_in(share) == []
            if share.exists():
                shutil.rmtree(share)
            elsewhere.rename(share)

        return back

    return vanish


def written_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_painted_while_the_disk_is_away_is_saved_by_itself_when_it_is_back(desk, qtbot, away):
    desk.paint(3)
    qtbot.waitUntil(lambda: not desk.autosaver.pending)
    back = away()
    desk.paint(4)
    qtbot.waitUntil(lambda: bool(desk.errors))
    desk.paint(5)
    qtbot.wait(300)  # tries again and again
    assert [type(error) for error in desk.errors] == [ProjectMissingError]
    assert "kept in memory" in desk.errors[0].remedy
    assert desk.autosaver.pending
    back()
    qtbot.waitUntil(lambda: not desk.autosaver.pending)
    assert desk.mended == desk.errors
    desk.paint(6)
    qtbot.waitUntil(lambda: not desk.autosaver.pending and not desk.jobs.busy)
    root = desk.project.root
    desk.project.close()
    assert painted_rows(root) == 4
    assert not list(root.rglob("*.changed*"))


def test_the_strokes_made_meanwhile_can_be_undone_after_the_disk_is_back(desk, qtbot, away, share):
    from segcore.journal.journal import recall

    back = away()
    desk.paint(4)
    qtbot.waitUntil(lambda: bool(desk.errors))
    back()
    desk.paint(5)
    qtbot.waitUntil(lambda: not desk.autosaver.pending and not desk.jobs.busy)
    project = desk.project
    saved = project.load_label_map("a.png")
    found = recall(project.root, "a.png", saved, project.classes, project.class_history)
    assert [found.history.undo() is not None for _ in range(3)] == [True, True, False]


def test_nothing_at_all_is_written_in_its_place(share, away):
    with Project.open(make_project(share)) as project:
        back = away()
        for attempt in (
            lambda: project.save_label_map("a.png", noise(2)),
            lambda: project.set_setting("a", 1),
            lambda: project.set_classes(project.classes.added("more")),
            lambda: project.new_checkpoint_path(),
            lambda: project.check_writer(),
        ):
            with pytest.raises(ProjectError):
                attempt()
        assert project.versions.keep("a.png", "Brush", 1_000_000_000) is None
        drive(count_pixels(project))
        with opened_facts(project.root, read_only=False):
            pass
        back()
        assert same(project.load_label_map("a.png"), noise(1))
        assert project.settings == {}
        assert project.classes.names == ["x", "y", "z"]
        project.save_label_map("a.png", noise(2))
        assert same(project.load_label_map("a.png"), noise(2))


def test_images_cannot_be_read_for_a_while_and_then_can(share, away):
    with Project.open(make_project(share)) as project:
        back = away()
        with pytest.raises(ImageError):
            project.size("b.png")
        with pytest.raises(ProjectMissingError):
            drive(project.rescan())
        assert project.image_ids() == ["a.png", "b.png"]
        back()
        drive(project.rescan())
        assert project.image_ids() == ["a.png", "b.png"]
        assert [record.unreadable for record in project.records()] == ["", ""]
        assert project.state("a.png") is State.DONE
        assert project.size("b.png") == (300, 400)


def test_an_image_that_is_back_before_it_was_noted_as_missing_is_looked_at_again(share, away):
    with Project.open(make_project(share)) as project:
        back = away()
        with pytest.raises(ImageError) as caught:
            read_image(project.image_path("b.png"))
        back()
        assert project.note_unreadable("b.png", caught.value).unreadable
        assert not project.look_at("b.png").unreadable


def test_labels_do_not_go_into_another_project_in_its_place(desk, qtbot, away, share):
    root = desk.project.root
    away()
    shutil.rmtree(share, ignore_errors=True)
    (share / "photos").mkdir(parents=True)
    Project.create(root, share / "photos", ClassSet.from_names(["cat", "dog"])).close()
    before = {path: path.read_bytes() for path in written_in(root) if "sqlite" not in path.name}
    desk.paint(4)
    qtbot.waitUntil(lambda: bool(desk.errors))
    assert "other classes" in desk.errors[0].message
    assert desk.autosaver.pending
    assert {path: data for path, data in before.items() if path.read_bytes() != data} == {}
    assert not list(root.glob("labels/*"))


def test_a_project_that_a_newer_maskwright_changed_meanwhile_is_read_only_from_then_on(desk, qtbot):
    path = desk.project.root / "project.json"
    text = json.dumps(json.loads(path.read_bytes()) | {"schema": 2, "written_by": "3.1"})
    path.write_text(text)
    desk.paint(4)
    qtbot.waitUntil(lambda: bool(desk.errors))
    assert "3.1" in desk.errors[0].message
    assert "3.1" in desk.project.read_only
    assert path.read_text() == text


def test_the_project_file_that_was_deleted_is_written_again(desk, qtbot):
    for name in ("project.json", "project.json.bak"):
        (desk.project.root / name).unlink()
    desk.paint(4)
    qtbot.waitUntil(lambda: not desk.autosaver.pending)
    root = desk.project.root
    desk.project.close()
    assert painted_rows(root) == 1


def test_labels_that_become_a_link_out_of_the_project_are_not_followed(desk, qtbot, tmp_path):
    root, outside = desk.project.root, tmp_path / "outside"
    (root / "labels").rename(outside)
    (root / "labels").symlink_to(outside)
    before = (outside / "a.png.png").read_bytes()
    desk.paint(4)
    desk.autosaver.flush()
    qtbot.waitUntil(lambda: bool(desk.errors))
    assert desk.autosaver.pending
    assert (outside / "a.png.png").read_bytes() == before
    (root / "labels").unlink()
    desk.autosaver.flush()
    qtbot.waitUntil(lambda: not desk.autosaver.pending)
