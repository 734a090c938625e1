from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import segcore.project.label_store
from segcore.errors import ImageError, LabelError, ProjectBusyError, ProjectError
from segcore.images.indexed_png import encode_indexed_png, read_indexed_png, read_notes
from segcore.labels.class_mapping import ClassMapping
from segcore.labels.classes import ClassSet, SegClass
from segcore.labels.label_map import LabelMap, Provenance, State
from segcore.labels.probability_map import ProbabilityMap
from segcore.progress import drive
from segcore.project.project import Access, Project, existing_project_for
from segcore.project.project_places import beside, in_user_data

CLASSES = ClassSet.in_voc_colors(["road", "Himmel", "tree"])
U, P, H, C = Provenance.UNTOUCHED, Provenance.PREDICTED, Provenance.PAINTED, Provenance.CONFIRMED


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "Bilder"
    for name in ("a.jpg", "a.png", "sub dir/ü.png"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (6, 4)).save(folder / name)
    return folder


@pytest.fixture
def project(images, tmp_path):
    project = Project.create(tmp_path / "project", images, CLASSES)
    yield project
    project.close()


def painted(value=1, shape=(4, 6)):
    label_map = LabelMap.blank(*shape)
    label_map.labels[:2], label_map.provenance[:2] = value, H
    return label_map


def prediction(value=2, shape=(4, 6)):
    probabilities = np.zeros((3, *shape), np.uint8)
    probabilities[value] = 255
    return ProbabilityMap(
        probabilities, np.full(shape, value, np.uint8), np.full(shape, 51, np.uint8), CLASSES.indices, "m"
    )


def reopened(project):
    project.close()
    return Project.open(project.root)


def no_space(monkeypatch, call, after=0):
    """Let os.``call`` fail like a full disk, after so many successes."""
    real, count = getattr(os, call), [0]

    def limited(*args, **kwargs):
        count[0] += 1
        if count[0] > after:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*args, **kwargs)

    monkeypatch.setattr(os, call, limited)


def test_files_on_disk(project, images):
    before = {path: path.read_bytes() for path in images.rglob("*.*")}
    assert project.image_ids() == ["a.jpg", "a.png", "sub dir/ü.png"]
    assert project.save_label_map("sub dir/ü.png", painted()) == State.IN_PROGRESS
    project.save_prediction("a.jpg", prediction())
    data = json.loads((project.root / "project.json").read_text(encoding="utf-8"))
    assert data["schema"] == 1
    assert data["images"] == "../Bilder"
    assert data["classes"][1] == {"index": 1, "name": "Himmel", "color": "#800000"}
    labels = project.root / "labels" / "sub dir" / "ü.png.png"
    assert read_indexed_png(labels)[0, 0] == 1
    with Image.open(labels) as image:
        assert image.getpalette()[3:6] == [128, 0, 0]
    assert read_indexed_png(project.root / "provenance" / "sub dir" / "ü.png.png")[0, 0] == H
    assert (project.root / "predictions" / "a.jpg.npz").is_file()
    assert {path: path.read_bytes() for path in images.rglob("*.*")} == before


def test_everything_comes_back(project):
    project.save_label_map("a.png", painted())
    project.save_prediction("a.jpg", prediction())
    project.set_setting("brush", 12)
    project.set_setting("gone", 1)
    project.set_setting("gone", None)
    again = reopened(project)
    assert np.array_equal(again.load_label_map("a.png").labels, painted().labels)
    assert np.array_equal(again.load_label_map("a.png").provenance, painted().provenance)
    assert again.load_label_map("a.jpg").state() == State.NEW
    assert again.load_prediction("a.jpg").model == "m"
    assert again.load_prediction("a.png") is None
    assert again.settings == {"brush": 12}
    assert again.classes == CLASSES
    assert again.corrected_ids() == ["a.png"]
    record = {r.id: r for r in again.records()}
    assert record["a.jpg"].uncertainty == pytest.approx(0.2)
    assert record["a.jpg"].predicted_at.endswith("+00:00")
    assert record["a.png"].state == State.IN_PROGRESS
    assert (record["a.png"].height, record["a.png"].width) == (4, 6)
    assert record["sub dir/ü.png"].width is None
    assert again.size("sub dir/ü.png") == (4, 6)
    assert again.warnings == []
    again.close()


