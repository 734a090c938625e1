from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from segcore.errors import LabelError
from segcore.labels.probability_map import (
    ProbabilityMap,
    load_prediction,
    save_prediction,
    stored_uncertainty,
    uncertainty_of,
)
from tests.systems import linux_only, posix_only


def prediction():
    probabilities = np.array([[[255, 51]], [[0, 204]]], np.uint8)
    return ProbabilityMap(
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
    nothing = ProbabilityMap(
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


def packed(path, **members):
    """A .npz file whose members may be anything: bytes as they are, arrays as numpy writes them."""
    arrays = {name: np.asarray(getattr(prediction(), name)) for name in ("probabilities", "labels", "uncertainty")}
    arrays["indices"] = prediction().indices
    arrays["meta"] = np.frombuffer(json.dumps({"model": "m", "mean_uncertainty": 0.2}).encode(), np.uint8)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in (arrays | members).items():
            if isinstance(value, bytes):
                archive.writestr(f"{name}.npy", value)
                continue
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, value, allow_pickle=False)
            archive.writestr(f"{name}.npy", buffer.getvalue())
    return path


def about(text):
    return np.frombuffer(text.encode(), np.uint8)


def array_header(shape, data=b""):
    """The bytes of an .npy file that declares any shape."""
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": "|u1", "fortran_order": False, "shape": shape})
    return buffer.getvalue() + data


@pytest.mark.parametrize(
    "text",
    [
        "NaN", "Infinity", "-1", "1.5", '"0.5"', "null", "[0.5]", "true" * 2, "1" + "0" * 400, "1" + "0" * 5000, "{}",
        "[" * 20000,
    ],
)  # fmt: skip
def test_only_a_share_is_an_uncertainty(tmp_path, text):
    path = packed(tmp_path / "x.npz", meta=about('{"model": "m", "mean_uncertainty": ' + text + "}"))
    assert stored_uncertainty(path) is None


@pytest.mark.parametrize(
    "members",
    [
        {"labels": b"no array at all"},
        {"labels": b""},
        {"labels": array_header((1, 2))},
        {"labels": array_header((1, 2), bytes(3))},
        {"labels": array_header((), b"x")},
        {"labels": array_header((1 << 40, 2))},
        {"labels": np.zeros((1, 2), np.float32)},
        {"labels": np.zeros((2, 1), np.uint8)},
        {"indices": np.array([[4, 9]], np.uint8)},
        {"probabilities": np.asfortranarray(np.zeros((2, 3, 4), np.uint8))},
        {"meta": np.zeros(0, np.uint8)},
        {"meta": about("[1]")},
        {"meta": about('{"model": 5}')},
        {"meta": about("[" * 20000)},
        {"meta": about('{"a": %s}' % ("1" * 5000))},
        {"meta": array_header((1 << 30,), bytes(10))},
    ],
)
def test_a_member_that_is_no_array_is_damage(tmp_path, members):
    path = packed(tmp_path / "x.npz", **members)
    stored_uncertainty(path)
    with pytest.raises(LabelError, match=r"x\.npz is damaged"):
        load_prediction(path)


def test_no_pickle_and_no_other_packing(tmp_path):
    np.savez(tmp_path / "x.npz", labels=np.array([{}], object))
    with pytest.raises(LabelError):
        load_prediction(tmp_path / "x.npz")
    with zipfile.ZipFile(tmp_path / "y.npz", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("probabilities.npy", b"x")
    with pytest.raises(LabelError, match="unknown compression"):
        load_prediction(tmp_path / "y.npz")


def test_the_size_is_compared_with_the_image_before_reading(tmp_path):
    save_prediction(tmp_path / "x.npz", prediction())
    assert load_prediction(tmp_path / "x.npz", shape=(1, 2)).model == "m"
    with pytest.raises(LabelError, match="2 x 1, its image 1 x 2"):
        load_prediction(tmp_path / "x.npz", shape=(2, 1))


@linux_only("measured with ru_maxrss in KiB")
def test_bombs_take_no_memory(tmp_path):
    size = (20000, 20000)
    # 400 million pixels, ten classes: 4 GB from some megabytes, in sizes that fit each other.
    path = packed(
        tmp_path / "declared.npz",
        probabilities=array_header((10, *size)),
        labels=array_header(size),
        uncertainty=array_header(size),
        indices=np.arange(10, dtype=np.uint8),
    )
    lying = packed(tmp_path / "lying.npz", labels=array_header((1, 2), bytes(300_000_000)))
    many = tmp_path / "many.npz"
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"{number:060}", b"")
    for file in (path, lying, many):
        code = (
            "import resource, sys; from pathlib import Path; from segcore.errors import LabelError\n"
            "from segcore.labels.probability_map import load_prediction, stored_uncertainty\n"
            "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
            "stored_uncertainty(Path(sys.argv[1]))\n"
            "try: load_prediction(Path(sys.argv[1]))\n"
            "except LabelError: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
        )
        found = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True, check=True)
        assert int(found.stdout) < 50_000, file


def test_classes_that_are_gone_are_not_kept(tmp_path):
    probabilities = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
    labels = np.array([[4] * 4, [9] * 4, [255] * 4], np.uint8)
    given = ProbabilityMap(probabilities[::-1][::-1], labels, labels, np.array([4, 9], np.uint8), "m")
    save_prediction(tmp_path / "x.npz", given)
    back = load_prediction(tmp_path / "x.npz", np.array([1, 9], np.uint8), (3, 4))
    assert np.array_equal(back.probabilities[1], probabilities[1])
    assert back.probabilities[0].max() == 0
    assert back.labels.tolist() == [[255] * 4, [9] * 4, [255] * 4]


@posix_only("Windows has no such files")
def test_a_pipe_is_no_prediction(tmp_path):
    os.mkfifo(tmp_path / "x.npz")
    assert stored_uncertainty(tmp_path / "x.npz") is None
    with pytest.raises(LabelError, match="ordinary"):
        load_prediction(tmp_path / "x.npz")
