"""Makes a small project with the code of an earlier Maskwright, and packs it: the fixtures of test_old_projects.

    git archive COMMIT segcore | tar x -C OLD
    cd OLD && PYTHONPATH=OLD python .../old_projects/make.py .../old_projects/NAME.zip

| fixture | made by commit | what is new in its files |
|---|---|---|
| 0.1 | 3e826e0 | the first: project.json, labels, provenance, predictions, checkpoints, index 1 |
| 0.3 | cd44087 | writer.json, journal, provenance "painted and confirmed", index 2, sealed checkpoints |
| 0.5 | 7cea8e2 | index 3 |
| 0.6 | a676493 | adaptation/head.npz, records that go on with a step of the journal |
| 0.7 | 5796041 | marks.json, versions |
| 0.8 | 0356be6 | index 4 |

Labels and provenance of the images are those of `labels` and `provenance` here; the tests compute them again.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

SHAPE = (8, 12)


def known(*places: str) -> Any:
    """Return the first of these ``module:name`` that this Maskwright has."""
    for place in places:
        module, name = place.split(":")
        with suppress(ImportError, AttributeError):
            return getattr(import_module(module), name)
    return None


ClassSet = known("segcore.labels.classes:ClassSet", "segcore.classes:ClassSet")
LabelMap = known("segcore.labels.label_map:LabelMap", "segcore.labelmap:LabelMap")
Provenance = known("segcore.labels.label_map:Provenance", "segcore.labelmap:Provenance")
Project = known("segcore.project.project:Project", "segcore.project:Project")
Prediction = known("segcore.labels.probability_map:ProbabilityMap", "segcore.prediction:Prediction")


def labels() -> np.ndarray:
    """Values 0, 1, 2 and 3, of which 3 is removed later; a row of 255."""
    rows, columns = np.indices(SHAPE)
    values = ((rows + columns) % 4).astype(np.uint8)
    values[0] = 255
    return values


def provenance() -> np.ndarray:
    """Untouched, painted over with "ignore", predicted, confirmed, then painted."""
    values = np.full(SHAPE, 2, np.uint8)
    values[0, :6], values[0, 6:], values[1], values[2] = 0, 2, 1, 3
    return values


def whole(value: int, by: int) -> Any:
    return LabelMap(np.full(SHAPE, value, np.uint8), np.full(SHAPE, by, np.uint8))


def fill(root: Path, photos: Path) -> None:
    """Make the project with everything that this Maskwright knows."""
    with Project.create(root, photos, ClassSet.from_names(["road", "sky", "tree"])) as project:
        project.set_classes(project.classes.added("gone"))
        project.save_label_map("a.png", LabelMap(labels(), provenance()))
        project.set_classes(project.classes.removed(3))
        project.save_label_map("b.png", whole(2, 2))
        project.save_label_map("c.png", whole(1, 3))
        probabilities = np.zeros((3, *SHAPE), np.uint8)
        probabilities[1] = 255
        one = np.ones(SHAPE, np.uint8)
        project.save_prediction("a.png", Prediction(probabilities, one, one * 51, project.classes.indices, "starter"))
        project.set_setting("crf", {"w1": 4.0})
        project.set_mapping(ClassSet.from_names(["car", "sky"]), mapping())
        checkpoint(root / "checkpoints" / "version-001.safetensors", project.classes)
        journal(project)
        head(project)
        marks(project)
        if (versions := getattr(project, "versions", None)) is not None:
            versions.keep("c.png", "Brush", 1_000_000)


def mapping() -> Any:
    return known("segcore.labels.class_mapping:ClassMapping", "segcore.classes:ClassMapping")(
        (("car", 2), ("sky", None))
    )


def checkpoint(path: Path, classes: Any) -> None:
    """Write a model version; its network is one convolution, which is enough for its header."""
    import torch

    network: Any = torch.nn.Conv2d(3, 3, 1)
    network.num_classes, network.config = 3, ""
    preprocess = known("segcore.models.preprocess:Preprocess", "segcore.preprocess:Preprocess")()
    model = known("segcore.models.model:Model", "segcore.models.checkpoint:Model")
    made = model(network, "starter", classes, preprocess, "version 1")
    made.metrics.update({"mean_iou": 0.5})
    made.lineage.append({"name": "starter"})
    known("segcore.models.checkpoint:save_checkpoint")(path, made)


def journal(project: Any) -> None:
    """Leave a stroke in the journal that the labels do not have: value 1 in the last row of b.png."""
    recall = known("segcore.journal.journal:recall", "segcore.journal:recall")
    if recall is None:
        return
    before = project.load_label_map("b.png")
    after = LabelMap(before.labels.copy(), before.provenance.copy())
    after.labels[-1] = 1
    edit = known("segcore.editing.edit:diff", "segcore.editing:diff")(before, after, "Brush")
    writer = recall(project.root, "b.png", before, project.classes, project.class_history).journal
    writer.edit(edit)
    writer.write()


def head(project: Any) -> None:
    """Teach the live head that bright pixels are class 1 and dark ones class 0."""
    live_head = known("segcore.adaptation.live_head:LiveHead")
    save = known("segcore.adaptation.project_head:save_project_head")
    if save is None:
        return
    from segcore.adaptation.feature_pyramid import FeaturePyramid
    from segcore.progress import drive

    random, levels = np.random.default_rng(0), []
    image = np.full((64, 96, 3), 60, np.uint8)
    image[:, 48:] = 180
    for stride, channels in ((4, 6), (8, 4)):
        level = random.normal(0, 0.3, (64 // stride, 96 // stride, channels))
        level[:, 48 // stride :, 0] += 3
        levels.append(level.astype(np.float16))
    taught = live_head(network="test")
    drive(taught.open_image(image, FeaturePyramid(tuple(levels), (4, 8), 64, 96), key="a.png"))
    drive(taught.finish_image((image[..., 0] > 100).astype(np.uint8)))
    save(project, taught)


def marks(project: Any) -> None:
    mark = known("segcore.project.marks:Mark")
    if mark is not None:
        verdict = known("segcore.project.marks:Verdict").REJECTED
        project.marks.put({"c.png": mark(verdict, True, "look again")})


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name) / "specimen"
        photos = place / "photos"
        photos.mkdir(parents=True)
        for number, image in enumerate(("a.png", "b.png", "c.png")):
            Image.fromarray(np.full((*SHAPE, 3), 40 * number, np.uint8)).save(photos / image)
        fill(place / "photos.maskwright", photos)
        shutil.make_archive(str(Path(sys.argv[1]).with_suffix("")), "zip", place)


if __name__ == "__main__":
    main()
