import numpy as np
import pytest

from segcore.crf.unary import SMALLEST, check_sizes, check_values, unary
from segcore.errors import CrfError


def test_it_is_the_negative_logarithm_of_each_share():
    probabilities = np.array([[[0.25, 1.0, 0.0, 1e-30]], [[0.75, 3.0, 0.0, 1.0]]], np.float32)
    before = probabilities.copy()
    costs = unary(probabilities)
    expected = -np.log([[[0.25, 0.25, 0.5, SMALLEST]], [[0.75, 0.75, 0.5, 1.0]]])
    np.testing.assert_allclose(costs, expected, atol=1e-6)
    np.testing.assert_array_equal(probabilities, before)
    assert (costs.dtype, costs.flags.c_contiguous) == (np.float32, True)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -1e-9])
def test_one_wrong_value_among_many_is_found(value):
    probabilities = np.full((3, 50, 60), 0.3, np.float32)
    assert list(check_values(probabilities)) == [0, 1, 2]
    probabilities[2, 49, 59] = value
    with pytest.raises(CrfError):
        list(check_values(probabilities))


def test_sizes_are_told_in_the_error():
    with pytest.raises(CrfError, match=r"\(2, 30, 40\).*\(40, 30\)"):
        check_sizes(np.zeros((40, 30, 3), np.uint8), np.zeros((2, 30, 40), np.float32))