@pytest.mark.parametrize("damage", ["delete", "garbage"])
def test_the_index_is_rebuilt_from_the_files(project, damage):
    project.save_label_map("a.png", painted())
    project.accept_prediction("sub dir/ü.png", prediction())
    project.save_prediction("sub dir/ü.png", prediction())
    before = [(r.id, r.state, r.uncertainty, r.labelled_at) for r in project.records()]
    project.close()
    path = project.root / "index.sqlite"
    path.unlink() if damage == "delete" else path.write_bytes(b"no database " * 500)
    with Project.open(project.root) as again:
        assert [(r.id, r.state, r.uncertainty, r.labelled_at) for r in again.records()] == before


def test_files_of_another_program_are_never_ground_truth(project):
    provenance = np.full((4, 6), C, np.uint8)
    for folder, values in (("labels", provenance), ("provenance", provenance)):
        path = project.root / folder / "a.png.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(values).save(path)
    with reopened(project) as again:
        assert again.state("a.png") == State.PREDICTED


def test_rescan_finds_new_and_removed_images_and_keeps_labels(project, images):
    project.save_label_map("a.png", painted())
    (images / "a.png").rename(images / "b.png")
    found = drive(project.rescan())
    assert (found.added, found.removed) == (("b.png",), ("a.png",))
    assert project.image_ids() == ["a.jpg", "b.png", "sub dir/ü.png"]
    assert project.corrected_ids() == []
    (images / "b.png").rename(images / "a.png")
    drive(project.rescan())
    assert project.corrected_ids() == ["a.png"]
    assert (project.load_label_map("a.png").labels[:2] == 1).all()


def test_an_image_of_another_size_is_noticed(project, images):
    project.save_label_map("a.png", painted())
    Image.new("RGB", (9, 9)).save(images / "a.png")
    os.utime(images / "a.png", ns=(1, 1))
    assert project.size("a.png") == (9, 9)
    with pytest.raises(LabelError, match="6 x 4, its image 9 x 9"):
        project.load_label_map("a.png")
    assert sorted(path.name for path in (project.root / "labels").iterdir()) == ["a.png.png"]


def test_labels_of_another_size_come_back_with_the_size(project, images):
    """An image is replaced by a smaller one, a stroke is painted, the right image comes back."""
    first, small = painted(), painted(2, (2, 3))
    project.save_label_map("a.png", first)

    def replace_image(size, time):
        Image.new("RGB", size).save(images / "a.png")
        os.utime(images / "a.png", ns=(time, time))

    replace_image((3, 2), 1)
    with pytest.raises(LabelError, match="6 x 4, its image 3 x 2"):
        project.load_label_map("a.png")
    project.save_label_map("a.png", small)
    assert project.load_label_map("a.png").shape == (2, 3)
    for size, mine in (((6, 4), first), ((3, 2), small), ((6, 4), first)):
        replace_image(size, size[0])
        found = project.load_labels("a.png")
        assert "fit the image again" in found.warning
        assert np.array_equal(found.label_map.labels, mine.labels)
        assert np.array_equal(found.label_map.provenance, mine.provenance)
        project.save_label_map("a.png", found.label_map)
        with reopened(project) as again:
            assert np.array_equal(again.load_label_map("a.png").provenance, mine.provenance)
            assert again.warnings == []


def test_a_missing_image(project, images):
    (images / "a.png").unlink()
    with pytest.raises(ImageError, match="no longer there"):
        project.load_label_map("a.png")


def test_an_image_folder_that_is_gone(project, images, tmp_path):
    project.save_label_map("a.png", painted())
    images.rename(tmp_path / "moved")
    with reopened(project) as again:
        assert "Put it back" in again.warnings[0]
        assert again.image_ids() == ["a.jpg", "a.png", "sub dir/ü.png"]
        drive(again.set_images(tmp_path / "moved"))
        assert again.corrected_ids() == ["a.png"]
        with pytest.raises(ProjectError):
            again.set_images(tmp_path / "none")


# A save that is cut short


