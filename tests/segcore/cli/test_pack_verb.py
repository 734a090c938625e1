from __future__ import annotations

import pytest
from PIL import Image

from segcore.cli import main
from segcore.project.project import Project
from tests.segcore.project.small_project import CLASSES, painted


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "images").mkdir()
    Image.new("RGB", (6, 4)).save(tmp_path / "images" / "a.png")
    with Project.create(tmp_path / "p", tmp_path / "images", CLASSES) as project:
        project.save_label_map("a.png", painted())
    return tmp_path


def test_a_project_is_packed_and_unpacked(folder, capsys):
    project, packed, again = str(folder / "p"), str(folder / "p.zip"), str(folder / "again")
    assert main(["pack", project, packed, "--images"]) == 0
    assert "Label maps: 1, images: 1" in capsys.readouterr().out
    assert main(["pack", project, packed]) == 1
    assert "exists already" in capsys.readouterr().err
    assert main(["unpack", packed, again]) == 0
    assert "Missing images" not in capsys.readouterr().out
    assert main(["unpack", packed, again]) == 1
    assert "holds a project already" in capsys.readouterr().err


def test_missing_images_are_named(folder, capsys):
    assert main(["pack", str(folder / "p"), str(folder / "p.zip")]) == 0
    assert main(["unpack", str(folder / "p.zip"), str(folder / "q")]) == 0
    assert "Missing images: 1 of 1" in capsys.readouterr().out
    images = str(folder / "images")
    assert main(["unpack", str(folder / "p.zip"), str(folder / "r"), "--images", images]) == 0
    assert "Missing images" not in capsys.readouterr().out


def test_a_packed_project_is_merged(folder, capsys):
    assert main(["pack", str(folder / "p"), str(folder / "p.zip")]) == 0
    Project.create(folder / "q", folder / "images", CLASSES).close()
    capsys.readouterr()
    assert main(["merge", str(folder / "q"), str(folder / "p.zip")]) == 0
    assert "Images changed: 1, unchanged: 0, skipped: 0" in capsys.readouterr().out
    assert main(["merge", str(folder / "q"), str(folder / "p")]) == 0
    assert "Images changed: 0, unchanged: 1" in capsys.readouterr().out
    with Project.open(folder / "q") as project:
        assert (project.load_label_map("a.png").labels[:2] == 1).all()


def test_a_merge_is_shown_first_and_copies_images(folder, capsys):
    (folder / "more").mkdir()
    Image.new("RGB", (6, 4), "red").save(folder / "more" / "b.png")
    with Project.create(folder / "q", folder / "more", CLASSES) as other:
        other.save_label_map("b.png", painted())
    assert main(["merge", str(folder / "p"), str(folder / "q"), "--dry-run"]) == 0
    assert "Images that only the other project has: 1" in capsys.readouterr().out
    assert main(["merge", str(folder / "p"), str(folder / "q")]) == 1
    assert "--copy-images" in capsys.readouterr().out
    assert main(["merge", str(folder / "p"), str(folder / "q"), "--copy-images"]) == 0
    assert "Images copied: 1." in capsys.readouterr().out
    assert (folder / "images" / "b.png").is_file()
