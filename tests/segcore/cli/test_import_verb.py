from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from segcore.cli import main
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import State
from segcore.project.project import Project


@pytest.fixture
def place(tmp_path):
    for folder in ("images", "labels"):
        (tmp_path / folder).mkdir()
    for name in ("a.png", "b.png"):
        Image.new("RGB", (3, 2)).save(tmp_path / "images" / name)
    Project.create(tmp_path / "p", tmp_path / "images", ClassSet.from_names(["x", "y"])).close()
    Image.fromarray(np.ones((2, 3), np.uint8)).save(tmp_path / "labels" / "a.png")
    return tmp_path


def test_import_and_export_again(place, capsys):
    project = str(place / "p")
    assert main(["import", project, str(place / "labels")]) == 0
    assert "1 label map imported" in capsys.readouterr().out
    assert main(["export", project, "--format", "png", "--out", str(place / "out"), "--val", "0"]) == 0
    assert json.loads((place / "out" / "export_report.json").read_text())["exported"] == ["a.png"]
    assert main(["import", project, "--format", "png", str(place / "out"), "--labels-are", "done"]) == 0
    with Project.open(place / "p") as opened:
        assert opened.state("a.png") is State.DONE
        assert (opened.load_label_map("a.png").labels == 1).all()


def test_masks_of_0_and_255_are_told(place, capsys):
    Image.fromarray(np.array([[0, 255, 255]] * 2, np.uint8)).save(place / "labels" / "a.png")
    assert main(["import", str(place / "p"), str(place / "labels")]) == 0
    assert "255 means no label. If it is a class" in capsys.readouterr().err
    Image.fromarray(np.array([[0, 1, 255]] * 2, np.uint8)).save(place / "labels" / "a.png")
    assert main(["import", str(place / "p"), str(place / "labels"), "--replace"]) == 0
    assert "255" not in capsys.readouterr().err


def test_a_damaged_file_among_others_fails_but_the_others_are_imported(place, capsys):
    shape = {"label": "x", "points": [[0, 0], [3, 0], [3, 2]], "shape_type": "polygon"}
    said = {"imagePath": "a.png", "imageHeight": 2, "imageWidth": 3, "shapes": [shape]}
    (place / "json").mkdir()
    (place / "json" / "a.json").write_text(json.dumps(said))
    assert main(["import", str(place / "p"), "--format", "labelme", str(place / "json")]) == 0
    (place / "json" / "b.json").write_text("{")
    assert main(["import", str(place / "p"), "--format", "labelme", "--replace", str(place / "json")]) == 1
    assert "b.json" in capsys.readouterr().err
    with Project.open(place / "p") as opened:
        assert (opened.load_label_map("a.png").labels == 0).any()


def test_what_cannot_be_done_is_said(place, capsys):
    assert main(["import", str(place / "p"), str(place / "images" / "a.png")]) == 1
    assert "no format" in capsys.readouterr().err
    for shares in (["--val", "0.8", "--test", "0.5"], ["--val", "2"]):
        assert main(["export", str(place / "p"), "--format", "png", "--out", "x", *shares]) == 2
