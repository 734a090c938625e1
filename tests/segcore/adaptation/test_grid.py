"""Parts of a grid are brought to a finer one as the whole would be."""

from __future__ import annotations

import numpy as np
import pytest

from segcore.adaptation.grid import enlarged, needed, sampled
from segcore.editing.box import Box


@pytest.mark.parametrize("times", [1, 2, 4, 8])
@pytest.mark.parametrize("box", [Box(0, 0, 24, 16), Box(3, 5, 4, 6), Box(7, 1, 23, 16), Box(0, 15, 24, 16)])
def test_a_part_is_what_the_whole_has_there(times, box):
    rows, columns = -(-16 // times), -(-24 // times)
    values = np.random.default_rng(0).normal(size=(3, rows, columns)).astype(np.float32)
    everything = Box(0, 0, columns, rows)
    whole = enlarged(values, everything, times, Box(0, 0, columns * times, rows * times))
    cells = needed(box, times, (rows, columns))
    part = enlarged(np.ascontiguousarray(values[:, *cells.slices]), cells, times, box)
    np.testing.assert_allclose(part, whole[:, *box.slices], atol=1e-6)
    y, x = np.mgrid[box.top : box.bottom, box.left : box.right].reshape(2, -1)
    found = sampled(values[:, *cells.slices], cells, times, y, x)
    np.testing.assert_allclose(found, part.reshape(3, -1).T, atol=1e-5)


def test_doubling_is_the_known_average():
    values = np.array([[[0.0, 4.0]]], np.float32)
    found = enlarged(values, Box(0, 0, 2, 1), 2, Box(0, 0, 4, 1))
    assert found.tolist() == [[[0.0, 1.0, 3.0, 4.0]]]
