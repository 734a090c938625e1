import random
import struct
import zlib

import numpy as np
import pytest
from scipy.io import savemat

from segcore.models.matlab import matlab_arrays

ARRAYS = {
    "small": np.array([[1.5]], np.float32),
    "whole": np.arange(24.0).reshape(2, 3, 4),
    "four": np.random.default_rng(0).normal(size=(5, 3, 2, 2)).astype(np.float32),
    "integers": np.arange(6, dtype=np.int16).reshape(2, 3),
    "empty": np.zeros((0, 3)),
}


@pytest.mark.parametrize("compressed", [False, True])
def test_arrays_are_those_that_scipy_wrote(tmp_path, compressed):
    savemat(tmp_path / "m.mat", {**ARRAYS, "text": "abc", "cells": {"a": 1}}, do_compression=compressed)
    found = {name: (size, read()) for name, size, read in matlab_arrays(tmp_path / "m.mat")}
    assert found.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert found[name][1].dtype == array.dtype
        np.testing.assert_array_equal(found[name][1], array)
        assert found[name][0] == array.nbytes


def element(kind: int, data: bytes) -> bytes:
    return struct.pack(">II", kind, len(data)) + data + bytes(-len(data) % 8)


def test_doubles_stored_as_bytes_in_the_other_order(tmp_path):
    """MATLAB stores whole numbers in as few bytes as they need; older machines wrote the high byte first."""
    flags, sides = struct.pack(">II", 6, 0), struct.pack(">ii", 2, 3)
    matrix = element(6, flags) + element(5, sides) + element(1, b"name") + element(2, bytes(range(6)))
    (tmp_path / "m.mat").write_bytes(bytes(124) + b"\x01\x00MI" + element(14, matrix))
    [(name, _, read)] = matlab_arrays(tmp_path / "m.mat")
    assert name == "name"
    assert read().dtype == np.float64
    np.testing.assert_array_equal(read(), [[0, 2, 4], [1, 3, 5]])


@pytest.mark.parametrize("data", [b"", b"MATLAB", bytes(200), bytes(126) + b"IM" + struct.pack("<II", 14, 1 << 31)])
def test_other_files_are_refused(tmp_path, data):
    (tmp_path / "m.mat").write_bytes(data)
    with pytest.raises(ValueError, match=r"version 5|truncated"):
        list(matlab_arrays(tmp_path / "m.mat"))


def test_an_element_that_grows_is_not_unpacked_further_than_its_sides(tmp_path):
    flags, sides = struct.pack("<II", 6, 0), struct.pack("<ii", 2, 3)
    head = b"".join(struct.pack("<II", k, len(d)) + d for k, d in ((6, flags), (5, sides), (1, b"12345678")))
    packed = zlib.compress(struct.pack("<II", 14, 1 << 30) + head + struct.pack("<II", 9, 1 << 30) + bytes(1 << 26))
    (tmp_path / "m.mat").write_bytes(bytes(126) + b"IM" + struct.pack("<II", 15, len(packed)) + packed)
    [(_, size, read)] = matlab_arrays(tmp_path / "m.mat")
    assert (size, read().shape) == (48, (2, 3))


@pytest.mark.parametrize("compressed", [False, True])
def test_damage_is_an_error_or_other_numbers(tmp_path, compressed):
    savemat(tmp_path / "m.mat", ARRAYS, do_compression=compressed)
    sound, dice = (tmp_path / "m.mat").read_bytes(), random.Random(3)
    for _ in range(300):
        data = bytearray(sound)
        for _ in range(dice.choice((1, 1, 5))):
            data[dice.randrange(120, len(data))] = dice.choice((0, 127, 128, 255, dice.randrange(256)))
        (tmp_path / "m.mat").write_bytes(data[: dice.choice((len(data), dice.randrange(len(data))))])
        try:
            for _, size, read in matlab_arrays(tmp_path / "m.mat"):
                if size < 1 << 20:
                    read()
        except (ValueError, KeyError, struct.error, zlib.error, UnicodeError):
            continue