@pytest.mark.parametrize("replaced", [0, 1, 2, 3])
def test_a_process_that_dies_while_saving_leaves_a_pair(project, monkeypatch, replaced):
    """Killed after each step of a save: what is loaded is the old pair or the new one, never a mixture."""
    old, new = painted(1), painted(2)
    new.provenance[3], new.labels[3] = H, 0
    project.save_label_map("a.png", old)
    real, count = os.replace, [0]

    class KilledError(BaseException):
        pass

    def dying(*args):
        if count[0] == replaced:
            raise KilledError
        count[0] += 1
        real(*args)

    # A killed process cleans nothing up.
    monkeypatch.setattr(os, "unlink", lambda *_: None)
    monkeypatch.setattr(os, "replace", dying)
    monkeypatch.setattr(segcore.project.label_store.Path, "unlink", lambda *_: None)
    if replaced < 3:
        with pytest.raises(KilledError):
            project.save_label_map("a.png", new)
    else:
        project.save_label_map("a.png", new)
    monkeypatch.undo()
    with reopened(project) as again:
        found = again.load_label_map("a.png")
        expected = old if replaced < 2 else new
        assert np.array_equal(found.labels, expected.labels)
        assert np.array_equal(found.provenance, expected.provenance)
        assert again.warnings == []
        assert again.save_label_map("a.png", new) == State.IN_PROGRESS


@pytest.mark.parametrize(("call", "after"), [("fsync", 0), ("fsync", 1), ("replace", 0), ("replace", 1)])
def test_no_space_keeps_the_old_labels(project, monkeypatch, call, after):
    project.save_label_map("a.png", painted(1))
    no_space(monkeypatch, call, after)
    with pytest.raises(ProjectError, match=r"a\.png\.png") as caught:
        project.save_label_map("a.png", painted(2))
    assert "Free some space" in caught.value.remedy
    monkeypatch.undo()
    assert np.array_equal(project.load_label_map("a.png").labels, painted(1).labels)
    assert project.load_label_map("a.png").state() == State.IN_PROGRESS
    assert project.save_label_map("a.png", painted(2)) == State.IN_PROGRESS


def test_no_space_keeps_settings_and_classes(project, monkeypatch):
    project.set_setting("a", 1)
    no_space(monkeypatch, "fsync")
    with pytest.raises(ProjectError):
        project.set_setting("a", 2)
    with pytest.raises(ProjectError):
        project.set_classes(CLASSES.removed(1))
    monkeypatch.undo()
    assert project.settings == {"a": 1}
    with reopened(project) as again:
        assert again.settings == {"a": 1}
        assert again.classes == CLASSES


def test_a_failing_index_costs_no_labels(project, monkeypatch):
    import sqlite3

    def full(*_, **__):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(project.index, "update", full)
    assert project.save_label_map("a.png", painted()) == State.IN_PROGRESS
    assert "index" in project.warnings[0]
    with reopened(project) as again:
        assert again.state("a.png") == State.IN_PROGRESS


def test_labels_changed_elsewhere_count_as_predicted(project):
    project.save_label_map("a.png", painted())
    labels = np.full((4, 6), 2, np.uint8)
    labels[0] = 255
    project.labels_path("a.png").write_bytes(encode_indexed_png(labels, CLASSES.palette()))
    with reopened(project) as again:
        assert again.state("a.png") == State.PREDICTED
        found = again.load_label_map("a.png")
        assert np.array_equal(found.labels, labels)
        assert found.provenance[0].tolist() == [U] * 6
        assert found.provenance[1].tolist() == [P] * 6
        assert "outside Maskwright" in again.warnings[0]


@pytest.mark.parametrize("damage", ["missing", "garbage", "size"])
def test_a_damaged_provenance_never_makes_ground_truth(project, damage):
    project.save_label_map("a.png", painted())
    path = project.provenance_path("a.png")
    if damage == "missing":
        path.unlink()
    elif damage == "garbage":
        path.write_bytes(b"garbage")
    else:
        Image.fromarray(np.full((2, 2), C, np.uint8)).save(path)
    found = project.load_label_map("a.png")
    assert np.array_equal(found.labels, painted().labels)
    assert found.state() == State.PREDICTED
    assert project.warnings
    project.save_label_map("a.png", found)
    assert read_indexed_png(path).max() == P
    assert path.with_name("a.png.png.damaged").exists() is (damage != "missing")


