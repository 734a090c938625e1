from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from segcore.classes import ClassSet, SegClass
from segcore.crf.samples import folder_samples, project_samples
from segcore.errors import CrfError
from segcore.formats.indexed_png import write_indexed_png
from segcore.labelmap import LabelMap, Provenance
from segcore.learn.folders import pair_folders
from segcore.learn.split import fingerprint
from segcore.models.architectures import build
from segcore.models.model import Model
from segcore.predict import Predictor
from segcore.prediction import Prediction
from segcore.progress import drive
from segcore.project import Project

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
    project.save_prediction(f"{number}.png", Prediction(shares, labels, uncertainty, CLASSES.indices, "m"))


def test_painted_pixels_are_the_truth(project):
    correct(project, 1, 4)
    predict(project, 1)
    (sample,) = drive(project_samples(project))
    assert sample.key == "1.png"
    assert (sample.image == 10).all()
    assert np.allclose(sample.as_float()[:, 0, 0], [0.8, 0.2])
    assert (sample.truth[:-1, :4] == 1).all()
    assert (sample.truth[:, 4:] == 255).all()  # merely predicted
    assert (sample.truth[-1] == 255).all()  # the CRF does not change it
    assert not sample.seen


def test_images_without_a_prediction_are_passed_over(project):
    correct(project, 1, 4)
    correct(project, 2, 4)
    predict(project, 2)
    predict(project, 3)
    assert [sample.key for sample in drive(project_samples(project))] == ["2.png"]


def test_two_that_are_done_are_enough(project):
    for number in range(4):
        predict(project, number)
        correct(project, number, 4, Provenance.CONFIRMED if number in (0, 2) else Provenance.PREDICTED)
    samples = drive(project_samples(project))
    assert [sample.key for sample in samples] == ["0.png", "2.png"]
    assert (samples[0].truth[:-1, 4:] == 0).all()


def test_an_unreadable_image_is_passed_over(project):
    for number in (1, 2):
        correct(project, number, 4)
        predict(project, number)
    project.image_path("1.png").write_bytes(b"")
    assert [sample.key for sample in drive(project_samples(project))] == ["2.png"]


def test_there_must_be_something(project):
    with pytest.raises(CrfError, match="corrected yet"):
        drive(project_samples(project))
    correct(project, 1, 4)
    with pytest.raises(CrfError, match="has a prediction") as error:
        drive(project_samples(project))
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
    unseen, seen = drive(project_samples(project, predictor))
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
    samples = drive(folder_samples(pairs, CLASSES, predictor, ignore_index=11))
    assert [sample.key for sample in samples] == ["3.png", "2.png"]  # seen last; 0.png holds a value of no class
    known = samples[0].truth[samples[0].truth != 255]
    assert set(known) <= {0, 1}
    assert (samples[0].truth[:, 5:7] == 255).all()
    with pytest.raises(CrfError, match="None of these images"):
        drive(folder_samples(pairs[:1], CLASSES, predictor))


def test_no_more_than_are_wanted(project):
    for number in range(4):
        correct(project, number, 4)
        predict(project, number)
    assert [sample.key for sample in drive(project_samples(project, most=2))] == ["0.png", "2.png"]
