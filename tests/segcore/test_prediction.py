from __future__ import annotations

import numpy as np
import pytest

from segcore.errors import LabelError
from segcore.prediction import Prediction, load_prediction, save_prediction, stored_uncertainty, uncertainty_of


def prediction():
    probabilities = np.array([[[255, 51]], [[0, 204]]], np.uint8)
    return Prediction(
        probabilities, np.array([[4, 9]], np.uint8), np.array([[0, 102]], np.uint8), np.array([4, 9], np.uint8), "m"
    )


def test_uncertainty_by_hand():
    # Certain, even, and 3:1 over two classes: entropy 0, 1 and 0.8113 bits.
    p = np.array([[[1.0, 0.5, 0.75]], [[0.0, 0.5, 0.25]]], np.float32)
    assert uncertainty_of(p).tolist() == [[0, 255, round(0.8112781 * 255)]]
    assert uncertainty_of(np.full((7, 1, 1), 1 / 7, np.float32)).tolist() == [[255]]
    assert uncertainty_of(np.ones((1, 2, 2), np.float32)).max() == 0


def test_mean_uncertainty_and_shape():
    assert prediction().mean_uncertainty == pytest.approx(0.2)
    assert prediction().shape == (1, 2)


def test_as_float_sums_to_one():
    p = prediction().as_float()
    assert p.dtype == np.float32
    assert p[:, 0, 1].tolist() == pytest.approx([0.2, 0.8])
    nothing = Prediction(
        np.zeros((2, 1, 1), np.uint8), np.zeros((1, 1), np.uint8), np.zeros((1, 1), np.uint8), np.arange(2), "m"
    )
    assert nothing.as_float().ravel().tolist() == [0.5, 0.5]


def test_round_trip(tmp_path):
    path = tmp_path / "sub" / "x.npz"
    save_prediction(path, prediction())
    back = load_prediction(path)
    for name in ("probabilities", "labels", "uncertainty", "indices"):
        assert np.array_equal(getattr(back, name), getattr(prediction(), name))
    assert back.model == "m"
    assert stored_uncertainty(path) == pytest.approx(0.2)


def test_channels_follow_the_classes(tmp_path):
    save_prediction(tmp_path / "x.npz", prediction())
    back = load_prediction(tmp_path / "x.npz", np.array([9, 7], np.uint8))
    assert back.probabilities.tolist() == [[[0, 204]], [[0, 0]]]
    assert back.labels.tolist() == [[255, 9]]
    assert back.indices.tolist() == [9, 7]


def test_damage_is_one_error(tmp_path):
    path = tmp_path / "x.npz"
    save_prediction(path, prediction())
    data, rng = path.read_bytes(), np.random.default_rng(0)
    for trial in range(120):
        broken = bytearray(data[: rng.integers(0, len(data))] if trial % 2 else data)
        for place in rng.integers(0, max(1, len(broken)), 4) if broken else ():
            broken[place] ^= 1 << int(rng.integers(0, 8))
        path.write_bytes(bytes(broken))
        stored_uncertainty(path)
        try:
            load_prediction(path)
        except LabelError:
            continue
    path.unlink()
    assert stored_uncertainty(path) is None
    with pytest.raises(LabelError):
        load_prediction(path)
