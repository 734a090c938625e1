from __future__ import annotations

import numpy as np
import pytest
import torch

from segcore.labels.class_mapping import ClassMapping
from segcore.labels.classes import ClassSet
from segcore.models.model import Model
from segcore.models.preprocess import Preprocess
from segcore.prediction import PredictOptions, Predictor
from segcore.prediction.large_image import predict_in_pieces
from segcore.prediction.temperature import calibrated
from segcore.progress import drive
from tests.segcore.prediction.small_network import Small

CLASSES = ClassSet.from_names(["road", "tree", "sky"])


def predicted(temperature: float, image, short_side=None, **options):
    model = Model(Small(), "small", CLASSES, Preprocess(short_side=short_side), "mine", temperature=temperature)
    return drive(Predictor(model, "cpu", PredictOptions(prepare=False, **options)).probabilities(image))


def picture(height=200, width=333):
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


def test_logits_are_divided_by_it():
    logits = torch.randn(4, 5, 6, generator=torch.Generator().manual_seed(0)) * 5
    for temperature in (0.5, 1.0, 3.0):
        expected = (logits / temperature).softmax(0)
        torch.testing.assert_close(calibrated(logits.softmax(0), temperature), expected, atol=1e-6, rtol=1e-4)


def test_by_hand():
    # p^(1/2) of 0.9 and 0.1 is 3 to 1.
    assert calibrated(torch.tensor([[[0.9]], [[0.1]]]), 2.0).flatten().tolist() == pytest.approx([0.75, 0.25])
    assert calibrated(torch.tensor([[[1.0]], [[0.0]]]), 2.0).flatten().tolist() == pytest.approx([1.0, 0.0])


@pytest.mark.parametrize("temperature", [0.5, 1.7, 10.0])
@pytest.mark.parametrize(
    "options",
    [{}, {"tile": 128}, {"scales": (0.5, 1.0), "flip": True}, {"tile": 128, "flip": True}, {"short_side": 90}],
)
def test_no_label_changes(temperature, options):
    plain, changed = (predicted(value, picture(), **options) for value in (1.0, temperature))
    first, second = np.sort(plain, axis=0)[:-3:-1]
    apart = first - second > 1e-6
    assert apart.mean() > 0.999
    assert np.array_equal(plain.argmax(0)[apart], changed.argmax(0)[apart])
    np.testing.assert_allclose(changed.sum(0), 1.0, atol=1e-5)
    assert (changed.max(0).mean() < plain.max(0).mean()) == (temperature > 1.0)


@pytest.mark.parametrize("short_side", [None, 90])
def test_large_images_are_calibrated_the_same_way(short_side):
    model = Model(Small(), "small", CLASSES, Preprocess(short_side=short_side), "mine", temperature=2.0)
    predictor = Predictor(model, "cpu", PredictOptions(prepare=False, tile=128))
    mapping = ClassMapping.by_name(CLASSES, CLASSES)
    whole = mapping.apply(drive(predictor.probabilities(picture())), CLASSES, CLASSES, "mine")
    found = drive(predict_in_pieces(predictor, picture(), mapping, CLASSES))
    assert np.abs(found.probabilities.astype(int) - whole.probabilities).max() <= 1
    assert (found.labels == whole.labels).mean() > 0.999
