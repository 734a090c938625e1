from __future__ import annotations

import numpy as np

from segcore.images.overlay import contact_sheet, overlay
from segcore.labels.classes import ClassSet, SegClass

RED = ClassSet((SegClass(0, "red", (200, 0, 0)), SegClass(1, "blue", (0, 0, 200))))


def test_colours_borders_and_ignored_pixels():
    labels = np.full((5, 9), 255, np.uint8)
    labels[:, :4] = 0
    labels[:, 4:7] = 1
    picture = overlay(np.full((5, 9, 3), 100, np.uint8), labels, RED, 0.5)
    assert picture[2, 0].tolist() == [150, 50, 50]
    assert picture[2, 3].tolist() == [200, 0, 0]
    assert picture[2, 4].tolist() == [0, 0, 200]
    assert picture[2, 5].tolist() == [50, 50, 150]
    assert picture[2, 8].tolist() == [100, 100, 100]
    assert picture.dtype == np.uint8


def test_contact_sheet():
    picture = np.zeros((10, 40, 3), np.uint8)
    assert contact_sheet([("a", picture)] * 3).shape == (2 * 38, 80, 3)
    assert contact_sheet([("a", picture)] * 4, columns=3).shape == (2 * 38, 120, 3)
