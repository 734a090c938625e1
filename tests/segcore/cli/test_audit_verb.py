from __future__ import annotations

import json

import pytest
from PIL import Image

from segcore.cli import main
from segcore.labels.classes import ClassSet
from segcore.project.project_file import ProjectFile
from tests.segcore.worklist.striped_project import striped_project


@pytest.fixture
def root(tmp_path):
    return striped_project(tmp_path)


def test_a_broken_label_is_listed_first_with_a_picture(root, tmp_path, capsys):
    before = {path: path.read_bytes() for path in root.rglob("*") if path.suffix in (".json", ".png")}
    out = tmp_path / "out"
    assert main(["audit", str(root), "--json", "--out", str(out)]) == 0
    report = json.loads(capsys.readouterr().out)
    first = report["issues"][0]
    assert (first["image"], first["label"], first["suggestion"]) == ("2.png", "smooth", "striped")
    left, top, right, bottom = first["box"]
    assert abs(left - 80) + abs(top - 32) + abs(right - 112) + abs(bottom - 64) <= 32
    assert json.loads((out / "audit.json").read_text("utf-8")) == report
    with Image.open(out / first["picture"]) as picture:
        assert picture.size == (3 * 256 + 8, 256)
    assert {path: path.read_bytes() for path in before} == before


def test_the_list_for_people(root, capsys):
    assert main(["audit", str(root), "--top", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Labels that look wrong in 4 corrected images:"
    assert "2.png" in lines[1]
    assert "smooth -> striped" in lines[1]


def test_too_few_corrected_images(tmp_path, capsys):
    (tmp_path / "images").mkdir()
    Image.new("RGB", (8, 8)).save(tmp_path / "images" / "a.png")
    ProjectFile(tmp_path / "images", ClassSet.from_names(["x"])).write(tmp_path / "p")
    assert main(["audit", str(tmp_path / "p")]) == 1
    assert "two corrected images" in capsys.readouterr().err
