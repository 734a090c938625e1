from __future__ import annotations

import pytest
from PIL import Image

from segcore.project.project import Project
from tests.segcore.project.small_project import CLASSES


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "Bilder"
    for name in ("a.jpg", "a.png", "sub dir/ü.png"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (6, 4)).save(folder / name)
    return folder


@pytest.fixture
def project(images, tmp_path):
    project = Project.create(tmp_path / "project", images, CLASSES)
    yield project
    project.close()