def test_damaged_labels_are_kept_aside(project):
    project.save_label_map("a.png", painted())
    path = project.labels_path("a.png")
    broken = path.read_bytes()[:60]
    path.write_bytes(broken)
    for _ in range(2):  # loading changes nothing
        with pytest.raises(LabelError, match="damaged") as caught:
            project.load_label_map("a.png")
    assert str(path) in caught.value.remedy
    assert path.read_bytes() == broken
    assert project.save_label_map("a.png", painted(2)) == State.IN_PROGRESS
    assert path.with_name("a.png.png.damaged").read_bytes() == broken
    path.write_bytes(broken[:30])
    drive(project.rescan())
    assert project.state("a.png") == State.NEW
    with pytest.raises(LabelError):
        project.load_label_map("a.png")
    project.save_label_map("a.png", painted(2))
    assert path.with_name("a.png.png.damaged").read_bytes() == broken
    assert path.with_name("a.png.png.damaged-2").read_bytes() == broken[:30]
    assert np.array_equal(project.load_label_map("a.png").labels, painted(2).labels)


def test_labels_that_another_program_wrote_meanwhile_are_kept(project):
    project.save_label_map("a.png", painted(1))
    path = project.labels_path("a.png")
    theirs = encode_indexed_png(np.full((4, 6), 2, np.uint8), CLASSES.palette())
    path.write_bytes(theirs)
    project.save_label_map("a.png", painted(0))
    assert path.with_name("a.png.png.changed").read_bytes() == theirs
    assert "changed by another program" in project.warnings[0]
    assert project.load_label_map("a.png").labels[0, 0] == 0
    os.utime(path, ns=(5, 5))  # touched, but the same
    project.save_label_map("a.png", painted(1))
    assert not path.with_name("a.png.png.changed-2").exists()


def test_a_label_folder_that_leads_out_of_the_project_is_refused(project, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (project.root / "labels").symlink_to(outside)
    with pytest.raises(ProjectError, match="outside the project"):
        project.save_label_map("a.png", painted())
    assert list(outside.iterdir()) == []
    (project.root / "labels").unlink()
    (project.root / "kept").mkdir()
    (project.root / "labels").symlink_to(project.root / "kept")
    assert project.save_label_map("a.png", painted()) == State.IN_PROGRESS


# Values and classes


def test_values_of_no_class(project):
    project.save_label_map("a.png", painted(77))
    with pytest.raises(LabelError, match="the value 77") as caught:
        project.load_label_map("a.png")
    assert "Add classes" in caught.value.remedy
    project.set_classes(ClassSet((*CLASSES, SegClass(77, "new", (0, 0, 0)))))
    assert project.load_label_map("a.png").labels[0, 0] == 77


def test_labels_that_could_not_be_loaded_are_not_overwritten(project):
    project.save_label_map("a.png", painted(77))
    before = project.labels_path("a.png").read_bytes()
    with pytest.raises(LabelError):
        project.load_label_map("a.png")
    assert project.labels_path("a.png").read_bytes() == before
    project.save_label_map("a.png", painted(1))
    assert project.labels_path("a.png").with_name("a.png.png.unknown-classes").read_bytes() == before
    assert project.load_label_map("a.png").labels[0, 0] == 1


def test_import_labels(project):
    labels = np.full((4, 6), 2, np.uint8)
    labels[0] = 255
    assert project.import_labels("a.png", labels) == State.DONE
    assert project.load_label_map("a.png").provenance.tolist() == [[C] * 6] * 4
    assert project.import_labels("a.png", labels, Provenance.PAINTED) == State.IN_PROGRESS  # nobody said done
    for bad, text in (
        (np.zeros((2, 2), np.uint8), "2 x 2, the image 6 x 4"),
        (np.full((4, 6), 9, np.uint8), "value 9"),
    ):
        with pytest.raises(LabelError, match=text) as caught:
            project.import_labels("a.png", bad)
        assert "a.png" in caught.value.message
    assert np.array_equal(project.load_label_map("a.png").labels, labels)


def test_a_removed_class_becomes_unlabelled_and_comes_back(project):
    project.save_label_map("a.png", painted(1))
    assert drive(project.class_usage(1)) == 1
    assert drive(project.class_usage(0)) == 0
    project.set_classes(CLASSES.removed(1))
    with reopened(project) as again:
        found = again.load_label_map("a.png")
        assert found.labels.min() == 255
        assert found.state() == State.NEW
        assert "removed classes" in again.warnings[0]
        again.set_classes(again.classes.added("himmel"))
        assert again.load_label_map("a.png").labels[0, 0] == 1


def test_a_value_that_goes_to_another_class_does_not_bring_its_pixels(project):
    project.save_label_map("a.png", painted(1))
    project.set_classes(CLASSES.removed(1))
    project.set_classes(project.classes.added("fence"))
    assert project.classes.find(1).name == "fence"
    with reopened(project) as again:
        assert again.load_label_map("a.png").state() == State.NEW
        again.save_label_map("a.png", painted(1))
        assert again.load_label_map("a.png").labels[0, 0] == 1


def test_accept_prediction_never_overwrites_a_person(project):
    project.save_label_map("a.png", painted(1))
    assert project.accept_prediction("a.png", prediction(2)) == State.IN_PROGRESS
    found = project.load_label_map("a.png")
    assert (found.labels[:2] == 1).all()
    assert (found.labels[2:] == 2).all()
    assert (found.provenance[2:] == P).all()


def test_predictions_follow_the_classes(project):
    project.save_prediction("a.png", prediction(2))
    project.set_classes(CLASSES.removed(0))
    assert project.load_prediction("a.png").probabilities.shape == (2, 4, 6)


# project.json


def test_a_damaged_project_file_opens_from_its_backup(project):
    project.set_setting("a", 1)
    (project.root / "project.json").write_bytes(b'{"schema": 1, "images"')
    with reopened(project) as again:
        assert again.settings == {"a": 1}
        assert "backup" in again.warnings[0]
    assert (project.root / "project.json.damaged").is_file()
    with Project.open(project.root) as again:
        assert again.warnings == []


NO_PATH = b'{"schema": 1, "images": "\\u0000", "classes": [{"name": "a"}]}'


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"schema": "x"}', NO_PATH, b"\xff\xff", b"null", b"[" * 100_000]
)
def test_both_files_damaged(project, content):
    project.close()
    for name in ("project.json", "project.json.bak"):
        (project.root / name).write_bytes(content)
    with pytest.raises(ProjectError, match=r"project\.json") as caught:
        Project.open(project.root)
    assert "labels" in caught.value.remedy
    assert (project.root / "project.json").read_bytes() == content


