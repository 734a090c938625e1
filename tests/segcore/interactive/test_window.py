from __future__ import annotations

import numpy as np
import pytest

from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.interactive.geodesic import Terrain
from segcore.interactive.window import MOST, Windows, reduction, window_box


def picture(height, width):
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


def test_a_dot_gets_the_least_window_round_it_on_the_grid():
    assert window_box(Box(500, 500, 501, 501), 1080, 1920) == Box(384, 384, 640, 640)


@pytest.mark.parametrize(
    "box", [Box(0, 0, 1, 1), Box(1919, 1079, 1920, 1080), Box(0, 0, 1920, 1080), Box(900, 2, 980, 9)]
)
def test_a_window_holds_its_stroke_and_lies_in_the_image(box):
    window = window_box(box, 1080, 1920)
    assert window.united(box) == window
    assert window.clipped(1080, 1920) == window
    assert window.width >= 256
    assert window.height >= 256


def test_an_image_smaller_than_a_window_is_the_window():
    assert window_box(Box(3, 3, 9, 9), 90, 400) == Box(0, 0, 256, 90)


def test_large_windows_are_reduced_to_a_bounded_number_of_pixels():
    assert reduction(Box(0, 0, 256, 256)) == 1
    for width, height in ((3840, 2160), (640, 512), (20_000, 20_000)):
        factor = reduction(Box(0, 0, width, height))
        assert width * height / factor**2 <= MOST
        assert width * height / (factor - 1) ** 2 > MOST


def test_a_moving_pen_stays_in_its_window():
    windows = Windows(picture(1080, 1920))
    used = {windows.around(Box(500, 500, right, 510)).box for right in range(505, 590, 5)}
    assert len(used) <= 2


def test_masks_and_labels_at_a_coarser_scale():
    windows = Windows(picture(1000, 1500))
    window = windows.around(Box(0, 0, 1500, 1000))
    assert window.factor == 4
    assert window.image.shape == (250, 375, 3)
    mask = window.mask(Covered(Box(401, 202, 402, 203), np.ones((1, 1), np.bool_)))
    assert np.argwhere(mask).tolist() == [[50, 100]]
    labels = np.zeros((1000, 1500), np.uint8)
    labels[500:] = 3
    assert np.array_equal(window.labels(labels), np.repeat([[0], [3]], 125, axis=0) * np.ones((1, 375), np.uint8))


def test_what_is_reduced_and_enlarged_lies_where_it_was():
    window = Windows(picture(1001, 1499)).around(Box(0, 0, 1499, 1001))
    share = np.zeros((1001, 1499), np.float32)
    share[300:, 700:] = 1.0
    back = window.enlarged(window.share(share))
    assert back.shape == (1001, 1499)
    assert np.abs((back > 0.5).astype(np.float32) - share).mean() < 0.01


def test_distance_on_even_ground_is_about_euclidean_and_a_wall_makes_it_longer():
    seed = np.zeros((60, 80), np.bool_)
    seed[30, 10] = True
    even = Terrain(np.full((60, 80, 3), 90, np.uint8), 0.0).distance(seed)
    assert even[30, 60] == pytest.approx(50, abs=3)
    assert even[30, 10] == pytest.approx(0, abs=2)
    walled = np.full((60, 80, 3), 90, np.uint8)
    walled[:50, 38:42] = 255
    steep = Terrain(walled, 1.0).distance(seed)
    assert steep[30, 60] > 1.3 * Terrain(np.full((60, 80, 3), 90, np.uint8), 1.0).distance(seed)[30, 60]
    assert np.isfinite(steep).all()


def test_terrain_of_the_smallest_images():
    for shape in ((1, 1), (1, 7), (7, 1), (2, 3)):
        seed = np.zeros(shape, np.bool_)
        seed[0, 0] = True
        assert Terrain(np.zeros((*shape, 3), np.uint8)).distance(seed).shape == shape
