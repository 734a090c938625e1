from __future__ import annotations

import numpy as np

from segcore.labels.nearest import nearest_labels


def test_each_pixel_has_the_label_of_the_nearest_source_also_255():
    labels = np.array([[3, 9, 9, 9, 9, 7], [9, 9, 9, 9, 9, 255]], np.uint8)
    sources = labels != 9
    assert nearest_labels(labels, sources).tolist() == [[3, 3, 3, 7, 7, 7], [3, 3, 3, 255, 255, 255]]
