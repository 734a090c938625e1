"""Made-up features for tests of the live head: two halves that differ in one channel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from segcore.adaptation.class_shares import ClassShares
from segcore.adaptation.feature_pyramid import FeaturePyramid
from segcore.adaptation.live_head import LiveHead
from segcore.adaptation.live_options import LiveOptions
from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.labels.label_map import LabelMap
from segcore.progress import drive

HEIGHT, WIDTH = 62, 90
TRUTH = np.where(np.arange(WIDTH) < 48, 3, 7).astype(np.uint8) * np.ones((HEIGHT, 1), np.uint8)
"""Class 3 on the left, class 7 on the right, as `scene` has it."""


def scene(seed: int = 0) -> tuple[np.ndarray, FeaturePyramid]:
    """An image whose right half is bright, and features that say so at strides 4 and 8."""
    rng = np.random.default_rng(seed)
    image = np.full((HEIGHT, WIDTH, 3), 60, np.uint8)
    image[:, 48:] = 180
    levels = []
    for stride, channels in ((4, 6), (8, 4)):
        level = rng.normal(0, 0.3, (64 // stride, 96 // stride, channels))
        level[:, 48 // stride :, 0] += 3
        levels.append(level.astype(np.float16))
    return image, FeaturePyramid(tuple(levels), (4, 8), HEIGHT, WIDTH)


def with_network(pyramid: FeaturePyramid, left: int = 3, right: int = 7) -> FeaturePyramid:
    """The same features, and a network that says ``left`` and ``right`` of the halves, with 0.9."""
    half = np.where(np.arange(24) < 12, 0.9, 0.1) * np.ones((16, 1))
    shares = ClassShares((left, right), np.dstack([half, 1 - half]).astype(np.float16), 4, "net")
    return replace(pyramid, shares=shares)


def dab(left: int, top: int, side: int = 8) -> Covered:
    return Covered(Box(left, top, left + side, top + side), np.ones((side, side), np.bool_))


def opened(options: LiveOptions | None = None) -> LiveHead:
    head = LiveHead(options)
    drive(head.open_image(*scene()))
    return head


def decided(head: LiveHead, label_map: LabelMap | None = None) -> np.ndarray:
    label_map = label_map or LabelMap.blank(HEIGHT, WIDTH)
    return head.decide(label_map.labels, label_map.provenance).labels


def knowledge(head: LiveHead) -> dict[str, np.ndarray]:
    """Everything that the head knows of all images, to compare."""
    return {name: array.copy() for name, array in head.state()[0].items() if not name.startswith("last.")}


def assert_same(first: dict[str, np.ndarray], second: dict[str, np.ndarray]) -> None:
    """Check that two heads know the same, but for rounding."""
    assert first.keys() == second.keys()
    for name, array in first.items():
        np.testing.assert_allclose(array, second[name], rtol=1e-6, atol=1e-6, err_msg=name)
