import numpy as np

from segcore.crf import Crf, CrfParameters
from segcore.labels.class_mapping import ClassMapping
from segcore.labels.classes import ClassSet
from segcore.models.model import Model
from segcore.models.preprocess import Preprocess
from segcore.prediction import PredictOptions, Predictor
from segcore.prediction.large_image import predict_in_pieces
from segcore.progress import drive
from tests.segcore.prediction.small_network import Small

CLASSES = ClassSet.from_names(["road", "tree", "sky"])
PROJECT = ClassSet.from_json([{"index": 5, "name": "sky"}, {"index": 2, "name": "ground"}])
MAPPING = ClassMapping((("road", 2), ("tree", None), ("sky", 5)))


def test_it_is_the_prediction_made_in_one_piece():
    model = Model(Small(), "small", CLASSES, Preprocess(), "mine")
    predictor = Predictor(model, "cpu", PredictOptions(tile=128, prepare=False))
    image = np.random.default_rng(0).integers(0, 256, (200, 333, 3), np.uint8)
    whole = MAPPING.apply(drive(predictor.probabilities(image)), CLASSES, PROJECT, "mine")
    steps = []
    found = drive(predict_in_pieces(predictor, image, MAPPING, PROJECT), steps.append)
    assert len(steps) > 4
    assert found.model == "mine"
    for name in ("probabilities", "labels", "uncertainty", "indices"):
        np.testing.assert_array_equal(getattr(found, name), getattr(whole, name))
    assert set(np.unique(found.labels)) == {2, 5, 255}


def test_with_the_crf_it_is_the_refined_prediction():
    model = Model(Small(), "small", CLASSES, Preprocess(), "mine")
    predictor = Predictor(model, "cpu", PredictOptions(tile=128, prepare=False))
    image = np.random.default_rng(0).integers(0, 256, (200, 333, 3), np.uint8)
    crf = Crf(CrfParameters(theta_beta=60, iterations=2), "fast", "cpu")
    plain = drive(predictor.probabilities(image))
    whole = MAPPING.apply(drive(crf.refine(image, plain)), CLASSES, PROJECT, "mine")
    found = drive(predict_in_pieces(predictor, image, MAPPING, PROJECT, crf))
    assert (found.labels == whole.labels).mean() > 0.999, "float16 in between"
    assert (found.labels != MAPPING.apply(plain, CLASSES, PROJECT, "mine").labels).mean() > 0.01
