from __future__ import annotations

import os
import stat
import zipfile

import pytest

from segcore.errors import ProjectError
from segcore.files.atomic import atomic_write_bytes
from segcore.journal.journal import journal_path
from segcore.labels.label_map import State
from segcore.progress import drive
from segcore.project.marks import Mark
from segcore.project.packing import PackChoices, pack
from segcore.project.project import Access, Project
from segcore.project.sample_project import install_sample
from segcore.project.unpacking import unpack_project
from tests.segcore.project.small_project import painted, prediction
from tests.systems import posix_only


@pytest.fixture
def labelled(project):
    project.save_label_map("a.png", painted(1))
    project.save_label_map("sub dir/ü.png", painted(2))
    project.save_prediction("a.jpg", prediction())
    project.marks.put({"a.png": Mark(flagged=True, note="again")})
    atomic_write_bytes(journal_path(project.root, "a.png"), b"history")
    atomic_write_bytes(project.root / "checkpoints" / "version-001.safetensors", b"weights")
    atomic_write_bytes(project.root / "labels" / "a.png.damaged", b"kept")
    atomic_write_bytes(project.root / "versions" / "x", b"may be deleted")
    return project


def files_below(root, *folders):
    return {p.relative_to(root): p.read_bytes() for name in folders for p in (root / name).rglob("*") if p.is_file()}


KEPT = ("labels", "provenance", "predictions", "checkpoints", "journal")


def test_a_packed_project_is_the_same_elsewhere(labelled, tmp_path):
    report = drive(pack(labelled, tmp_path / "p.zip", PackChoices(images=True)))
    assert (report.labelled, report.images, report.left_out) == (2, 3, ())
    found = drive(unpack_project(tmp_path / "p.zip", tmp_path / "elsewhere" / "p"))
    assert (found.expected, found.missing, found.skipped) == (3, (), ())
    assert files_below(found.root, *KEPT) == files_below(labelled.root, *KEPT)
    assert files_below(found.root / "images", ".") == files_below(labelled.images, ".")
    assert not list((found.root).glob("*.sqlite"))
    assert not (found.root / "versions").exists()
    with Project.open(found.root) as again:
        assert again.images == found.root / "images"
        assert again.classes == labelled.classes
        assert again.marks.all() == labelled.marks.all()
        assert [again.state(key) for key in again.image_ids()] == [State.NEW, State.IN_PROGRESS, State.IN_PROGRESS]
        assert again.warnings == []
    (tmp_path / "elsewhere").rename(tmp_path / "moved")
    with Project.open(tmp_path / "moved" / "p") as moved:
        assert len(moved.image_ids()) == 3


def test_what_is_not_wanted_stays_at_home(labelled, tmp_path):
    labelled.set_setting("model", labelled.root / "checkpoints" / "version-001.safetensors")
    drive(pack(labelled, tmp_path / "p.zip", PackChoices(checkpoints=False, predictions=False, history=False)))
    with zipfile.ZipFile(tmp_path / "p.zip") as archive:
        folders = {name.split("/")[0] for name in archive.namelist()}
        assert folders == {"project.json", "pack.json", "marks.json", "labels", "provenance"}
        assert str(tmp_path).encode() not in archive.read("project.json")
        assert b"version-001" not in archive.read("project.json")


def test_missing_images_are_named_and_found_elsewhere(labelled, tmp_path):
    drive(pack(labelled, tmp_path / "p.zip"))
    found = drive(unpack_project(tmp_path / "p.zip", tmp_path / "one"))
    assert found.missing == ("a.jpg", "a.png", "sub dir/ü.png")
    (labelled.images / "a.jpg").unlink()
    found = drive(unpack_project(tmp_path / "p.zip", tmp_path / "two", labelled.images))
    assert found.missing == ("a.jpg",)
    with Project.open(tmp_path / "two") as project:
        assert (project.load_label_map("a.png").labels[:2] == 1).all()


def test_an_image_that_cannot_be_read_is_told(labelled, tmp_path):
    (labelled.images / "a.jpg").unlink()
    assert drive(pack(labelled, tmp_path / "p.zip", PackChoices(images=True))).left_out == ("images/a.jpg",)


def test_world_files_go_with_their_images(project, tmp_path):
    (project.images / "a.pgw").write_text("1\n0\n0\n-1\n0\n0\n")
    drive(pack(project, tmp_path / "p.zip", PackChoices(images=True)))
    assert (drive(unpack_project(tmp_path / "p.zip", tmp_path / "q")).images / "a.pgw").is_file()


def test_nothing_is_replaced(labelled, tmp_path):
    drive(pack(labelled, tmp_path / "p.zip"))
    before = (tmp_path / "p.zip").read_bytes()
    with pytest.raises(ProjectError, match="exists already"):
        drive(pack(labelled, tmp_path / "p.zip"))
    assert (tmp_path / "p.zip").read_bytes() == before
    with pytest.raises(ProjectError, match="holds a project already"):
        drive(unpack_project(tmp_path / "p.zip", labelled.root))
    with pytest.raises(ProjectError, match="is not empty"):
        drive(unpack_project(tmp_path / "p.zip", labelled.images))


