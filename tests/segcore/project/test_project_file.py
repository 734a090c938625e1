from __future__ import annotations

import os
from pathlib import Path

import pytest

from segcore.errors import ProjectError
from segcore.project.project import Project
from tests.segcore.project.small_project import CLASSES, painted, reopened
from tests.systems import linux_only


# project.json
def test_a_damaged_project_file_opens_from_its_backup(project):
    project.set_setting("a", 1)
    (project.root / "project.json").write_bytes(b'{"schema": 1, "images"')
    with reopened(project) as again:
        assert again.settings == {"a": 1}
        assert "backup" in again.warnings[0]
    assert (project.root / "project.json.damaged").is_file()
    with Project.open(project.root) as again:
        assert again.warnings == []


NO_PATH = b'{"schema": 1, "images": "\\u0000", "classes": [{"name": "a"}]}'


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"schema": "x"}', NO_PATH, b"\xff\xff", b"null", b"[" * 100_000]
)
def test_both_files_damaged(project, content):
    project.close()
    for name in ("project.json", "project.json.bak"):
        (project.root / name).write_bytes(content)
    with pytest.raises(ProjectError, match=r"project\.json") as caught:
        Project.open(project.root)
    assert "labels" in caught.value.remedy
    assert (project.root / "project.json").read_bytes() == content


def test_half_characters_and_deep_settings_never_stop_saving(project):
    project.set_setting("a", "\ud800")
    project.set_setting("b", 1)
    with reopened(project) as again:
        assert again.settings == {"a": "\ud800", "b": 1}
    path = project.root / "project.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"b": 1', '"b": ' + "[" * 50_000 + "]" * 50_000), encoding="utf-8")
    with Project.open(project.root) as again:
        again.set_setting("b", 2)
        assert "backup" in again.warnings[0]


@linux_only("other systems have no such names")
def test_an_image_folder_whose_name_is_no_text(images, tmp_path):
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    images.rename(odd)
    with Project.create(tmp_path / "p", odd, CLASSES) as made:
        made.save_label_map("a.png", painted())
    with Project.open(tmp_path / "p") as again:
        assert again.images == odd
        assert again.corrected_ids() == ["a.png"]


def test_no_project(tmp_path, project, images):
    with pytest.raises(ProjectError, match="no Maskwright project"):
        Project.open(tmp_path / "none")
    with pytest.raises(ProjectError, match="holds a project already"):
        Project.create(project.root, images, CLASSES)
    with pytest.raises(ProjectError, match="does not exist"):
        Project.create(tmp_path / "p", tmp_path / "none", CLASSES)
    assert not (tmp_path / "p").exists()
