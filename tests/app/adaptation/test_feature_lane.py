"""The frozen network behind Live: the real one, on small images."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from app.adaptation.feature_lane import FeatureLane
from segcore.adaptation.features import Features
from segcore.labels.classes import ClassSet
from segcore.models.checkpoint import save_checkpoint
from segcore.models.model import Model
from segcore.models.starter import PREPROCESS, Starter
from segcore.progress import drive
from segcore.project.project import Project


@pytest.fixture
def looked(monkeypatch):
    """Shapes of the images that the network has seen."""
    seen, of = [], Features.of

    def noting(self, image, *arguments):
        seen.append(image.shape[:2])
        return (yield from of(self, image, *arguments))

    monkeypatch.setattr(Features, "of", noting)
    return seen


@pytest.fixture
def project(tmp_path):
    rng = np.random.default_rng(0)
    photos = tmp_path / "photos"
    photos.mkdir()
    for name in ("a.png", "b.png"):
        Image.fromarray(rng.integers(0, 255, (64, 96, 3), np.uint8)).save(photos / name)
    (photos / "c.png").write_bytes(b"no image")
    with Project.for_folder(photos, ClassSet.from_names(["sky", "road"])) as project:
        yield project


def pixels(project, image_id):
    return np.asarray(Image.open(project.image_path(image_id)))


def test_an_image_that_was_prepared_is_not_looked_at_again(project, looked):
    lane = FeatureLane()
    drive(lane.prepare(project, "a.png", "cpu"))
    assert looked == [(64, 96)]
    pyramid = drive(lane.of(pixels(project, "a.png"), "cpu"))
    drive(lane.prepare(project, "a.png", "cpu"))
    assert looked == [(64, 96)]
    assert (pyramid.height, pyramid.width, pyramid.channels) == (64, 96, 27 + 40 + 112 + 320)
    drive(lane.of(pixels(project, "b.png"), "cpu"))
    assert len(looked) == 2


def test_an_image_whose_file_changed_is_looked_at_again(project, looked):
    lane = FeatureLane()
    drive(lane.prepare(project, "a.png", "cpu"))
    Image.fromarray(pixels(project, "b.png")[:32].copy()).save(project.image_path("a.png"))
    drive(lane.prepare(project, "a.png", "cpu"))
    assert looked == [(64, 96), (32, 96)]


def test_an_image_that_cannot_be_read_is_passed_over(project, looked):
    drive(FeatureLane().prepare(project, "c.png", "cpu"))
    assert looked == []


def test_more_images_than_fit_are_forgotten(project, looked, monkeypatch):
    lane = FeatureLane()
    one = drive(lane.of(pixels(project, "a.png"), "cpu")).nbytes
    lane._kept().budget = one
    drive(lane.prepare(project, "b.png", "cpu"))
    assert lane._kept().nbytes == one
    assert len(lane._prepared) == 1
    drive(lane.of(pixels(project, "a.png"), "cpu"))
    assert len(looked) == 3


def test_a_device_that_is_not_there_is_the_processor(project, looked):
    drive(FeatureLane().of(pixels(project, "a.png"), "mps"))
    assert looked == [(64, 96)]


def test_a_chosen_model_is_heard_until_another_is_chosen(project, tmp_path):
    torch.manual_seed(0)
    path = tmp_path / "streets.safetensors"
    classes = project.classes
    save_checkpoint(path, Model(Starter(2).eval(), "starter", classes, PREPROCESS, "streets"))
    lane, image = FeatureLane(), pixels(project, "a.png")
    assert drive(lane.of(image, "cpu", project, "a.png")).shares is None
    project.active_model = str(path)
    pyramid = drive(lane.of(image, "cpu", project, "a.png"))
    assert pyramid.shares.values == tuple(classes.indices)
    assert drive(lane.of(image, "cpu", project, "a.png")) is pyramid
    project.active_model = "nothing.safetensors"
    assert drive(lane.of(image, "cpu", project, "a.png")).shares is None
