"""Specimen: one healthy file of every kind that Maskwright reads, and a cage to let an operation loose in.

A cage is a folder with everything a person has (``photos``, ``photos.maskwright``, ``side``, ``config``) and what must
never change (``outside``, the cage itself). It is copied for each mutant with the files' times, so that the index
believes its rows.
"""

from __future__ import annotations

import json
import platform
import shutil
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image

from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.labels.probability_map import ProbabilityMap
from segcore.project.marks import Mark, Verdict
from segcore.project.project import Project

HEIGHT, WIDTH = 48, 64
CLASSES = ClassSet.from_names(["background", "crack", "pole"])
PROJECT = "photos.maskwright"
AHEAD = "sub/c.png"
VERSION = "20260101T000000.000000"
"""The earlier labels of an image."""
PLACES = {"head": f"{PROJECT}/adaptation"}
"""Where a cage has a data set that does not lie in ``set/<name>``."""
MUST_STAY = ("outside", "bystander.txt", "photos", "side", "set")
"""Below a cage: what no operation may change."""

FORMATS = (
    "jpg",
    "png",
    "png16",
    "pngp",
    "tif",
    "tif16",
    "tiff32",
    "tiftile",
    "bmp",
    "webp",
    "gif",
    "ppm",
    "pgm",
    "jp2",
)
SUFFIX = {"png16": "png", "pngp": "png", "tif16": "tif", "tiff32": "tiff", "tiftile": "tif"}


def image_name(form: str) -> str:
    """Name among the photos of the image of this format."""
    return f"x.{SUFFIX.get(form, form)}"


def picture(form: str, path: Path) -> None:
    """Write a small image of this format."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    colour = np.stack([y * 5, x * 3, (x + y) * 2], axis=-1).astype(np.uint8)
    grey = colour[..., 0]
    match form:
        case "png16":
            Image.fromarray(grey.astype(np.uint16) * 257).save(path)
        case "pngp":
            Image.fromarray(colour).convert("P").save(path)
        case "tif16":
            Image.fromarray(grey.astype(np.uint16) * 200).save(path)
        case "tiff32":
            Image.fromarray(grey.astype(np.float32) / 7).save(path)
        case "tiftile":
            with tifffile.TiffWriter(path) as out:
                tiles = {"photometric": "rgb", "tile": (16, 32), "compression": "lzw", "metadata": None}
                out.write(colour, subifds=1, **tiles)
                out.write(colour[::2, ::2], subfiletype=1, **tiles)
        case "pgm" | "gif":
            Image.fromarray(grey).save(path)
        case _:
            Image.fromarray(colour).save(path)


def label_map(seed: int) -> LabelMap:
    """Labels and provenance of every sort, different for each seed."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, 3, (HEIGHT, WIDTH)).astype(np.uint8)
    provenance = random.integers(1, 4, (HEIGHT, WIDTH)).astype(np.uint8)
    labels[:4], provenance[:4] = 255, Provenance.UNTOUCHED
    return LabelMap(labels, provenance)


def prediction(seed: int) -> ProbabilityMap:
    """A prediction for the three classes."""
    random = np.random.default_rng(seed)
    probabilities = random.integers(0, 256, (3, HEIGHT, WIDTH)).astype(np.uint8)
    labels = probabilities.argmax(0).astype(np.uint8)
    return ProbabilityMap(probabilities, labels, probabilities[0], CLASSES.indices, "starter")


def breed(store: Path, models: bool = True) -> None:
    """Make ``store/cage``, ``store/images`` and, which takes some seconds, ``store/models``."""
    cage = store / "cage"
    for name in ("photos/sub", "outside", "tmp", "home", "config", "side"):
        (cage / name).mkdir(parents=True)
    (cage / "bystander.txt").write_text("not ours\n")
    picture("png", cage / "outside" / "real.png")
    picture("png", cage / "photos" / "a.png")
    picture("jpg", cage / "photos" / "sub" / "b.jpg")
    picture("png", cage / "photos" / AHEAD)
    (store / "images").mkdir()
    for form in FORMATS:
        picture(form, store / "images" / f"{form}.{SUFFIX.get(form, form)}")
    with Project.create(cage / PROJECT, cage / "photos", CLASSES) as project:
        project.set_classes(project.classes.added("gone"))
        project.set_classes(project.classes.removed(3))
        for seed, image_id in enumerate(project.image_ids()):
            _paint(project, image_id, seed)
            project.save_prediction(image_id, prediction(seed))
            project.size(image_id)
        _keep(project, "a.png")
        project.marks.put({"a.png": Mark(Verdict.REVIEWED, True, "a note")})
        project.set_setting("crf", {"w1": 4.0, "protected": ["pole"]})
        project.set_mapping(CLASSES, project.mapping_for(CLASSES))
        _side(cage / "side", project)
    dead = {"host": platform.node(), "user": "anna", "pid": 2**22 + 1, "started": 1.7e9, "since": "2026-01-01T00:00:00"}
    (cage / PROJECT / "writer.json").write_text(json.dumps(dead))
    (cage / PROJECT / ".writer.lock").touch()
    with Project.create(store / "x.maskwright", store / "images", CLASSES) as project:
        project.save_label_map("png.png", label_map(9))
    if models:
        _models(store / "models")


