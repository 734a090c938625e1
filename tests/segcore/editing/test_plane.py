from __future__ import annotations

import zlib

import numpy as np
import pytest

from segcore.editing import Box
from segcore.editing.edit import Edit, Tile
from segcore.editing.plane import divided, pack, unpack
from segcore.errors import LabelError
from segcore.labels.label_map import LabelMap

BOX = Box(128, 0, 131, 2)
BEFORE = np.array([[[0, 1, 2], [0, 1, 2]], [[1, 1, 1], [1, 1, 1]]], np.uint8)
AFTER = np.array([[[0, 1, 2], [0, 1, 2]], [[3, 3, 3], [3, 3, 3]]], np.uint8)


def test_a_plane_comes_back_and_one_of_one_value_is_unpacked_once():
    labels = np.arange(6, dtype=np.uint8).reshape(2, 3)
    np.testing.assert_array_equal(unpack(pack(labels), 2, 3), labels)
    one = np.full((128, 128), 7, np.uint8)
    assert unpack(pack(one), 128, 128) is unpack(pack(one.copy()), 128, 128)


def test_only_the_plane_that_changed_is_written():
    tile = Tile(BOX, BEFORE.copy(), AFTER.copy())
    tile.compress()
    labels, provenance = tile.to_before
    assert labels is None
    np.testing.assert_array_equal(provenance, BEFORE[1])
    labels, provenance = tile.to_after
    assert labels is None
    np.testing.assert_array_equal(provenance, AFTER[1])
    np.testing.assert_array_equal(tile.before, BEFORE)
    np.testing.assert_array_equal(tile.after, AFTER)


def test_a_plane_that_stays_is_kept_once():
    tile = Tile(BOX, BEFORE.copy(), AFTER.copy())
    tile.compress()
    assert tile.nbytes == sum(len(pack(plane)) for plane in (BEFORE[0], BEFORE[1], AFTER[1]))


@pytest.mark.parametrize("old", [True, False])
def test_a_tile_of_a_file_is_read_whether_its_planes_are_in_one_stream_or_in_two(old):
    packed = Tile(BOX, BEFORE.copy(), AFTER.copy()).packed
    if old:
        packed = zlib.compress(BEFORE.tobytes(), 1), zlib.compress(AFTER.tobytes(), 1)
    label_map = LabelMap.blank(2, 131)
    edit = Edit("Brush", [Tile(BOX, *packed)])
    edit.redo(label_map)
    np.testing.assert_array_equal(label_map.labels[BOX.slices], [[255] * 3] * 2)  # the labels of both sides are equal
    np.testing.assert_array_equal(label_map.provenance[BOX.slices], AFTER[1])
    assert Tile(BOX, *packed).packed == packed


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no zip",
        pack(BEFORE[0]),
        pack(BEFORE[0])[:-1],
        zlib.compress(bytes(11)),
        zlib.compress(bytes(13)),
        zlib.compress(bytes(10_000)),
    ],
)
def test_what_is_no_tile_is_damaged(data):
    with pytest.raises(LabelError, match="damaged"):
        divided(data, 2, 3)


@pytest.mark.parametrize(
    "second", [b"rest", pack(np.full((2, 3), 5, np.uint8)), pack(BEFORE[1]) + b"!", pack(BEFORE[1])[:-1]]
)
def test_a_provenance_that_does_not_exist_is_damaged_and_changes_nothing(second):
    label_map = LabelMap.blank(2, 131)
    edit = Edit("Brush", [Tile(BOX, pack(BEFORE[0]) + pack(AFTER[1]), pack(BEFORE[0]) + second)])
    with pytest.raises(LabelError, match="damaged"):
        edit.redo(label_map)
    assert not label_map.provenance.any()
