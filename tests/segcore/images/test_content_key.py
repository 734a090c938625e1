from __future__ import annotations

import numpy as np

from segcore.images.content_key import content_key


def test_the_key_follows_the_pixels_and_the_size():
    image = np.zeros((2, 3, 3), np.uint8)
    assert content_key(image) == "2x3-671bcf4d"
    assert content_key(image.reshape(3, 2, 3)) != content_key(image)
    other = image.copy()
    other[1, 2, 2] = 1
    assert content_key(other) != content_key(image)
    assert content_key(np.zeros((2, 6, 3), np.uint8)[:, ::2]) == content_key(image)
