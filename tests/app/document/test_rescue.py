from __future__ import annotations

import os
import shutil

import numpy as np
import pytest
from PIL import Image

from app.document.autosave import Unsaved
from app.document.rescue import NOTE, ended_folder, rescue, rescued_below
from segcore.errors import ProjectError
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance, State
from segcore.project.project import Project


def painted(value: int) -> LabelMap:
    label_map = LabelMap.blank(20, 30)
    label_map.labels[:5] = value
    label_map.provenance[:5] = Provenance.PAINTED
    return label_map


@pytest.fixture
def project(tmp_path):
    photos = tmp_path / "photos"
    (photos / "süd").mkdir(parents=True)
    for name in ("a.png", "süd/d.png"):
        Image.fromarray(np.zeros((20, 30, 3), np.uint8)).save(photos / name)
    with Project.for_folder(photos, ClassSet.from_names(["road", "car"])) as project:
        yield project


def test_rescued_labels_come_back_as_the_note_says(project, tmp_path):
    states = [Unsaved(project, "a.png", painted(0)), Unsaved(project, "süd/d.png", painted(1))]
    (folder,) = rescue(states, tmp_path / "elsewhere" / "deep")
    assert folder.parent == tmp_path / "elsewhere" / "deep"
    assert folder.name.startswith("photos unsaved 20")
    note = (folder / NOTE).read_text(encoding="utf-8")
    for word in (str(project.root), str(folder), "labels", "provenance", "a.png\n", "süd/d.png\n"):
        assert word in note
    for name in ("labels", "provenance"):
        shutil.copytree(folder / name, project.root / name, dirs_exist_ok=True)
    with Project.open(project.root) as again:
        for state in states:
            found = again.load_label_map(state.image_id)
            assert np.array_equal(found.labels, state.label_map.labels)
            assert np.array_equal(found.provenance, state.label_map.provenance)
            assert again.state(state.image_id) is State.IN_PROGRESS
        assert again.warnings == []


def test_nothing_that_is_there_is_replaced(project, tmp_path):
    state = Unsaved(project, "a.png", painted(0))
    folders = [rescue([state], project.root)[0] for _ in range(3)]
    assert len(set(folders)) == 3
    assert not (project.root / "labels").exists()
    assert rescued_below(project.root) == sorted(folders)


def test_every_project_gets_its_own_folder(project, tmp_path):
    shutil.copytree(project.images, tmp_path / "more")
    with Project.for_folder(tmp_path / "more", ClassSet.from_names(["sea"])) as other:
        states = [Unsaved(each, "a.png", painted(0)) for each in (project, other)]
        folders = rescue(states, tmp_path / "elsewhere")
    assert [folder.name.split(" unsaved")[0] for folder in folders] == ["photos", "more"]
    assert all((folder / "labels" / "a.png.png").is_file() for folder in folders)


def test_a_place_that_cannot_be_written_is_told_and_nothing_is_left(project, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ProjectError, match="cannot be written"):
        rescue([Unsaved(project, "a.png", painted(0))], tmp_path / "file")
    bad = Unsaved(project, f"{'x' * 300}.png", painted(0))
    with pytest.raises(ProjectError, match="cannot be written"):
        rescue([Unsaved(project, "a.png", painted(0)), bad], tmp_path / "elsewhere")
    assert os.listdir(tmp_path / "elsewhere") == []


def test_where_labels_go_when_nobody_can_be_asked(project):
    assert ended_folder().name == "unsaved"
    assert rescued_below(ended_folder()) == []
    folders = rescue([Unsaved(project, "a.png", painted(0))], ended_folder())
    assert rescued_below(ended_folder()) == folders
