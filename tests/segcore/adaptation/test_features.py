"""Features of the frozen network."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch

from segcore.adaptation.features import STRIDES, Features
from segcore.adaptation.live_head import LiveHead
from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.labels.label_map import LabelMap
from segcore.models.efficientnet_lite import FEATURE_CHANNELS, EfficientNetLite
from segcore.progress import drive


@pytest.fixture(scope="module")
def features() -> Features:
    torch.manual_seed(0)
    return Features(EfficientNetLite())


def test_levels_have_their_strides_and_channels(features):
    image = np.random.default_rng(0).integers(0, 255, (90, 131, 3)).astype(np.uint8)
    found = drive(features.of(image))
    assert found.strides == STRIDES
    assert [level.shape for level in found.levels] == [
        (96 // stride, 160 // stride, channels + (3 if stride == 4 else 0))
        for stride, channels in zip(STRIDES, FEATURE_CHANNELS, strict=True)
    ]
    assert all(level.dtype == np.float16 for level in found.levels)
    assert found.shape == (23, 33)
    assert found.nbytes < 12 * 96 * 160


def test_tiles_blend_to_nearly_what_one_look_gives(features):
    image = np.full((256, 384, 3), 100, np.uint8)
    image[100:140, 50:300] = 200
    whole, pieces = (drive(features.of(image, tile)).levels[0].astype(np.float32) for tile in (1024, 192))
    assert whole.shape == pieces.shape
    near = np.abs(whole - pieces).mean() / (np.abs(whole).mean() + 1e-6)
    assert near < 0.1


@pytest.mark.parametrize("shape", [(1, 1), (3, 70), (33, 32)])
def test_small_images(features, shape):
    found = drive(features.of(np.zeros((*shape, 3), np.uint8)))
    assert found.shape == (-(-shape[0] // 4), -(-shape[1] // 4))
    assert all(np.isfinite(level).all() for level in found.levels)


def test_a_large_image_is_looked_at_on_a_smaller_copy(features, monkeypatch):
    monkeypatch.setattr("segcore.adaptation.features.MOST_PIXELS", 96 * 128)
    image = np.random.default_rng(0).integers(0, 255, (191, 254, 3)).astype(np.uint8)
    found = drive(features.of(image))
    assert found.strides == (8, 16, 32, 64)
    assert found.levels[0].shape[:2] == (24, 32)
    assert found.shape == (48, 64)
    small = drive(features.of(cv2.resize(np.pad(image, ((0, 1), (0, 0), (0, 0)), "edge"), (127, 96), interpolation=3)))
    np.testing.assert_allclose(found.levels[0], small.levels[0], atol=0.05)


@pytest.mark.parametrize("shape", [(191, 254), (200, 100)])
def test_a_head_on_such_an_image_decides_every_pixel(features, monkeypatch, shape):
    monkeypatch.setattr("segcore.adaptation.features.MOST_PIXELS", 2000)
    image = np.zeros((*shape, 3), np.uint8)
    image[:, shape[1] // 2 :] = np.random.default_rng(0).integers(150, 255, (shape[0], shape[1] - shape[1] // 2, 3))
    head, label_map = LiveHead(), LabelMap.blank(*shape)
    drive(head.open_image(image, drive(features.of(image))))
    for left, value in ((5, 1), (shape[1] - 35, 2)):
        head.add_stroke(Covered(Box(left, 50, left + 30, 80), np.ones((30, 30), np.bool_)), value)
    labels = head.decide(label_map.labels, label_map.provenance).labels
    assert (labels[:, : shape[1] // 3] == 1).mean() > 0.9
    assert (labels[:, 2 * shape[1] // 3 :] == 2).mean() > 0.9
