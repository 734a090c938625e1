from __future__ import annotations

import numpy as np
import pytest

from segcore.errors import LabelError, LabelSizeError
from segcore.formats.npy import NumpyWriter
from segcore.formats.open_labels import open_labels, recognised
from segcore.labels.classes import ClassSet

CLASSES = ClassSet.from_names(["a", "Straße"])
IDS = ["a b/x.jpg", "a b/x.png", "ü.tif"]


def labels(seed):
    return np.random.default_rng(seed).choice(np.array([0, 1, 255], np.uint8), (5, 6))


def test_every_pixel_comes_back_and_numpy_reads_it(tmp_path):
    writer = NumpyWriter(tmp_path, CLASSES, IDS)
    for n, each in enumerate(IDS):
        assert not writer.keep(each)
        writer.add(each, labels(n))
    again = NumpyWriter(tmp_path, CLASSES, IDS)
    assert all(again.keep(each) for each in IDS)
    again.finish()
    assert recognised(tmp_path).key == "numpy"
    found = open_labels(tmp_path)
    assert found.classes == CLASSES
    assert set(found.names()) == set(IDS)
    for n, each in enumerate(IDS):
        assert np.array_equal(found.picture(each, (5, 6)).pixels, labels(n))
    array = np.load(tmp_path / "numpy" / "ü.npy", allow_pickle=False)
    assert array.dtype == np.uint8
    assert np.array_equal(array, labels(2))


@pytest.mark.parametrize(
    "array",
    [
        np.array([[1, 0, -1]], np.int64),
        np.array([[[1], [0], [255]]], np.uint16),
        np.array([[[1, 0, 255]]], ">i4"),
    ],
)
def test_arrays_of_others(tmp_path, array):
    np.save(tmp_path / "x.npy", array)
    np.savez_compressed(tmp_path / "y.npz", scores=np.zeros(3), mask=array)
    found = open_labels(tmp_path)
    assert list(found.names()) == ["x", "y"]
    for name in found.names():
        assert found.picture(name, (1, 3)).pixels.tolist() == [[1, 0, 255]]


def test_what_cannot_be_read_is_named(tmp_path):
    def refused(name, what=LabelError):
        with pytest.raises(what, match=name):
            open_labels(tmp_path).picture(name, (1, 3))

    np.save(tmp_path / "size.npy", np.zeros((2, 3), np.uint8))
    refused("size", LabelSizeError)
    np.save(tmp_path / "scores.npy", np.zeros((1, 3)))
    refused("scores")
    np.save(tmp_path / "large.npy", np.array([[0, 1, 256]]))
    refused("large")
    np.save(tmp_path / "negative.npy", np.array([[0, 1, -2]]))
    refused("negative")
    np.save(tmp_path / "pickle.npy", np.array([[0, 1, None]], object), allow_pickle=True)
    refused("pickle")
    np.savez(tmp_path / "two.npz", x=np.zeros((1, 3)), y=np.zeros((1, 3)))
    refused("two")
    for name in ("size.npy", "two.npz"):
        data = (tmp_path / name).read_bytes()
        (tmp_path / f"cut-{name}").write_bytes(data[: len(data) - 3])
        refused(f"cut-{name[:-4]}")
    plain = (tmp_path / "size.npy").read_bytes()
    (tmp_path / "header.npy").write_bytes(plain.replace(b"(2, 3), }", b"(2, 3), ("))
    refused("header")
    (tmp_path / "empty").mkdir()
    with pytest.raises(LabelError, match=r"no \.npy"):
        open_labels(tmp_path / "empty", "numpy")
