"""The network in use of a project: chosen, loaded once, and loaded again when it is another."""

from __future__ import annotations

import os

import numpy as np
import pytest
import torch
from PIL import Image

from segcore.adaptation.project_network import ProjectNetwork
from segcore.labels.class_mapping import ClassMapping
from segcore.labels.classes import ClassSet
from segcore.models.checkpoint import save_checkpoint
from segcore.models.model import Model
from segcore.models.starter import PREPROCESS, Starter
from segcore.progress import drive
from segcore.project.project import Project

CLASSES = ClassSet.from_names(["sky", "road"])


@pytest.fixture
def project(tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 96, 3)).astype(np.uint8)).save(photos / "a.png")
    with Project.for_folder(photos, CLASSES) as project:
        yield project


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("models") / "streets.safetensors"
    save_checkpoint(path, Model(Starter(2).eval(), "starter", CLASSES, PREPROCESS, "streets"))
    return path


def test_the_bundled_model_says_nothing_unasked(project):
    assert project.active_model
    assert drive(ProjectNetwork().of(project)) is None


def test_a_chosen_model_is_loaded_once_and_again_when_its_file_or_its_classes_change(project, checkpoint):
    project.active_model = str(checkpoint)
    network = ProjectNetwork()
    first = drive(network.of(project))
    assert first.knows_any
    assert drive(network.of(project)) is first
    project.set_mapping(CLASSES, ClassMapping((("sky", 1), ("road", None))))
    second = drive(network.of(project))
    assert second.name != first.name
    os.utime(checkpoint, (0, 0))
    assert drive(network.of(project)).name != second.name


def test_a_model_that_shares_no_class_says_nothing(project, checkpoint):
    project.active_model = str(checkpoint)
    project.set_mapping(CLASSES, ClassMapping((("sky", None), ("road", None))))
    assert drive(ProjectNetwork().of(project)) is None


@pytest.mark.parametrize("content", [b"", b"no checkpoint at all"])
def test_a_damaged_or_missing_model_says_nothing(project, tmp_path, content):
    path = tmp_path / "broken.safetensors"
    path.write_bytes(content)
    project.active_model = str(path)
    network = ProjectNetwork()
    assert drive(network.of(project)) is None
    path.unlink()
    assert drive(network.of(project)) is None