def cage_for(store: Path, place: Path, extra: str = "", data_set: str = "") -> Path:
    """Copy the cage to ``place``.

    ``extra`` adds an image ``x.*`` with labels (its format), or a file of ``models``; ``data_set`` one of ``sets``.
    """
    shutil.copytree(store / "cage", place, symlinks=True)
    if data_set:
        shutil.copytree(store / "sets" / data_set, place / PLACES.get(data_set, f"set/{data_set}"))
    if extra in FORMATS:
        name = image_name(extra)
        shutil.copy2(store / "images" / f"{extra}.{SUFFIX.get(extra, extra)}", place / "photos" / name)
        for part in ("labels", "provenance"):
            shutil.copy2(store / "x.maskwright" / part / "png.png.png", place / PROJECT / part / f"{name}.png")
    elif extra:
        goal = place / extra
        goal.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(store / "models" / goal.name, goal)
    return place


def _paint(project: Project, image_id: str, seed: int) -> None:
    """Save labels whose history is in a journal; of `AHEAD` the last stroke is in the journal only."""
    from segcore.editing import diff
    from segcore.journal.journal import recall

    goal, blank = label_map(seed), LabelMap.blank(HEIGHT, WIDTH)
    journal = recall(project.root, image_id, blank, project.classes, project.class_history).journal
    half = LabelMap(goal.labels.copy(), goal.provenance.copy())
    half.labels[HEIGHT // 2 :], half.provenance[HEIGHT // 2 :] = 255, Provenance.UNTOUCHED
    for before, after in ((blank, half), (half, goal)):
        journal.edit(diff(before, after, "Brush"))
        journal.write()
    project.save_label_map(image_id, half if image_id == AHEAD else goal)


def _keep(project: Project, image_id: str) -> None:
    """Keep the labels of an image as a version, whose name does not depend on the time."""
    project.versions.keep(image_id, "Brush", 1_000_000)
    for path in sorted((project.root / "versions" / image_id).iterdir()):
        path.rename(path.with_name(VERSION + path.name[len(VERSION) :]))


def _side(side: Path, project: Project) -> None:
    """What lies beside a project: class lists, CRF parameters, settings, exports, the lines of a training."""
    from segcore.crf.parameters import CrfParameters
    from segcore.crf.parameters_file import write_parameters
    from segcore.formats.export import export_project
    from segcore.progress import drive

    (side / "classes.json").write_text(json.dumps(CLASSES.to_json()))
    (side / "classes.txt").write_text("# classes\nbackground\ncrack\npole\n")
    write_parameters(side / "crf.json", CrfParameters(), ["pole"])
    for form in ("png", "voc"):
        drive(export_project(project, [form], side / form))
    settings = {
        "theme": "dark",
        "brush.radius": 20.0,
        "recent.projects": [str(project.root)],
        "recent.images": {str(project.root): "a.png"},
        "export.folders": {str(project.root): str(side)},
        "hints.dismissed": ["view"],
        "shortcuts": {"undo": "Ctrl+Z"},
        "of a newer version": [1, 2],
    }
    (side.parent / "config" / "settings.json").write_text(json.dumps(settings))
    scores = {
        "pixel_accuracy": 0.9,
        "mean_accuracy": 0.8,
        "mean_iou": 0.7,
        "fw_iou": 0.85,
        "iou": {"crack": 0.5},
        "confusion": [[3, 1], [0, 2]],
    }
    lines = [
        {"event": "progress", "done": 1, "total": 4, "message": "Training", "step": 3, "loss": 0.5, "mean_iou": 0.4},
        {"event": "result", "checkpoint": "v.safetensors", "before": scores, "after": scores, "seconds": 3.0},
    ]
    folder = project.root / "training" / "version-001"
    folder.mkdir(parents=True)
    (folder / "progress.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    (folder / "version-001.safetensors").write_bytes(b"a checkpoint")
    dead = {"host": platform.node(), "pid": 2**22 + 1, "started": 1.7e9}
    record = {"schema": 1, "process": dead, "held_out": 1, "checkpoint": ""}
    (folder / "training.json").write_text(json.dumps(record))


def _models(models: Path) -> None:
    """A tiny checkpoint, a state to resume from, torchvision's and Caffe's weights."""
    import torch

    from segcore.models.architectures import build
    from segcore.models.caffemodel import VGG16_LAYERS
    from segcore.models.checkpoint import save_checkpoint
    from segcore.models.model import Model
    from segcore.models.starter import PREPROCESS
    from segcore.training.resume import TrainingState, save_state

    models.mkdir()
    torch.manual_seed(1)
    segmenter = build("starter", 3).eval()
    with torch.no_grad():
        for parameter in segmenter.parameters():
            if parameter.dim() > 1:
                parameter += 0.02 * torch.randn_like(parameter)
    lineage = [{"source": "random weights", "trained_on": ["0badcafe"]}]
    model = Model(segmenter, "starter", CLASSES, PREPROCESS, "tiny", {"mean_iou": 0.5}, lineage)
    save_checkpoint(models / "version-001.safetensors", model, half=True)
    save_state(models / "v.resume", TrainingState({"a/b": torch.ones(3)}, {"step": 1}), {"seed": 1})
    state = build("lraspp_mobilenetv3", 3).state_dict()
    state = {key: value.half() if value.is_floating_point() else value for key, value in state.items()}
    torch.save(state, models / "weights.pth")
    arrays: dict[str, np.ndarray] = {}
    network = build("fcn32s:border=pad100,fc_channels=4", 3).state_dict()
    names = {f"features.{index}": layer for layer, index in VGG16_LAYERS.items()}
    for key, value in network.items():
        layer, _, what = key.rpartition(".")
        if not layer.startswith("upscore"):
            arrays[f"{names.get(layer, layer)}/{what}"] = np.zeros(tuple(value.shape), np.float16)
    np.savez_compressed(models / "weights.npz", **arrays)
    shutil.copy2(models / "version-001.safetensors", models / "weights.safetensors")
