from __future__ import annotations

import numpy as np
import pytest

from segcore.formats import rle


def test_columns_first():
    mask = np.array([[1, 0], [1, 1]], np.bool_)
    assert rle.encode(mask) == [0, 2, 1, 1]
    assert rle.decode([0, 2, 1, 1], (2, 2)).tolist() == mask.tolist()
    assert rle.encode(np.zeros((2, 3), np.bool_)) == [6]


@pytest.mark.parametrize("counts", [[3], [1, 2, 2], [-1, 5], []])
def test_runs_of_another_length_are_refused(counts):
    with pytest.raises(ValueError, match="runs"):
        rle.decode(counts, (2, 2))


@pytest.mark.parametrize("text", ["~", "1o", "\x00", "oooooooooooooooooo"])
def test_other_text_is_refused(text):
    with pytest.raises(ValueError, match="text"):
        rle.from_text(text)


@pytest.mark.parametrize("seed", range(20))
def test_as_pycocotools(seed):
    coco = pytest.importorskip("pycocotools.mask")
    rng = np.random.default_rng(seed)
    mask = rng.random(tuple(rng.integers(1, 90, 2))) < rng.choice([0.01, 0.5, 0.99])
    theirs = coco.encode(np.asfortranarray(mask.astype(np.uint8)))["counts"].decode()
    counts = rle.encode(mask)
    assert rle.to_text(counts) == theirs
    assert rle.from_text(theirs) == counts
    assert np.array_equal(rle.decode(rle.from_text(theirs), mask.shape), mask)