def test_half_characters_and_deep_settings_never_stop_saving(project):
    project.set_setting("a", "\ud800")
    project.set_setting("b", 1)
    with reopened(project) as again:
        assert again.settings == {"a": "\ud800", "b": 1}
    path = project.root / "project.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"b": 1', '"b": ' + "[" * 50_000 + "]" * 50_000), encoding="utf-8")
    with Project.open(project.root) as again:
        again.set_setting("b", 2)
        assert "backup" in again.warnings[0]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_an_image_folder_whose_name_is_no_text(images, tmp_path):
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    images.rename(odd)
    with Project.create(tmp_path / "p", odd, CLASSES) as made:
        made.save_label_map("a.png", painted())
    with Project.open(tmp_path / "p") as again:
        assert again.images == odd
        assert again.corrected_ids() == ["a.png"]


def test_a_newer_schema_is_refused(project):
    project.close()
    path = project.root / "project.json"
    data = json.loads(path.read_bytes())
    path.write_text(json.dumps({**data, "schema": 2}))
    with pytest.raises(ProjectError, match="newer") as caught:
        Project.open(project.root)
    assert caught.value.remedy == "Update Maskwright."


def test_no_project(tmp_path, project, images):
    with pytest.raises(ProjectError, match="no Maskwright project"):
        Project.open(tmp_path / "none")
    with pytest.raises(ProjectError, match="holds a project already"):
        Project.create(project.root, images, CLASSES)
    with pytest.raises(ProjectError, match="does not exist"):
        Project.create(tmp_path / "p", tmp_path / "none", CLASSES)
    assert not (tmp_path / "p").exists()


def test_a_folder_deleted_while_open(project):
    project.set_setting("a", 1)
    shutil.rmtree(project.root)
    assert project.save_label_map("a.png", painted()) == State.IN_PROGRESS
    with reopened(project) as again:
        assert again.settings == {"a": 1}
        assert again.state("a.png") == State.IN_PROGRESS


# One writer


BUSY = """
import sys
from pathlib import Path
from segcore.project.project import Access, Project

with Project.open(Path(sys.argv[1]), Access.READ) as project:
    before = {path: path.stat().st_mtime_ns for path in project.root.rglob("*") if path.is_file()}
    print("reading", flush=True)
    torn = 0
    for _ in range(int(sys.argv[2])):
        found = project.load_labels("a.png")
        labels, provenance = found.label_map.labels, found.label_map.provenance
        value = int(labels[0, 0])
        torn += bool(found.warning) or not (labels[: value + 1] == value).all() or provenance[value, 0] != 2
        torn += (provenance > 0).sum() != 6 * (value + 1)
    print(torn, flush=True)
"""


