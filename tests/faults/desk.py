"""A desk: what a window consists of, as far as labels are concerned, on a small project that a test damages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from app.document.autosave import Autosaver
from app.document.document import Document
from app.document.journaling import Journaling
from app.document.loaded_image import load_image
from app.jobs.job_runner import JobRunner
from segcore.editing import Box
from segcore.errors import MaskwrightError
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.project.project import Project

SHAPE = (300, 400)


def noise(seed: int) -> LabelMap:
    """Labels that do not compress well: a file of some 40 kB."""
    random = np.random.default_rng(seed)
    return LabelMap(random.integers(0, 3, SHAPE).astype(np.uint8), random.integers(2, 4, SHAPE).astype(np.uint8))


def make_project(folder: Path) -> Path:
    (folder / "photos").mkdir()
    for name in ("a.png", "b.png"):
        Image.fromarray(np.zeros((*SHAPE, 3), np.uint8)).save(folder / "photos" / name)
    with Project.create(folder / "p", folder / "photos", ClassSet.from_names(["x", "y", "z"])) as project:
        project.save_label_map("a.png", noise(1))
        return project.root


def same(a: LabelMap, b: LabelMap) -> bool:
    return np.array_equal(a.labels, b.labels) and np.array_equal(a.provenance, b.provenance)


class Desk:
    """What a window consists of, as far as labels are concerned."""

    def __init__(self, root: Path) -> None:
        self.document, self.jobs = Document(), JobRunner()
        self.autosaver = Autosaver(self.document, self.jobs)
        self.errors: list[MaskwrightError] = []
        self.autosaver.error.connect(self.errors.append)
        self.mended: list[MaskwrightError] = []
        self.autosaver.mended.connect(self.mended.append)
        self.journaling = Journaling(self.document, self.jobs, self.autosaver)
        self.journaling.error.connect(self.errors.append)
        self.project = Project.open(root)
        self.document.set_project(self.project)
        self.document.show(load_image(self.project, "a.png"))

    def paint(self, row: int) -> None:
        recorder = self.document.begin("Brush")
        recorder.paint(Box(0, row, 400, row + 1), np.ones((1, 400), np.bool_), 2)
        self.document.commit(recorder)


def painted_rows(root: Path) -> int:
    with Project.open(root) as project:
        label_map = project.load_label_map("a.png")
    return int(((label_map.labels == 2) & (label_map.provenance == Provenance.PAINTED)).all(1).sum())
