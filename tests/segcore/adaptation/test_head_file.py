"""The head's file: what is known comes back, and a damaged file says so."""

from __future__ import annotations

import os
import zipfile

import numpy as np
import pytest

from segcore.adaptation.head_file import load_head, save_head
from segcore.adaptation.live_head import LiveHead
from segcore.adaptation.live_options import LiveOptions
from segcore.adaptation.project_head import load_project_head, save_project_head
from segcore.errors import AdaptationError, ProjectError
from segcore.labels.classes import ClassSet, SegClass
from segcore.labels.label_map import Provenance
from segcore.progress import drive
from segcore.project.project import Access, Project
from segcore.project.project_places import head_path
from tests.segcore.adaptation.scenes import (
    TRUTH,
    assert_same,
    dab,
    decided,
    knowledge,
    opened,
    scene,
    with_network,
)
from tests.systems import posix_only

CLASSES = ClassSet((SegClass(3, "left", (1, 2, 3)), SegClass(7, "right", (3, 2, 1))))


def taught() -> LiveHead:
    head = LiveHead(network="test")
    for seed, key in enumerate(("", "a")):
        image, pyramid = scene(seed)
        drive(head.open_image(image, with_network(pyramid), key=key))
        drive(head.finish_image(TRUTH))
    return head


def test_what_is_known_comes_back(tmp_path):
    head, path = taught(), tmp_path / "sub" / "head.npz"
    save_head(path, head, CLASSES)
    other = load_head(path, CLASSES, network="test")
    assert_same(knowledge(head), knowledge(other))
    assert other.state()[1] == {"a": True}
    for each in (head, other):
        drive(each.open_image(*scene(4)))
    assert (decided(head) == decided(other)).all()
    assert [each.name for each in path.parent.iterdir()] == ["head.npz"]


def test_strokes_on_the_open_image_are_in_the_file_and_the_image_stays_open(tmp_path):
    head, path = taught(), tmp_path / "head.npz"
    drive(head.open_image(*scene(1), key="b"))
    head.add_stroke(dab(8, 20), 3)
    save_head(path, head, CLASSES)
    assert head.is_open
    other = load_head(path, CLASSES, network="test")
    assert other.state()[1] == {"a": True, "b": False}
    head.leave_image()
    assert_same(knowledge(head), knowledge(other))


def test_a_class_that_was_removed_before_the_head_heard_of_it_is_not_in_the_file(tmp_path):
    path = tmp_path / "head.npz"
    save_head(path, taught(), CLASSES.removed(7))
    other = load_head(path, CLASSES, network="test")
    drive(other.open_image(*scene(4)))
    assert set(np.unique(decided(other))) == {3}


@pytest.mark.parametrize("done", [False, True])
def test_the_last_image_still_counts_once_when_it_is_opened_again_after_a_start(tmp_path, done):
    head, path = taught(), tmp_path / "head.npz"
    drive(head.open_image(*scene(1), key="b"))
    head.add_stroke(dab(8, 20), 3)
    if done:
        drive(head.finish_image(TRUTH))
    save_head(path, head, CLASSES)
    other = load_head(path, CLASSES, network="test")
    provenance = np.full_like(TRUTH, Provenance.CONFIRMED)
    for each in (head, other):
        drive(each.open_image(*scene(1), TRUTH, provenance, "b"))
        each.add_stroke(dab(70, 20), 7)
    assert_same(knowledge(head), knowledge(other))


def test_a_head_that_knows_nothing_comes_back(tmp_path):
    path = tmp_path / "head.npz"
    save_head(path, LiveHead(), CLASSES)
    head = load_head(path, CLASSES)
    drive(head.open_image(*scene(1)))
    assert (decided(head) == 255).all()


def test_a_head_without_a_fine_part_comes_back(tmp_path):
    path, options = tmp_path / "head.npz", LiveOptions(fine=None)
    head = opened(options)
    head.add_stroke(dab(8, 20), 3)
    save_head(path, head, CLASSES)
    assert_same(knowledge(head), knowledge(load_head(path, CLASSES, options)))


def test_classes_that_changed_since_are_followed(tmp_path):
    path = tmp_path / "head.npz"
    save_head(path, taught(), CLASSES)
    swapped = ClassSet((SegClass(7, "left", (1, 2, 3)), SegClass(3, "right", (3, 2, 1))))
    head = load_head(path, swapped, network="test")
    drive(head.open_image(*scene(4)))
    assert (decided(head) == np.where(TRUTH == 3, 7, 3)).mean() > 0.95


def test_another_network_or_other_options_are_refused(tmp_path):
    path = tmp_path / "head.npz"
    save_head(path, taught(), CLASSES)
    with pytest.raises(AdaptationError, match="network"):
        load_head(path, CLASSES, network="another")
    from segcore.adaptation.fine_head import FineOptions

    with pytest.raises(AdaptationError):
        load_head(path, CLASSES, LiveOptions(fine=FineOptions(hidden=8)), network="test")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(AdaptationError):
        load_head(tmp_path / "head.npz", CLASSES)
    save_head(tmp_path / "head.npz", LiveHead(), CLASSES)
    assert load_head(tmp_path / "head.npz", CLASSES).state()[1] == {}