def staircase(value):
    label_map = LabelMap.blank(4, 6)
    label_map.labels[: value + 1], label_map.provenance[: value + 1] = value, 2
    return label_map


def test_a_reader_beside_a_writer_sees_pairs_and_disturbs_nothing(project):
    project.save_label_map("a.png", staircase(0))
    root = Path(segcore.project.label_store.__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", BUSY, str(project.root), "40"], cwd=root, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "reading\n"
        saves = 0
        while reader.poll() is None:
            project.save_label_map("a.png", staircase(saves % 3))
            saves += 1
        assert reader.stdout.readline() == "0\n"  # torn pairs
    assert saves > 1
    assert project.warnings == []


def test_a_reader_writes_nothing(project, images):
    project.save_label_map("a.png", painted(1))
    project.save_prediction("a.jpg", prediction())
    Image.new("RGB", (6, 4)).save(images / "new.png")
    project.index.update("a.png", state=0, label_stamp="")

    def files():
        found = [path for path in project.root.rglob("*") if path.is_file() and path.suffix != ".sqlite-shm"]
        return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in found}

    before = files()
    with Project.open(project.root, Access.READ) as reader:
        assert "new.png" in reader.image_ids()
        assert reader.corrected_ids() == ["a.png"]
        assert reader.size("a.png") == (4, 6)
        assert reader.load_prediction("a.jpg") is not None
        assert "opened read-only" in reader.read_only
        for write in (
            lambda: reader.save_label_map("a.png", painted(2)),
            lambda: reader.set_setting("a", 1),
            lambda: reader.set_classes(CLASSES.removed(1)),
            lambda: reader.save_prediction("a.png", prediction()),
            lambda: reader.import_labels("a.png", np.zeros((4, 6), np.uint8)),
            reader.new_checkpoint_path,
        ):
            with pytest.raises(ProjectBusyError) as caught:
                write()
            assert f"process {os.getpid()}" in caught.value.holder
    assert files() == before


def test_a_cut_short_save_is_read_by_a_reader_and_finished_by_the_writer(project):
    project.save_label_map("a.png", painted(1))
    final = project.provenance_path("a.png")
    following = final.with_name(final.name + ".next")
    final.rename(following)
    stray = final.with_name("b.png.png.next")
    shutil.copy(following, stray)
    with Project.open(project.root, Access.READ) as reader:
        assert reader.load_label_map("a.png").state() == State.IN_PROGRESS
        assert following.exists()
    with reopened(project) as again:
        assert again.load_label_map("a.png").state() == State.IN_PROGRESS
    assert final.exists()
    assert not following.exists()
    assert not stray.exists()


