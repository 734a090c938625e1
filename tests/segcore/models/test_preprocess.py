"""Sizes of a network's input, by hand and as torchvision's resize has them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torchvision.transforms import functional

from segcore.models.preprocess import Preprocess


@pytest.mark.parametrize(
    ("options", "size", "expected"),
    [
        ({}, (375, 500), (375, 500)),
        ({"short_side": 520}, (375, 500), (520, 693)),  # 693.3
        ({"short_side": 96}, (243, 321), (96, 126)),  # 126.8: cut off, not rounded
        ({"short_side": 96, "long_side": 120}, (100, 200), (60, 120)),
        ({"short_side": 96, "long_side": 120, "divisor": 32}, (100, 200), (64, 128)),
        ({"short_side": 96, "divisor": 32}, (96, 128), (96, 128)),
        ({"size": (40, 50), "short_side": 96}, (243, 321), (40, 50)),
    ],
)
def test_sizes(options, size, expected):
    preprocess = Preprocess(**options)
    assert preprocess.size_for(*size) == expected
    assert Preprocess.from_json(preprocess.to_json()) == preprocess


def test_sizes_are_those_of_torchvision():
    rng = np.random.default_rng(0)
    for height, width, short in rng.integers(8, 300, (200, 3)).tolist():
        theirs = functional.resize(torch.zeros(1, height, width), [short], antialias=False).shape[1:]
        if max(theirs) <= 1000:
            assert Preprocess(short_side=short).size_for(height, width) == tuple(theirs), (height, width, short)


def test_versions_before_read_what_has_no_new_rule():
    assert set(Preprocess(short_side=520).to_json()) == {"mean", "std", "short_side"}
