"""An open image costs a stated number of bytes a pixel, and a long folder no more than a short one."""

from __future__ import annotations

import tracemalloc

import numpy as np

from segcore.adaptation.feature_cache import FeatureCache
from segcore.adaptation.feature_pyramid import FeaturePyramid
from segcore.adaptation.live_head import LiveHead
from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.labels.label_map import LabelMap
from segcore.progress import drive
from tests.segcore.adaptation.scenes import TRUTH, scene

OPEN_BYTES, PEAK_BYTES = 21, 60
"""For each pixel of a large image: kept while it is open, and at most meanwhile. See docs/learning.md."""


def large_scene(height: int, width: int) -> tuple[np.ndarray, FeaturePyramid]:
    rng = np.random.default_rng(0)
    image = rng.integers(0, 255, (height, width, 3), np.uint8)
    levels = tuple(
        rng.normal(size=(height // stride, width // stride, channels)).astype(np.float16)
        for stride, channels in ((4, 30), (8, 40), (16, 112), (32, 320))
    )
    return image, FeaturePyramid(levels, (4, 8, 16, 32), height, width)


def test_a_large_image_takes_so_many_bytes_a_pixel():
    height, width = 1536, 2048
    image, pyramid = large_scene(height, width)
    truth = np.where(np.arange(width) < width // 2, 1, 2).astype(np.uint8) * np.ones((height, 1), np.uint8)
    label_map, head = LabelMap.blank(height, width), LiveHead()
    drive(head.open_image(image[:64, :64], large_scene(64, 64)[1]))
    drive(head.finish_image(truth[:64, -64:]))
    tracemalloc.start()
    try:
        for _ in range(2):
            drive(head.open_image(image, pyramid))
            kept, _ = tracemalloc.get_traced_memory()
            head.add_stroke(Covered(Box(9, 9, 700, 700), np.ones((691, 691), np.bool_)), 1)
            head.add_stroke(Covered(Box(1200, 9, 1900, 700), np.ones((691, 700), np.bool_)), 2)
            drive(head.decide_all(label_map.labels, label_map.provenance))
            drive(head.finish_image(truth))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert kept < OPEN_BYTES * height * width
    assert peak < PEAK_BYTES * height * width


def test_a_long_folder_costs_no_more_memory_than_a_short_one():
    """The cache is bound by bytes; the head remembers a name of each image, and what the last few of them added."""
    image, pyramid = scene()
    sizes = []
    for count in (20, 200):
        cache, head = FeatureCache(budget=20 * pyramid.nbytes), LiveHead()
        tracemalloc.start()
        for number in range(count):
            cache.put(f"{number:05d}.png", scene(number)[1])
            drive(head.open_image(image, pyramid, key=f"{number:05d}.png"))
            drive(head.finish_image(TRUTH))
        sizes.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
        assert cache.nbytes <= cache.budget
    assert sizes[1] - sizes[0] < 180 * 1000


def test_twenty_thousand_names_are_small(tmp_path):
    """A name takes about 150 bytes, in memory as in the file."""
    head = LiveHead()
    drive(head.open_image(*scene()))
    drive(head.finish_image(TRUTH))
    arrays, _ = head.state()
    keys = {f"some/folder/of/images/image-{number:05d}.png": True for number in range(20_000)}
    tracemalloc.start()
    head.restore(arrays, keys)
    assert tracemalloc.get_traced_memory()[0] < 4_000_000
    tracemalloc.stop()
