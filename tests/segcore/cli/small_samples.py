"""Two small sample projects in place of the bundled ones: left dark, right bright."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

import segcore.cli.demo_roads
import segcore.project.sample_project
from segcore.labels.classes import ClassSet

CLASSES = ClassSet.from_names(["dark", "bright"])


def write_sample(folder, labelled, held_out, images, scale=1):
    """Write so many images; the first ones with label maps, the next ones with label maps to measure."""
    for name in ("images", "labels", "held_out"):
        (folder / name).mkdir(parents=True)
    random = np.random.default_rng(0)
    for n in range(images):
        truth = np.zeros((48 * scale, 64 * scale), np.uint8)
        truth[:, (20 + 3 * n) * scale :] = 1
        picture = np.where(truth[..., None], 200, 40) + random.integers(0, 30, (*truth.shape, 3))
        Image.fromarray(picture.astype(np.uint8)).save(folder / "images" / f"{n}.jpg")
        if n < labelled + held_out:
            Image.fromarray(truth).save(folder / ("labels" if n < labelled else "held_out") / f"{n}.png")
    (folder / "classes.json").write_text(json.dumps(CLASSES.to_json()))


@pytest.fixture
def bundled(tmp_path, monkeypatch):
    """Samples, and a starter that knows nothing yet; returns the folder of resources."""
    from segcore.models.catalogue import build
    from segcore.models.checkpoint import save_checkpoint
    from segcore.models.model import Model
    from segcore.models.preprocess import Preprocess

    resources = tmp_path / "resources"
    write_sample(resources / "sample" / "roads", labelled=2, held_out=5, images=8)
    write_sample(resources / "sample" / "nuclei", labelled=2, held_out=2, images=5, scale=4)
    strokes = [
        {"image": "0.jpg", "class": 0, "radius": 16, "way": [[32, 40], [32, 150]]},
        {"image": "0.jpg", "class": 1, "radius": 16, "way": [[110, 40], [200, 150]]},
    ]
    (resources / "sample" / "nuclei" / "strokes.json").write_text(json.dumps(strokes))
    model = Model(build("starter", 2), "starter", CLASSES, Preprocess(), "starter", {}, [])
    save_checkpoint(resources / "checkpoints" / "starter_roads.safetensors", model)
    for module in (segcore.project.sample_project, segcore.cli.demo_roads):
        monkeypatch.setattr(module, "resource", lambda name: resources / name)
    return resources
