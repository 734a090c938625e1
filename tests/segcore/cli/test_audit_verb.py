from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from segcore.cli import main
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.project.project import Project
from segcore.project.project_file import ProjectFile

SHAPE = (96, 128)


@pytest.fixture
def root(tmp_path):
    """Four images, stripes to the right of a smooth half; in one of them a square of stripes is labelled smooth."""
    (tmp_path / "images").mkdir()
    rng = np.random.default_rng(0)
    with_stripes = np.zeros((*SHAPE, 3), np.uint8) + 90
    with_stripes[:, 64:] = np.where(np.arange(64) % 8 < 4, 250, 10)[None, :, None]
    for n in range(4):
        noise = rng.integers(-8, 8, (*SHAPE, 3))
        Image.fromarray(np.clip(with_stripes + noise, 0, 255).astype(np.uint8)).save(tmp_path / "images" / f"{n}.png")
    with Project.create(tmp_path / "p", tmp_path / "images", ClassSet.from_names(["smooth", "striped"])) as project:
        for n in range(4):
            labels = np.zeros(SHAPE, np.uint8)
            labels[:, 64:] = 1
            if n == 2:
                labels[32:64, 80:112] = 0
            project.save_label_map(f"{n}.png", LabelMap(labels, np.full(SHAPE, Provenance.CONFIRMED, np.uint8)))
        return project.root


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
