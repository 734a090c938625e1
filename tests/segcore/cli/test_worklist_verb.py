from __future__ import annotations

import json

import numpy as np
import pytest

from segcore.cli import main
from tests.segcore.worklist.labelled_project import predicted, prediction, project_of


@pytest.fixture
def root(tmp_path):
    names = {"a.png": (1, (90, 120, 60)), "b.png": (2, (200, 40, 30)), "c.png": (3, (10, 10, 200))}
    with project_of(tmp_path, names) as project:
        predicted(project, "b.png", prediction(0, np.s_[20:30, 20:40]))
        predicted(project, "c.png", prediction(0))
        return project.root


def test_json_lists_images_and_their_regions(root, capsys):
    assert main(["worklist", str(root), "--json", "--regions", "--top", "2"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ranked"] == 3
    assert report["informed"]
    first = report["images"][0]
    assert (first["place"], first["image"], first["source"], first["done"]) == (1, "b.png", "prediction", False)
    assert len(report["images"]) == 2
    left, top, right, bottom = first["regions"][0]["box"]
    assert abs(left - 20) + abs(top - 20) + abs(right - 40) + abs(bottom - 30) <= 4
    assert first["regions"][0]["class"] == "ground"


def test_the_table_names_images_and_regions(root, capsys):
    assert main(["worklist", str(root), "--regions"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split()[:2] == ["1", "b.png"]
    assert "ground" in lines[2]
    assert any(line.endswith("no prediction") for line in lines)


def test_without_predictions_it_says_what_to_do(tmp_path, capsys):
    with project_of(tmp_path, {"a.png": (1, (90, 120, 60))}) as project:
        root = project.root
    assert main(["worklist", str(root)]) == 0
    assert "Predict the project" in capsys.readouterr().out
    assert not (root / "worklist.sqlite").exists()


def test_a_folder_without_a_project(tmp_path, capsys):
    assert main(["worklist", str(tmp_path)]) == 1
    assert "maskwright:" in capsys.readouterr().err
    assert main(["worklist", str(tmp_path), "--top", "0"]) == 2
