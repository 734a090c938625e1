from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from segcore.errors import LabelError
from segcore.labels.class_values import class_values

FILE = Path("x.tif")


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.int16, np.int32, np.uint64, np.float16, np.float64])
def test_whole_numbers_of_any_type(kind):
    found = class_values(FILE, np.array([[0, 3, 255]], kind))
    assert found.dtype == np.uint8
    assert found.tolist() == [[0, 3, 255]]


def test_no_data_and_nan_are_ignored():
    assert class_values(FILE, np.array([[7, 3]], np.uint8), 7).tolist() == [[255, 3]]
    assert class_values(FILE, np.array([[-1, 3]], np.int8), -1).tolist() == [[255, 3]]
    assert class_values(FILE, np.array([[np.nan, -9999, 3]], np.float32), -9999).tolist() == [[255, 255, 3]]


@pytest.mark.parametrize(
    ("values", "kind", "message"),
    [
        ([3, 256], np.uint16, "values from 3 to 256"),
        ([3, 1234567], np.uint32, "values from 3 to 1234567"),
        ([-1, 4], np.int16, "values from -1 to 4"),
        ([1, np.inf], np.float32, "values from 1 to inf"),
        ([0.5, 300], np.float32, "numbers with a fraction"),
    ],
)
def test_other_numbers_are_refused_by_name(values, kind, message):
    with pytest.raises(LabelError, match=rf"x\.tif holds {message}"):
        class_values(FILE, np.array([values], kind))
