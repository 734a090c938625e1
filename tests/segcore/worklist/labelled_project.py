"""A project whose images, labels and predictions are made of a few numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap
from segcore.labels.probability_map import ProbabilityMap, uncertainty_of
from segcore.project.project import Project

CLASSES = ClassSet.from_names(["ground", "thing", "other"])
SHAPE = (60, 80)


def save_image(path: Path, seed: int, colour: tuple[int, int, int] = (90, 120, 60)) -> None:
    noise = np.random.default_rng(seed).integers(-20, 20, (*SHAPE, 3))
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8)).save(path)


def prediction(value: int = 0, doubt: tuple[slice, slice] | None = None, second: int = 1) -> ProbabilityMap:
    """Certain of ``value`` (0.98), but inside ``doubt`` only with 0.5 against ``second``."""
    probabilities = np.full((3, *SHAPE), 0.01, np.float32)
    probabilities[value] = 0.98
    if doubt is not None:
        probabilities[(slice(None), *doubt)] = 0.02
        probabilities[(value, *doubt)], probabilities[(second, *doubt)] = 0.5, 0.48
    labels = CLASSES.indices[probabilities.argmax(0)]
    stored = np.round(probabilities * 255).astype(np.uint8)
    return ProbabilityMap(stored, labels, uncertainty_of(probabilities), CLASSES.indices, "m")


def project_of(root: Path, names: dict[str, tuple[int, tuple[int, int, int]]]) -> Project:
    """Make a project with these images: name -> seed of its noise, colour."""
    for name, (seed, colour) in names.items():
        save_image(root / "images" / name, seed, colour)
    return Project.create(root / "p", root / "images", CLASSES)


def predicted(project: Project, image_id: str, found: ProbabilityMap) -> None:
    """Keep a prediction and let the labels take it, as the window does."""
    project.save_prediction(image_id, found)
    project.save_label_map(image_id, LabelMap.blank(*SHAPE).accept(found.labels))
