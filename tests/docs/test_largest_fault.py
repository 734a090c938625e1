"""docs/largest_fault.py: the strokes of the pictures lie inside the largest wrong piece."""

import numpy as np
import pytest


@pytest.mark.parametrize("value", [0, 1])
def test_the_stroke_lies_inside_the_larger_of_two_wrong_pieces(largest_fault, value):
    truth = np.full((20, 30), 1 - value, np.uint8)
    labels = truth.copy()
    truth[2:9, 3:20] = value  # 7 rows high: 4 pixels from its middle row to what is outside
    truth[15:18, 25:28] = value
    found, way, radius = largest_fault(labels, truth)
    assert found == value
    assert radius == pytest.approx(0.6 * 4, abs=0.1)
    assert all(3 <= x < 20 and 2 <= y < 9 for x, y in way)
    assert [x for x, _ in way] == sorted(x for x, _ in way)
