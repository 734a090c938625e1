from __future__ import annotations

import numpy as np

from segcore.images.pyramid import pyramid


def test_each_level_is_half_until_small_enough():
    shapes = [level.shape for level in pyramid(np.zeros((1301, 2000, 3), np.uint8))]
    assert shapes == [(651, 1000, 3), (326, 500, 3)]
    assert pyramid(np.zeros((512, 400, 3), np.uint8)) == ()


def test_a_pixel_is_the_mean_of_the_four_below_it():
    image = np.zeros((600, 600, 3), np.uint8)
    image[0:2, 0:2, 0] = [[10, 20], [30, 40]]
    (half,) = pyramid(image)
    assert half[0, 0].tolist() == [25, 0, 0]