@pytest.mark.parametrize("kind", ["empty", "text", "short", "flipped", "no header", "compressed", "nan", "pickle"])
def test_a_damaged_file_is_refused(tmp_path, kind):
    path = tmp_path / "head.npz"
    save_head(path, taught(), CLASSES)
    data = bytearray(path.read_bytes())
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("not a head")
    elif kind == "short":
        path.write_bytes(data[: len(data) // 2])
    elif kind == "flipped":
        data[len(data) // 3] ^= 0xFF
        path.write_bytes(data)
    elif kind == "no header":
        np.savez(path, **{name: each for name, each in arrays.items() if name != "header"})
    elif kind == "compressed":
        np.savez_compressed(path, **arrays)
    elif kind == "nan":
        np.savez(path, **arrays | {"coarse.xx": arrays["coarse.xx"] * np.nan})
    else:
        np.savez(path, **arrays | {"coarse.xx": np.array([{"a": 1}], dtype=object)})
    with pytest.raises(AdaptationError) as raised:
        load_head(path, CLASSES, network="test")
    assert raised.value.remedy


def test_every_array_is_checked(tmp_path):
    path = tmp_path / "head.npz"
    save_head(path, taught(), CLASSES)
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    for name, array in arrays.items():
        for changed in (array[:-1], array.reshape(-1, 1)[:, :0]):
            np.savez(path, **arrays | {name: changed})
            with pytest.raises(AdaptationError):
                load_head(path, CLASSES, network="test")
    assert arrays["fine.slots"].tolist() == [3, 7]


def test_a_refused_file_leaves_a_head_as_it_was(tmp_path):
    head = taught()
    before, (arrays, keys) = knowledge(head), taught().state()
    for name in arrays:
        with pytest.raises((KeyError, ValueError)):
            head.restore(
                {other: each for other, each in arrays.items() if other != name} | {"fine.xy": np.ones(3)}, keys
            )
    assert_same(before, knowledge(head))


def test_a_full_disk_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "head.npz"
    save_head(path, taught(), CLASSES)
    before = path.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(ProjectError):
        save_head(path, taught(), CLASSES)
    assert path.read_bytes() == before


# -- in a project ---------------------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path) -> Project:
    (tmp_path / "images").mkdir()
    with Project.create(tmp_path / "p", tmp_path / "images", CLASSES) as made:
        yield made


def test_a_project_keeps_its_head(project):
    assert not load_project_head(project).state()[1]
    save_project_head(project, taught())
    assert head_path(project.root).is_file()
    assert_same(knowledge(load_project_head(project, network="test")), knowledge(taught()))


def test_a_project_opens_again_when_the_folder_was_deleted(project):
    save_project_head(project, taught())
    head_path(project.root).unlink()
    head_path(project.root).parent.rmdir()
    with Project.open(project.root, Access.READ) as again:
        assert not load_project_head(again).state()[1]


def test_a_removed_class_is_forgotten_even_when_its_value_is_used_again(project):
    save_project_head(project, taught())
    project.set_classes(project.classes.removed(7))
    project.set_classes(ClassSet((*project.classes, SegClass(7, "new", (9, 9, 9)))))
    head = load_project_head(project, network="test")
    drive(head.open_image(*scene(4)))
    assert (decided(head) == 3).all()


def test_a_project_that_is_only_read_is_not_written(project):
    with Project.open(project.root, Access.READ) as other, pytest.raises(ProjectError):
        save_project_head(other, taught())
    assert not head_path(project.root).exists()


def test_the_file_has_no_pickle(tmp_path):
    path = tmp_path / "head.npz"
    save_head(path, taught(), CLASSES)
    with zipfile.ZipFile(path) as archive:
        assert all(b"'descr': '|O'" not in archive.read(name)[:200] for name in archive.namelist())


@pytest.mark.timeout(20)
@posix_only("no pipes in folders")
def test_a_pipe_in_its_place_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "head.npz")
    with pytest.raises(AdaptationError, match="not an ordinary file"):
        load_head(tmp_path / "head.npz", CLASSES)


def test_a_header_of_an_array_that_is_no_python_is_told(tmp_path):
    path = tmp_path / "head.npz"
    save_head(path, taught(), CLASSES)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = next(name for name in members if name != "header.npy")
    members[name] = members[name].replace(b"), }", b"), (", 1)
    with zipfile.ZipFile(path, "w") as archive:
        for each, data in members.items():
            archive.writestr(each, data)
    with pytest.raises(AdaptationError, match="is damaged"):
        load_head(path, CLASSES, network="test")