@pytest.mark.parametrize("steps", [1, 2, 4, 9])
def test_a_cancelled_pack_leaves_nothing(labelled, tmp_path, steps):
    task = pack(labelled, tmp_path / "out" / "p.zip", PackChoices(images=True))
    for _ in range(steps):
        next(task)
    task.close()
    assert not list((tmp_path / "out").glob("*"))


@pytest.mark.parametrize("steps", [1, 5, 12])
def test_a_cancelled_unpack_leaves_nothing(labelled, tmp_path, steps):
    drive(pack(labelled, tmp_path / "p.zip", PackChoices(images=True)))
    task = unpack_project(tmp_path / "p.zip", tmp_path / "out" / "p")
    for _ in range(steps):
        next(task)
    task.close()
    assert not list((tmp_path / "out").glob("*"))


def test_a_damaged_file_leaves_nothing(labelled, tmp_path):
    drive(pack(labelled, tmp_path / "p.zip", PackChoices(images=True)))
    whole = (tmp_path / "p.zip").read_bytes()
    place = whole.index(b"weights")
    for damaged in (whole[: len(whole) // 2], whole[:place] + b"Weights" + whole[place + 7 :], b"PK", b""):
        (tmp_path / "d.zip").write_bytes(damaged)
        with pytest.raises(ProjectError, match=r"d\.zip"):
            drive(unpack_project(tmp_path / "d.zip", tmp_path / "out" / "p"))
        assert not list((tmp_path / "out").glob("*"))


def link(name):
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("member", "words"),
    [
        ("labels/../../evil.png", "relative path"),
        ("/etc/evil", "relative path"),
        (link("labels/a.png"), "is a link"),
        (zipfile.ZipInfo(""), r"p\.zip cannot be unpacked"),
        ("project.json/a", "as a file and as a folder"),
    ],
)
def test_names_that_are_no_place_inside_are_refused(labelled, tmp_path, member, words):
    drive(pack(labelled, tmp_path / "p.zip"))
    with zipfile.ZipFile(tmp_path / "p.zip", "a") as archive:
        archive.writestr(member, "/etc/passwd")
    with pytest.raises(ProjectError, match=words):
        drive(unpack_project(tmp_path / "p.zip", tmp_path / "out" / "p"))
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "evil.png").exists()


def test_a_zip_bomb_is_refused(labelled, tmp_path, monkeypatch):
    monkeypatch.setattr("segcore.files.zip_limits.MAX_BYTES", 1000)
    drive(pack(labelled, tmp_path / "p.zip"))
    with zipfile.ZipFile(tmp_path / "p.zip", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("labels/z.png", bytes(5_000_000))
    with pytest.raises(ProjectError, match="more than its size can explain"):
        drive(unpack_project(tmp_path / "p.zip", tmp_path / "q"))
    assert not (tmp_path / "q").exists()


@pytest.mark.timeout(20)
@posix_only("no pipes in folders")
@pytest.mark.parametrize("what", ["pipe", "device"])
def test_a_pipe_or_a_device_is_no_zip_file_and_is_not_waited_for(tmp_path, what):
    path = tmp_path / "p.zip"
    os.mkfifo(path) if what == "pipe" else path.symlink_to("/dev/zero")
    with pytest.raises(ProjectError, match="not an ordinary file"):
        drive(unpack_project(path, tmp_path / "q"))


def test_other_files_are_skipped(labelled, tmp_path):
    drive(pack(labelled, tmp_path / "p.zip"))
    with zipfile.ZipFile(tmp_path / "p.zip", "a") as archive:
        archive.writestr("index.sqlite", b"not ours")
    found = drive(unpack_project(tmp_path / "p.zip", tmp_path / "q"))
    assert found.skipped == ("index.sqlite",)
    assert not (found.root / "index.sqlite").exists()


def test_another_zip_is_no_project(tmp_path):
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        archive.writestr("a.png", b"")
    with pytest.raises(ProjectError, match="no packed project"):
        drive(unpack_project(tmp_path / "p.zip", tmp_path / "q"))


def test_the_sample_project_goes_through_a_zip_file(tmp_path):
    root = install_sample(tmp_path / "sample", 1)
    with Project.open(root, Access.READ) as sample:
        report = drive(pack(sample, tmp_path / "s.zip", PackChoices(images=True)))
        count = len(sample.image_ids())
    found = drive(unpack_project(report.path, tmp_path / "again"))
    assert (report.images, found.expected, found.missing) == (count, count, ())
    assert files_below(found.root, "labels", "provenance", "images") == files_below(
        root, "labels", "provenance", "images"
    )
