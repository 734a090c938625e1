"""A project of small images whose two halves differ in brightness, with corrected labels; for tests of training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from segcore.labels.classes import ClassSet
from segcore.project.project import Project

CLASSES = ClassSet.from_names(["dark", "bright"])


def painted_project(folder: Path, count: int, corrected: int, classes: ClassSet = CLASSES) -> Project:
    """Make ``count`` images of 64x64 pixels and a project of them; the first ``corrected`` ones are done."""
    (folder / "images").mkdir()
    random = np.random.default_rng(0)
    for number in range(count):
        pixels = random.integers(0, 60, (64, 64, 3), np.uint8)
        pixels[:, 32:] += 180
        Image.fromarray(pixels).save(folder / "images" / f"{number:02d}.png")
    project = Project.create(folder / "p", folder / "images", classes)
    for number in range(corrected):
        correct(project, number)
    return project


def correct(project: Project, number: int) -> None:
    """Import the true labels of an image."""
    labels = np.zeros((64, 64), np.uint8)
    labels[:, 32:] = 1
    project.import_labels(f"{number:02d}.png", labels)
