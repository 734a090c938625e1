"""A project in which one corrected region has the wrong label."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.project.project import Project

SHAPE = (96, 128)
BROKEN = (slice(32, 64), slice(80, 112))


def striped_project(root: Path) -> Path:
    """Make four images, stripes to the right of a smooth half; in 2.png a square of stripes is labelled smooth."""
    (root / "images").mkdir(parents=True)
    rng = np.random.default_rng(0)
    with_stripes = np.zeros((*SHAPE, 3), np.uint8) + 90
    with_stripes[:, 64:] = np.where(np.arange(64) % 8 < 4, 250, 10)[None, :, None]
    for n in range(4):
        noise = rng.integers(-8, 8, (*SHAPE, 3))
        Image.fromarray(np.clip(with_stripes + noise, 0, 255).astype(np.uint8)).save(root / "images" / f"{n}.png")
    with Project.create(root / "p", root / "images", ClassSet.from_names(["smooth", "striped"])) as project:
        for n in range(4):
            labels = np.zeros(SHAPE, np.uint8)
            labels[:, 64:] = 1
            if n == 2:
                labels[BROKEN] = 0
            project.save_label_map(f"{n}.png", LabelMap(labels, np.full(SHAPE, Provenance.CONFIRMED, np.uint8)))
        return project.root
