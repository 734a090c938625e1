from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from segcore.crf_tuning.training_images import folder_training_images, project_training_images
from segcore.errors import CrfError
from segcore.images.indexed_png import write_indexed_png
from segcore.labels.classes import ClassSet, SegClass
from segcore.labels.label_map import LabelMap, Provenance
from segcore.labels.probability_map import ProbabilityMap
from segcore.models.architectures import build
from segcore.models.lineage import fingerprint
from segcore.models.model import Model
from segcore.prediction import Predictor
from segcore.progress import drive
from segcore.project.project import Project
from segcore.training.folder_pairs import pair_folders

CLASSES = ClassSet((SegClass(3, "ground", (0, 0, 0)), SegClass(7, "blob", (9, 9, 9))))
SHAPE = (20, 30)


@pytest.fixture
def project(tmp_path: Path):
    """Four images of 30 x 20; nothing labelled, nothing predicted."""
    for number in range(4):
        path = tmp_path / "images" / f"{number}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(np.full((*SHAPE, 3), 10 * number, np.uint8)).save(path)
    with Project.create(tmp_path / "p", tmp_path / "images", CLASSES) as project:
        yield project


def correct(project: Project, number: int, columns: int, rest: Provenance = Provenance.PREDICTED) -> None:
    """Paint so many columns as blob; the others are ground, as ``rest``."""
    labels, provenance = np.full(SHAPE, 3, np.uint8), np.full(SHAPE, rest, np.uint8)
    labels[:, :columns], provenance[:, :columns] = 7, Provenance.PAINTED
    project.save_label_map(f"{number}.png", LabelMap(labels, provenance))


def predict(project: Project, number: int) -> None:
    """Ground everywhere, with 0.8; the last row has no class."""
    shares = np.empty((2, *SHAPE), np.uint8)
    shares[0], shares[1] = 204, 51
    labels = np.full(SHAPE, 3, np.uint8)
    labels[-1] = 255
    uncertainty = np.zeros(SHAPE, np.uint8)
    project.save_prediction(f"{number}.png", ProbabilityMap(shares, labels, uncertainty, CLASSES.indices, "m"))


def test_painted_pixels_are_the_truth(project):
    correct(project, 1, 4)
    predict(project, 1)
    (training_image,) = drive(project_training_images(project))
    assert training_image.key == "1.png"
    assert (training_image.image == 10).all()
    assert np.allclose(training_image.as_float()[:, 0, 0], [0.8, 0.2])
    assert (training_image.truth[:-1, :4] == 1).all()
    assert (training_image.truth[:, 4:] == 255).all()  # merely predicted
    assert (training_image.truth[-1] == 255).all()  # the CRF does not change it
    assert not training_image.seen


def test_images_without_a_prediction_are_passed_over(project):
    correct(project, 1, 4)
    correct(project, 2, 4)
    predict(project, 2)
    predict(project, 3)
    assert [training_image.key for training_image in drive(project_training_images(project))] == ["2.png"]


def test_two_that_are_done_are_enough(project):
    for number in range(4):
        predict(project, number)
        correct(project, number, 4, Provenance.CONFIRMED if number in (0, 2) else Provenance.PREDICTED)
    training_images = drive(project_training_images(project))
    assert [training_image.key for training_image in training_images] == ["0.png", "2.png"]
    assert (training_images[0].truth[:-1, 4:] == 0).all()


def test_an_unreadable_image_is_passed_over(project):
    for number in (1, 2):
        correct(project, number, 4)
        predict(project, number)
    project.image_path("1.png").write_bytes(b"")
    assert [training_image.key for training_image in drive(project_training_images(project))] == ["2.png"]


def test_there_must_be_something(project):
    with pytest.raises(CrfError, match="corrected yet"):
        drive(project_training_images(project))
    correct(project, 1, 4)
    with pytest.raises(CrfError, match="has a prediction") as error:
        drive(project_training_images(project))
    assert "Predict" in error.value.remedy


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    """A starter with random weights, trained on 2.png as it says."""
    torch.manual_seed(0)
    segmenter = build("starter", 2)
    classes = ClassSet.from_names(["Blob", "other"])
    lineage = [{"trained_on": [fingerprint("2.png")]}]
    return Predictor(Model(segmenter, "starter", classes, segmenter.preprocess, "m", lineage=lineage), "cpu")


def test_a_model_predicts_anew_and_joins_by_name(project, predictor):
    for number in (1, 2):
        correct(project, number, 4)
    unseen, seen = drive(project_training_images(project, predictor))
    assert (unseen.key, unseen.seen, seen.key, seen.seen) == ("1.png", False, "2.png", True)
    assert (unseen.probabilities[0] == 0).all()  # the model knows no ground
    assert unseen.probabilities[1].any()


def test_folders(tmp_path, project, predictor):
    for number in (0, 2, 3):
        labels = np.full(SHAPE, 3 if number else 200, np.uint8)
        labels[:, :5], labels[:, 5:7] = 7, 11
        write_indexed_png(tmp_path / "labels" / f"{number}.png", labels, CLASSES.palette())
    pairs, without = pair_folders(project.images, tmp_path / "labels")
    assert without == ("1.png",)
    training_images = drive(folder_training_images(pairs, CLASSES, predictor, ignore_index=11))
    assert [training_image.key for training_image in training_images] == [
        "3.png",
        "2.png",
    ]  # seen last; 0.png holds a value of no class
    known = training_images[0].truth[training_images[0].truth != 255]
    assert set(known) <= {0, 1}
    assert (training_images[0].truth[:, 5:7] == 255).all()
    with pytest.raises(CrfError, match="No image can be read"):
        drive(folder_training_images(pairs[:1], CLASSES, predictor))


def test_no_more_than_are_wanted(project):
    for number in range(4):
        correct(project, number, 4)
        predict(project, number)
    assert [training_image.key for training_image in drive(project_training_images(project, most=2))] == [
        "0.png",
        "2.png",
    ]