def test_the_second_process_is_told_who_writes_and_may_take_over(project):
    project.save_label_map("a.png", painted(1))
    project.close()
    script = """
import sys
from pathlib import Path
from segcore.project.project import Project
project = Project.open(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.readline()
try:
    project.set_setting("a", 1)
except Exception as error:
    print(type(error).__name__, bool(project.read_only), flush=True)
"""
    root = Path(segcore.project.label_store.__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", script, str(project.root)],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "open\n"
        with pytest.raises(ProjectBusyError) as caught:
            Project.open(project.root)
        assert f"process {first.pid} of" in caught.value.holder
        with Project.open(project.root, Access.READ) as second:
            assert second.holder == caught.value.holder
            second.take_over()
            assert second.read_only == ""
            second.save_label_map("a.png", painted(2))
            assert first.stdin is not None
            first.stdin.write("\n")
            first.stdin.flush()
            assert first.stdout.readline() == "ProjectBusyError True\n"
            assert second.load_label_map("a.png").labels[0, 0] == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind root")
def test_a_folder_that_cannot_be_written_opens_read_only(project):
    project.save_label_map("a.png", painted(1))
    project.close()
    project.root.chmod(0o555)
    try:
        with Project.open(project.root) as again:
            assert "cannot be written" in again.read_only
            assert again.load_label_map("a.png").state() == State.IN_PROGRESS
    finally:
        project.root.chmod(0o755)


# What an index may do


def test_a_wrong_size_in_the_index_puts_nothing_aside(project, images):
    project.save_label_map("a.png", painted(1))
    project.index.update("a.png", width=5, height=3, image_stamp=(images / "a.png").stat().st_mtime_ns)
    assert project.size("a.png") == (3, 5)
    assert np.array_equal(project.load_label_map("a.png").labels, painted(1).labels)
    assert project.size("a.png") == (4, 6)
    assert sorted(path.name for path in (project.root / "labels").iterdir()) == ["a.png.png"]


@pytest.mark.parametrize("image_id", ["/etc/x", "../x", "a/../../x", "", "a//b", "a\0b", "./a", "x" * 256])
def test_an_id_that_leads_out_of_the_project_is_refused(project, image_id):
    for use in (project.image_path, project.labels_path, project.provenance_path, project.prediction_path):
        with pytest.raises(ProjectError, match="not the path of an image"):
            use(image_id)
    with pytest.raises(ProjectError, match="not the path of an image"):
        project.save_label_map(image_id, painted())


def test_files_of_killed_processes_are_swept_on_open(project):
    project.save_label_map("sub dir/ü.png", painted(1))
    parts = [
        project.root / ".abcd_123.part",
        project.root / "labels" / "sub dir" / ".12345678.part",
        project.root / "provenance" / ".aaaaaaaa.part",
    ]
    others = [project.root / ".hidden.part", project.root / "labels" / "sub dir" / "notes.part"]
    (project.root / "checkpoints").mkdir()
    old, young = (project.root / "checkpoints" / f".{name}.part" for name in ("oooooooo", "yyyyyyyy"))
    snapshot = project.root / "checkpoints" / "version-001.safetensors.snapshot"
    snapshot.mkdir()
    for path in (*parts, *others, old, young, snapshot / "owner.json"):
        path.write_bytes(b"x")
    os.utime(old, (1, 1))
    with reopened(project):
        assert not any(path.exists() for path in (*parts, old, snapshot))
        assert all(path.exists() for path in (*others, young))


# Places


def test_project_for_a_folder(images):
    assert existing_project_for(images) is None
    with Project.for_folder(images, CLASSES) as made:
        assert made.root == images.with_name("Bilder.maskwright")
        assert made.name == "Bilder"
        made.set_setting("a", 1)
    assert existing_project_for(images) == made.root
    with Project.for_folder(images, ClassSet.from_names(["other"])) as again:
        assert again.settings == {"a": 1}
        assert again.classes == CLASSES


def test_beside_a_folder_that_cannot_be_written(images, monkeypatch):
    blocked = beside(images)
    blocked.write_text("a file is in the way")
    with Project.for_folder(images, CLASSES) as made:
        assert made.root == in_user_data(images)
        assert made.images == images
        made.save_label_map("a.png", painted())
    assert existing_project_for(images) == made.root
    assert in_user_data(images) != in_user_data(images / "sub dir")


@pytest.mark.parametrize("inside", ["", "p", "sub dir/p"])
def test_a_project_among_its_images_does_not_list_itself(images, inside):
    with Project.create(images / inside, images, CLASSES) as project:
        project.save_label_map("a.png", painted())
        drive(project.rescan())
        assert project.image_ids() == ["a.jpg", "a.png", "sub dir/ü.png"]


def test_moving_project_and_images_together(project, tmp_path):
    project.save_label_map("a.png", painted())
    project.close()
    (tmp_path / "elsewhere").mkdir()
    shutil.move(tmp_path / "Bilder", tmp_path / "elsewhere" / "Bilder")
    shutil.move(project.root, tmp_path / "elsewhere" / "project")
    with Project.open(tmp_path / "elsewhere" / "project") as again:
        assert again.warnings == []
        assert again.load_label_map("a.png").state() == State.IN_PROGRESS


# Models


def test_versions_and_the_active_model(project):
    assert project.active_model == "starter"
    first = project.new_checkpoint_path()
    assert first.name == "version-001.safetensors"
    first.write_bytes(b"damaged")
    assert project.new_checkpoint_path().name == "version-002.safetensors"
    project.active_model = str(first)
    assert project.settings["model"] == "checkpoints/version-001.safetensors"
    assert project.active_model == str(first)
    assert project.checkpoints() == []
    assert "version-001" in project.warnings[0]


def test_the_mapping_is_kept(project):
    model_classes = ClassSet.from_names(["ROAD", "car", "himmel"])
    assert project.mapping_for(model_classes).pairs == (("ROAD", 0), ("car", None), ("himmel", 1))
    project.set_mapping(model_classes, ClassMapping((("ROAD", 0), ("car", 2), ("himmel", None))))
    with reopened(project) as again:
        assert again.mapping_for(model_classes).pairs == (("ROAD", 0), ("car", 2), ("himmel", None))
        again.set_classes(CLASSES.removed(2))
        assert again.mapping_for(model_classes).pairs == (("ROAD", 0), ("car", None), ("himmel", None))


# Many images, many threads


def test_ten_thousand_images_open_at_once(tmp_path):
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(10_000):
        (folder / f"{n:05}.jpg").touch()
    Project.create(tmp_path / "p", folder, CLASSES).close()
    started = time.process_time()  # other programs' work does not count
    with Project.open(tmp_path / "p") as project:
        seconds = time.process_time() - started
        assert len(project.records()) == 10_000
    assert seconds < 1.0


def test_saving_and_loading_from_threads(project):
    errors = []

    def work(value):
        try:
            for _ in range(5):
                project.save_label_map("a.png", painted(value))
                found = project.load_label_map("a.png")
                assert len(np.unique(found.labels[:2])) == 1
                assert found.state() == State.IN_PROGRESS
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(v,)) for v in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert project.warnings == []


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_no_text_is_left_out_with_a_warning(project, images):
    with open(os.fsencode(images) + b"/\xff.png", "wb"):
        pass
    drive(project.rescan())
    assert project.image_ids() == ["a.jpg", "a.png", "sub dir/ü.png"]
    assert "Rename the file" in project.warnings[0]


