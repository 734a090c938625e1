from __future__ import annotations

import numpy as np
import pytest

from app.tools.stroke_area import StrokeArea
from segcore.editing import Box
from segcore.editing.brush import Covered


def test_the_swath_is_merged_step_by_step():
    area = StrokeArea()
    one = np.ones((2, 2), np.bool_)
    for box in (Box(10, 10, 12, 12), Box(0, 0, 0, 0), Box(11, 11, 13, 13), Box(5, 20, 7, 22)):
        area.add(Covered(box, one[: box.height, : box.width]))
    assert len(area) == 3
    assert area.merged(2) == (Box(10, 10, 13, 13), pytest.approx(np.array([[1, 1, 0], [1, 1, 1], [0, 1, 1]])))
    box, mask = area.merged(3)
    assert box == area.box == Box(5, 10, 13, 22)
    assert mask.sum() == 7 + 4
    assert mask[10:12, 0:2].all()
    assert mask[0:2, 5:7].all()
