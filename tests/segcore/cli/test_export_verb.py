from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from segcore.cli import main
from segcore.formats.png import read_png
from segcore.formats.voc import read_voc
from segcore.labels.classes import ClassSet
from segcore.project.project import Project


@pytest.fixture
def project(tmp_path):
    (tmp_path / "images").mkdir()
    for name in ("a.png", "b.png"):
        Image.new("RGB", (3, 2)).save(tmp_path / "images" / name)
    with Project.create(tmp_path / "p", tmp_path / "images", ClassSet.from_names(["x", "y"])) as project:
        project.import_labels("a.png", np.ones((2, 3), np.uint8))
    return tmp_path / "p"


def test_export(project, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["export", str(project), "--format", "png,voc", "--out", str(out), "--copy-images"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("1 image exported")
    assert "b.png: nothing in it is painted or confirmed" in text
    assert (read_png(out).read("a.png") == 1).all()
    assert (read_voc(out).read("a") == 1).all()
    assert (out / "JPEGImages" / "a.jpg").is_file()
    assert json.loads((out / "export_report.json").read_text())["exported"] == ["a.png"]


def test_json_on_stdout_is_only_json(project, tmp_path, capsys):
    assert main(["export", str(project), "--format", "png", "--out", str(tmp_path / "out"), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["exported"] == ["a.png"]
    assert report["left_out"] == [{"image": "b.png", "reason": "nothing in it is painted or confirmed", "pixels": None}]


def test_out_must_not_be_the_project(project, capsys):
    assert main(["export", str(project), "--format", "png", "--out", str(project)]) == 1
    assert "own labels" in capsys.readouterr().err