KILLED = """
import sys
from pathlib import Path
import numpy as np
from segcore.labels.label_map import LabelMap
from segcore.project.project import Project

project = Project.open(Path(sys.argv[1]))
while True:
    for value in (0, 1, 2):
        label_map = LabelMap.blank(4, 6)
        label_map.labels[: value + 1], label_map.provenance[: value + 1] = value, 2
        project.save_label_map("a.png", label_map)
        print("saved", flush=True)
"""


def test_killed_at_any_moment_it_reopens_with_a_pair(project):
    project.close()
    root = Path(segcore.project.label_store.__file__).parents[2]
    seen = set()
    for pause in (0.0, 0.003, 0.007, 0.011, 0.017, 0.023):
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(project.root)], cwd=root, stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        with child.stdout:
            assert child.stdout.readline() == "saved\n"
            time.sleep(0.02 + pause)
            child.kill()
        child.wait(timeout=30)
        with Project.open(project.root) as again:
            assert again.warnings == []
            found = again.load_label_map("a.png")
            assert again.warnings == []
            if found.state() == State.NEW:
                continue
            value = int(found.labels[0, 0])
            seen.add(value)
            assert (found.human().sum(1) > 0).tolist() == [row <= value for row in range(4)]
            assert (found.labels[: value + 1] == value).all()
            assert again.state("a.png") == State.IN_PROGRESS
    assert seen


def test_images_that_an_earlier_version_called_done_are_done_only_where_a_person_said_so(project):
    filled = LabelMap(np.ones((4, 6), np.uint8), np.full((4, 6), H, np.uint8))
    kept = LabelMap(np.ones((4, 6), np.uint8), np.full((4, 6), C, np.uint8))
    kept.provenance[0] = H  # as "mark done" left it
    for name, label_map in (("a.png", filled), ("a.jpg", kept)):
        project.save_label_map(name, label_map)
        path = project.provenance_path(name)
        notes = read_notes(path.read_bytes())
        del notes["maskwright-progress"]
        path.write_bytes(
            encode_indexed_png(
                label_map.provenance,
                segcore.project.label_store.PROVENANCE_PALETTE,
                notes | {"maskwright-state": "DONE"},
            )
        )
    project.close()
    index = sqlite3.connect(project.root / "index.sqlite")
    index.execute("UPDATE images SET state = 3")
    index.execute("PRAGMA user_version = 1")
    index.commit()
    index.close()
    with Project.open(project.root) as again:
        assert (again.state("a.png"), again.state("a.jpg")) == (State.IN_PROGRESS, State.DONE)
        assert again.load_label_map("a.png").state() == State.IN_PROGRESS
        assert again.corrected_ids() == ["a.jpg", "a.png"]
