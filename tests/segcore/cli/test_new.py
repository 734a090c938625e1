from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from segcore.cli import main
from segcore.labels.label_map import State
from segcore.project.project import Project


@pytest.fixture
def folder(tmp_path):
    for name in ("a.jpg", "b.jpg", "sub/ü.png"):
        path = tmp_path / "images" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (6, 4)).save(path)
    (tmp_path / "classes.txt").write_text("sky\nroad\n", encoding="utf-8")
    return tmp_path


def new(folder, *more):
    images, classes = str(folder / "images"), str(folder / "classes.txt")
    return main(["new", str(folder / "p"), "--images", images, "--classes", classes, *more])


def test_a_project(folder, capsys):
    assert new(folder) == 0
    assert "3 images, 2 classes" in capsys.readouterr().out
    with Project.open(folder / "p") as project:
        assert project.image_ids() == ["a.jpg", "b.jpg", "sub/ü.png"]
        assert project.classes.names == ["sky", "road"]
    assert new(folder) == 1
    assert "holds a project already" in capsys.readouterr().err


def test_existing_labels_are_confirmed(folder, capsys):
    for name, size, value in (("a.png", (6, 4), 1), ("b.jpg.png", (6, 5), 1), ("sub/ü.png", (6, 4), 9)):
        path = folder / "labels" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full(size[::-1], value, np.uint8)).save(path)
    assert new(folder, "--labels", str(folder / "labels")) == 1
    captured = capsys.readouterr()
    assert "1 label map imported" in captured.out
    assert "6 x 5" in captured.err
    assert "the value 9" in captured.err
    assert "Values of no class: 9" in captured.err
    with Project.open(folder / "p") as project:
        assert [r.state for r in project.records()] == [State.DONE, State.NEW, State.NEW]
        assert (project.load_label_map("a.jpg").labels == 1).all()


@pytest.mark.parametrize(("kind", "state"), [("painted", State.IN_PROGRESS), ("predicted", State.PREDICTED)])
def test_who_made_the_labels_can_be_said(folder, capsys, kind, state):
    (folder / "labels").mkdir()
    Image.fromarray(np.array([[0, 1, 9, 0, 1, 9]] * 4, np.uint8)).save(folder / "labels" / "a.png")
    more = ["--labels", str(folder / "labels"), "--labels-are", kind]
    assert new(folder, *more, "--ignore-index", "9") == 0
    assert "2 images without a label map: b.jpg, sub/ü.png" in capsys.readouterr().out
    with Project.open(folder / "p") as project:
        assert project.state("a.jpg") is state
        assert project.load_label_map("a.jpg").labels[0].tolist() == [0, 1, 255, 0, 1, 255]


@pytest.mark.parametrize("missing", ["images", "classes.txt"])
def test_what_is_missing_is_named(folder, missing, capsys):
    (folder / missing).rename(folder / "away")
    assert new(folder) == 1
    assert missing in capsys.readouterr().err
    assert not (folder / "p").exists()


def test_an_empty_folder_is_a_project_with_a_warning(folder, capsys):
    (folder / "empty").mkdir()
    classes = str(folder / "classes.txt")
    assert main(["new", str(folder / "p"), "--images", str(folder / "empty"), "--classes", classes]) == 0
    assert "no image" in capsys.readouterr().err
