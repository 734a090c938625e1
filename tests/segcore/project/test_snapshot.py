from __future__ import annotations

import json
import os
from dataclasses import asdict, replace

import numpy as np
import pytest
from PIL import Image

import segcore.project.snapshot
from segcore.errors import ProjectError
from segcore.images.indexed_png import read_indexed_png
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap
from segcore.progress import drive
from segcore.project.project import Access, Project
from segcore.project.snapshot import take_snapshot
from segcore.project.snapshot_folder import OWNER, is_abandoned, snapshot_folder
from segcore.project.writer_lock import Holder

CLASSES = ClassSet.from_names(["road", "sky", "tree"])


def painted(value):
    label_map = LabelMap.blank(4, 6)
    label_map.labels[:2], label_map.provenance[:2] = value, 2
    return label_map


@pytest.fixture
def project(tmp_path):
    for name in ("a.png", "sub/b.png", "c.png"):
        (tmp_path / "images" / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (6, 4)).save(tmp_path / "images" / name)
    with Project.create(tmp_path / "project", tmp_path / "images", CLASSES) as project:
        project.save_label_map("a.png", painted(1))
        project.save_label_map("sub/b.png", painted(2))
        yield project


def files(project):
    return {path: path.read_bytes() for path in (project.root).rglob("*.png")}


@pytest.mark.parametrize("links", [True, False])
def test_a_snapshot_stays_what_it_was(project, tmp_path, monkeypatch, links):
    if not links:
        monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError("no links here")))
    before = files(project)
    with Project.open(project.root, Access.READ) as reader:
        found = drive(take_snapshot(reader, tmp_path / "snap"))
    assert [each.image_id for each in found] == ["a.png", "sub/b.png"]
    assert files(project) == before
    project.save_label_map("a.png", painted(0))
    assert read_indexed_png(found[0].labels)[0, 0] == 1
    assert read_indexed_png(found[0].provenance)[0, 0] == 2
    assert found[0].image == tmp_path / "images" / "a.png"


def test_removed_classes_are_unlabelled_in_the_snapshot_and_stay_in_the_project(project, tmp_path):
    project.set_classes(CLASSES.removed(1))
    before = files(project)
    found = drive(take_snapshot(project, tmp_path / "snap"))
    assert np.unique(read_indexed_png(found[0].labels)).tolist() == [255]
    assert read_indexed_png(found[0].provenance).max() == 0
    assert files(project) == before


def test_damaged_labels_are_left_to_the_training_to_name(project, tmp_path):
    project.labels_path("a.png").write_bytes(b"damaged")
    found = drive(take_snapshot(project, tmp_path / "snap"))
    assert found[0].labels == project.labels_path("a.png")
    assert found[1].labels.is_relative_to(tmp_path / "snap")


def test_a_save_between_the_two_links_is_noticed(project, tmp_path, monkeypatch):
    real = segcore.project.snapshot._link

    def link(original, copy):
        real(original, copy)
        if copy.parts[-2] == "labels":
            project.save_label_map("a.png", painted(0))

    monkeypatch.setattr(segcore.project.snapshot, "_link", link)
    found = drive(take_snapshot(project, tmp_path / "snap"))[0]
    assert read_indexed_png(found.labels)[0, 0] == 1
    assert (read_indexed_png(found.provenance) == painted(1).provenance).all()


def test_the_folder_goes_with_the_training(tmp_path):
    out = tmp_path / "v.safetensors"
    with snapshot_folder(out) as folder:
        assert folder == tmp_path / "v.safetensors.snapshot"
        assert not is_abandoned(folder)
        dead = replace(Holder.this_process(), started=1.0, birth="of another")
        (folder / OWNER).write_text(json.dumps(asdict(dead)))
        assert is_abandoned(folder)
    assert not folder.exists()
    (tmp_path / "file").touch()
    with pytest.raises(ProjectError), snapshot_folder(tmp_path / "file" / "v"):
        pass
