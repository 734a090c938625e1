"""What a network says of an image's cells, in the classes of a project."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from segcore.adaptation.feature_pyramid import FeaturePyramid
from segcore.adaptation.network_in_use import NetworkInUse
from segcore.labels.class_mapping import ClassMapping
from segcore.labels.classes import ClassSet, SegClass
from segcore.models.lineage import fingerprint
from segcore.models.model import Model
from segcore.models.preprocess import Preprocess
from segcore.models.segmenter import Segmenter
from segcore.progress import drive

MODEL_CLASSES = ClassSet.from_names(["sky", "cloud", "road", "ship"])
PROJECT = ClassSet((SegClass(4, "road", (0, 0, 0)), SegClass(9, "sky", (1, 1, 1)), SegClass(11, "tree", (2, 2, 2))))
MAPPING = ClassMapping((("sky", 9), ("cloud", 9), ("road", 4), ("ship", None)))


class Dark(Segmenter):
    """Says the first three classes alike where a pixel is dark, and the third and fourth where it is bright."""

    num_classes = 4
    preprocess = Preprocess(mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))

    def __init__(self) -> None:
        super().__init__()
        self.classifier = nn.Conv2d(1, 4, 1)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        bright = x[:, :1] > 0.5
        low = torch.full_like(x[:, :1], -30.0)
        nothing = torch.zeros_like(low)
        first = torch.where(bright, low, nothing)
        return {"out": torch.cat([first, first, nothing, torch.where(bright, nothing, low)], 1)}

    def classifiers(self) -> list[nn.Conv2d]:
        return [self.classifier]

    def backbone(self) -> nn.Module:
        return self.classifier

    def load_imagenet(self, published: Mapping[str, Tensor]) -> None:
        """There are none."""


def model(**metrics: object) -> Model:
    return Model(Dark(), "dark", MODEL_CLASSES, Dark.preprocess, "dark", dict(metrics))


def network(**metrics: object) -> NetworkInUse:
    return NetworkInUse(model(**metrics), MAPPING, PROJECT, name="dark")


def picture(height: int = 62, width: int = 90) -> tuple[np.ndarray, FeaturePyramid]:
    image = np.zeros((height, width, 3), np.uint8)
    image[:, 48:] = 255
    level = np.zeros((-(-height // 32) * 8, -(-width // 32) * 8, 5), np.float16)
    return image, FeaturePyramid((level,), (4,), height, width)


def test_probabilities_of_classes_that_are_one_in_the_project_add_up():
    image, pyramid = picture()
    found = drive(network().join(image, pyramid))
    assert found.levels is pyramid.levels
    shares = found.shares
    assert (shares.values, shares.stride, shares.network) == ((4, 9), 4, "dark")
    assert shares.shares.shape[:2] == pyramid.levels[0].shape[:2]
    np.testing.assert_allclose(shares.shares[3, 2], [1 / 3, 2 / 3], atol=1e-3)
    np.testing.assert_allclose(shares.shares[3, 20], [1 / 2, 0], atol=1e-3)


def test_tiles_give_what_one_look_gives():
    image, pyramid = picture(96, 256)
    whole, pieces = (drive(network().join(image, pyramid, tile=tile)).shares.shares for tile in (1024, 96))
    np.testing.assert_allclose(whole, pieces, atol=2e-3)


@pytest.mark.parametrize(
    ("confusion", "expected"),
    [
        (None, (4, 9)),
        ([[8, 0, 1, 0], [0, 1, 0, 0], [2, 0, 1, 0], [0, 0, 0, 0]], ()),
        ([[8, 2, 1, 0], [3, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]], (9,)),
    ],
)
def test_only_classes_that_were_right_on_held_out_images_are_said(confusion, expected):
    image, pyramid = picture()
    metrics = {} if confusion is None else {"confusion": confusion}
    shares = drive(network(**metrics).join(image, pyramid)).shares
    assert (() if shares is None else shares.values) == expected


def test_an_image_that_was_looked_at_on_a_smaller_copy_has_the_frozen_features_alone():
    image, pyramid = picture()
    small = FeaturePyramid(pyramid.levels, (8,), pyramid.height, pyramid.width)
    assert drive(network().join(image, small)).shares is None


def test_it_says_whether_it_was_trained_on_an_image():
    known = model()
    known.lineage = [{"trained_on": [fingerprint("a.png")]}]
    image, pyramid = picture()
    join = NetworkInUse(known, MAPPING, PROJECT).join
    assert [drive(join(image, pyramid, key)).shares.trained_on_it for key in ("a.png", "b.png")] == [True, False]


def test_a_network_that_knows_no_class_of_the_project_says_nothing():
    other = NetworkInUse(model(), ClassMapping((("sky", None),)), PROJECT)
    assert not other.knows_any
    assert drive(other.join(*picture())).shares is None
