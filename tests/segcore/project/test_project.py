from __future__ import annotations

import json
import os
import shutil
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segcore.errors import ImageError, LabelError, ProjectError
from segcore.images.indexed_png import read_indexed_png
from segcore.labels.class_mapping import ClassMapping
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import State
from segcore.progress import drive
from segcore.project.project import Project, existing_project_for
from segcore.project.project_places import beside, in_user_data
from tests.segcore.project.small_project import CLASSES, C, H, painted, prediction, reopened
from tests.systems import linux_only


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
    assert "a.png has labels and is no longer there. They are kept" in project.warnings[-1]
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


def test_the_active_model_is_told_without_asking_the_disk(project, monkeypatch):
    path = project.new_checkpoint_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    project.active_model = str(path)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "is_file", lambda self: pytest.fail("a network folder takes long to answer"))
        assert project.active_model == str(path)
    project.active_model = "starter"
    assert project.active_model == "starter"


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


@linux_only("other systems have no such names")
def test_a_name_that_is_no_text_is_left_out_with_a_warning(project, images):
    with open(os.fsencode(images) + b"/\xff.png", "wb"):
        pass
    drive(project.rescan())
    assert project.image_ids() == ["a.jpg", "a.png", "sub dir/ü.png"]
    assert "Rename the file" in project.warnings[0]
