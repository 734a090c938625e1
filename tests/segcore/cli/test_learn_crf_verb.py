from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image

from segcore.cli import main
from segcore.crf import CrfParameters, read_parameters
from segcore.images.indexed_png import write_indexed_png
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.labels.probability_map import ProbabilityMap
from segcore.models.architectures import build
from segcore.models.checkpoint import save_checkpoint
from segcore.models.model import Model
from segcore.project.project import Project

CLASSES = ClassSet.from_names(["ground", "blob"])


def blob(number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Image, truth, and a share of the blob that is blurred and noisy."""
    rng = np.random.default_rng(number)
    truth = np.zeros((40, 52), np.uint8)
    cv2.circle(truth, (20 + 3 * number, 18), 11, 1, -1)
    image = np.where(truth[..., None] > 0, 200, 60) + rng.normal(0, 4, (40, 52, 3))
    rough = cv2.GaussianBlur(truth.astype(np.float32), (0, 0), 4.0) + rng.normal(0, 0.3, truth.shape)
    return np.clip(image, 0, 255).astype(np.uint8), truth, np.clip(255 * rough, 5, 250).astype(np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of three confirmed images with noisy predictions, the same as folders, and a model."""
    for number in range(3):
        image, truth, _ = blob(number)
        (tmp_path / "images").mkdir(exist_ok=True)
        Image.fromarray(image).save(tmp_path / "images" / f"{number}.png")
        write_indexed_png(tmp_path / "labels" / f"{number}.png", truth, CLASSES.palette())
    with Project.create(tmp_path / "p", tmp_path / "images", CLASSES) as project:
        for number in range(3):
            _, truth, share = blob(number)
            shares = np.stack([255 - share, share])
            labels = (share > 127).astype(np.uint8)
            found = ProbabilityMap(shares, labels, np.zeros_like(labels), CLASSES.indices, "m")
            project.save_prediction(f"{number}.png", found)
            project.save_label_map(f"{number}.png", LabelMap(truth, np.full_like(truth, Provenance.CONFIRMED)))
    torch.manual_seed(0)
    segmenter = build("starter", 2)
    save_checkpoint(tmp_path / "m.safetensors", Model(segmenter, "starter", CLASSES, segmenter.preprocess, "m"))
    return tmp_path


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """A short search is a search, too."""
    monkeypatch.setattr("segcore.crf_tuning.search.COARSE", 2)
    monkeypatch.setattr("segcore.crf_tuning.search.FACTORS", ())


def test_a_project_keeps_what_is_better(folder, capsys):
    assert main(["learn-crf", str(folder / "p"), "--json", "--out", str(folder / "crf.json")]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["improved"]
    assert report["after"]["mean_iou"] > report["without"]["mean_iou"]
    assert report["after"]["boundary_f"] > report["before"]["boundary_f"]
    assert asdict(read_parameters(folder / "crf.json")) == report["parameters"]
    with Project.open(folder / "p") as project:
        assert project.settings["crf"] == {**report["parameters"], "protected": report["protected"]}


def test_what_is_no_better_is_not_kept(folder, capsys):
    (folder / "start.json").write_text(json.dumps(asdict(CrfParameters(10, 3, 80, 13, 3))))
    with Project.open(folder / "p") as project:
        project.set_setting("crf", {"w1": 9.0})
    words = ["learn-crf", str(folder / "p"), "--start", str(folder / "start.json"), "--minutes", "0.0001"]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert "boundary F-score" in out
    with Project.open(folder / "p") as project:
        assert project.settings["crf"] == {"w1": 9.0}


def test_folders_need_a_model(folder, capsys):
    words = ["learn-crf", "--images", str(folder / "images"), "--labels", str(folder / "labels")]
    assert main(words) == 2
    assert "--model" in capsys.readouterr().err
    words += ["--model", str(folder / "m.safetensors"), "--device", "cpu", "--minutes", "0.05", "--json"]
    assert main(words) == 0
    report = json.loads(capsys.readouterr().out)
    assert len(report["held_out"]) == 1
    assert len(report["searched"]) == 2
    assert set(report["without"]["iou"]) == {"ground", "blob"}


def test_a_project_has_its_own_images(folder, capsys):
    assert main(["learn-crf", str(folder / "p"), "--images", str(folder / "images")]) == 2
    assert "Leave out --images" in capsys.readouterr().err


def test_nothing_corrected(folder, tmp_path, capsys):
    Project.create(tmp_path / "empty", folder / "images", CLASSES).close()
    assert main(["learn-crf", str(tmp_path / "empty")]) == 1
    assert "corrected yet" in capsys.readouterr().err
