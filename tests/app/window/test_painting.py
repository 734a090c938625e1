from __future__ import annotations

import numpy as np

from app.tools.stroke_result import in_pieces
from segcore.editing import Box


def test_pieces_cover_the_mask_exactly_and_are_tight():
    mask = np.zeros((600, 700), np.bool_)
    mask[10:300, 5:40] = mask[599, 699] = True
    again = np.zeros((700, 800), np.bool_)
    pieces = list(in_pieces(Box(100, 50, 800, 650), mask, 7))
    for box, part, value in pieces:
        assert value == 7
        assert part.any(0)[[0, -1]].all()
        assert part.any(1)[[0, -1]].all()
        again[box.slices] |= part
    assert np.array_equal(again[50:650, 100:800], mask)
    assert [box for box, _, _ in pieces] == [
        Box(105, 60, 140, 306), Box(105, 306, 140, 350), Box(799, 649, 800, 650)
    ]  # fmt: skip
