"""Features of the frozen network."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from segcore.adaptation.features import STRIDES, Features
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
