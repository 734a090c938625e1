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
    assert "Predict all images in the window" in capsys.readouterr().out
    assert not (root / "worklist.sqlite").exists()


def test_a_folder_without_a_project(tmp_path, capsys):
    assert main(["worklist", str(tmp_path)]) == 1
    assert "maskwright:" in capsys.readouterr().err
    assert main(["worklist", str(tmp_path), "--top", "0"]) == 2


def test_it_says_how_much_is_still_wrong(tmp_path, capsys):
    names = {f"{n}.png": (n, (90, 120, 60)) for n in range(7)}
    with project_of(tmp_path, names) as project:
        for n, name in enumerate(names):
            predicted(project, name, prediction(0, np.s_[20:30, 20:40]))
            if n < 5:
                label_map = project.load_label_map(name)
                label_map.labels[20:30, 20 : 30 + n] = 1
                project.save_label_map(name, label_map.confirm())
        root = project.root
    assert main(["worklist", str(root), "--json"]) == 0
    wrong = json.loads(capsys.readouterr().out)["wrong"]
    # 60 % of the pixels with confidence 0.5 were changed; 200 of them remain in each of two of seven images.
    assert abs(wrong["share"] - 0.6 * 2 * 200 / (7 * 4800)) < 0.0005
    assert wrong["low"] < wrong["share"] < wrong["high"]
    assert main(["worklist", str(root)]) == 0
    assert "About 0.7 % of the pixels are still wrong (0." in capsys.readouterr().out


def test_too_few_done_images_are_told(root, capsys):
    assert main(["worklist", str(root)]) == 0
    assert "is not known yet: correct at least 5" in capsys.readouterr().out
