from __future__ import annotations

import struct
import sys
import zlib

import numpy as np
import pytest
from PIL import Image

from segcore.errors import LabelError, LabelSizeError
from segcore.formats.label_picture import read_label_picture
from segcore.images import indexed_png
from segcore.images.indexed_png import (
    decode_indexed_png,
    encode_indexed_png,
    has_our_header,
    read_indexed_png,
    read_notes,
    write_indexed_png,
)
from segcore.labels.classes import ClassSet

PALETTE = ClassSet.in_voc_colors(["a", "b"]).palette()


def test_every_value_survives(tmp_path):
    labels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    write_indexed_png(tmp_path / "x.png", labels, PALETTE)
    assert np.array_equal(read_indexed_png(tmp_path / "x.png", (16, 16)), labels)
    with Image.open(tmp_path / "x.png") as image:
        assert image.mode == "P"
        assert image.getpalette()[3:6] == [128, 0, 0]


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (5, 1), (3, 1001)])
def test_odd_shapes_and_views(tmp_path, shape):
    labels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    view = np.asfortranarray(labels)[::-1][::-1]
    write_indexed_png(tmp_path / "x.png", view, PALETTE)
    assert np.array_equal(read_indexed_png(tmp_path / "x.png"), labels)


@pytest.mark.parametrize("how", ["as a whole", "in bands", "without zlib-ng"])
def test_however_it_is_compressed_pillow_reads_it(monkeypatch, tmp_path, how):
    if how == "in bands":
        monkeypatch.setattr(indexed_png, "_AT_ONCE", 0)
        monkeypatch.setattr(indexed_png, "BAND", 100)
    if how == "without zlib-ng":
        monkeypatch.setitem(sys.modules, "imagecodecs", None)
    labels = np.random.default_rng(3).integers(0, 256, (23, 31), np.uint8)
    (tmp_path / "x.png").write_bytes(encode_indexed_png(labels, PALETTE, {"key": "Straße 街"}))
    with Image.open(tmp_path / "x.png") as image:
        assert image.text == {"key": "Straße 街"}
        assert np.array_equal(np.array(image), labels)
        assert image.getpalette() == PALETTE.ravel().tolist()


def test_notes():
    data = encode_indexed_png(np.zeros((2, 2), np.uint8), PALETTE, {"key": "value"})
    assert read_notes(data)["key"] == "value"
    assert read_notes(b"garbage") == {}


def grey_png(depth, rows, width):
    """A grey PNG of 1, 2 or 4 bits, byte by byte after the specification."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, len(rows), depth, 0, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("depth", "rows", "expected"),
    [
        (1, [b"\x50"], [[0, 1, 0, 1]]),
        (2, [b"\x1b"], [[0, 1, 2, 3]]),
        (4, [b"\x0f\x31"], [[0, 15, 3, 1]]),
    ],
)
def test_values_of_small_grey_pngs_are_not_stretched(tmp_path, depth, rows, expected):
    path = tmp_path / "x.png"
    path.write_bytes(grey_png(depth, rows, 4))
    assert read_indexed_png(path).tolist() == expected


def test_eight_bit_grey(tmp_path):
    Image.fromarray(np.array([[0, 3, 255]], np.uint8)).save(tmp_path / "x.png")
    assert read_indexed_png(tmp_path / "x.png").tolist() == [[0, 3, 255]]


def test_sixteen_bit_grey_is_read_where_it_comes_from_another_program(tmp_path):
    path = tmp_path / "x.png"
    Image.fromarray(np.array([[0, 3, 255]], np.uint16)).save(path)
    assert decode_indexed_png(path.read_bytes(), path, (1, 3), deep=True).tolist() == [[0, 3, 255]]
    assert read_label_picture(path, (1, 3)).values() == [0, 3, 255]
    with pytest.raises(LabelError, match="is a I;16 picture"):
        read_indexed_png(path)
    Image.fromarray(np.array([[1, 256]], np.uint16)).save(path)
    with pytest.raises(LabelError, match=r"x\.png holds values from 1 to 256"):
        read_label_picture(path, (1, 2))
    with pytest.raises(LabelSizeError, match="2 x 1, its image 1 x 2"):
        read_label_picture(path, (2, 1))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(LabelError, match="is damaged"):
        read_label_picture(path, (1, 2))


def test_a_colour_picture_is_refused(tmp_path):
    Image.new("RGB", (2, 2)).save(tmp_path / "x.png")
    with pytest.raises(LabelError, match=r"x\.png is a RGB picture"):
        read_indexed_png(tmp_path / "x.png")


def test_another_size_is_refused(tmp_path):
    write_indexed_png(tmp_path / "x.png", np.zeros((2, 3), np.uint8), PALETTE)
    with pytest.raises(LabelError, match="3 x 2, its image 4 x 2"):
        read_indexed_png(tmp_path / "x.png", (2, 4))


def test_missing(tmp_path):
    with pytest.raises(LabelError, match="not there"):
        read_indexed_png(tmp_path / "x.png")


def test_no_flipped_bit_changes_labels_without_a_word(tmp_path):
    labels = np.random.default_rng(1).integers(0, 4, (12, 9), np.uint8)
    data = encode_indexed_png(labels, PALETTE)
    first = data.index(b"IDAT")
    for place in range(first, data.index(b"IEND") - 4):
        for bit in range(8):
            broken = bytearray(data)
            broken[place] ^= 1 << bit
            with pytest.raises(LabelError):
                decode_indexed_png(bytes(broken), tmp_path / "x.png")


def test_the_header_that_is_written():
    data = encode_indexed_png(np.zeros((3, 3), np.uint8), PALETTE)
    assert has_our_header(data)
    assert not has_our_header(data.replace(bytes((8, 3)), bytes((1, 3)), 1))


def test_no_damage_escapes_as_another_error(tmp_path):
    labels = np.random.default_rng(1).integers(0, 4, (40, 40), np.uint8)
    data = encode_indexed_png(labels, PALETTE, {"key": "value"})
    path = tmp_path / "x.png"
    rng = np.random.default_rng(2)
    refused = 0
    for trial in range(150):
        broken = bytearray(data)
        if trial % 3 == 0:
            broken = broken[: rng.integers(0, len(data))]
        else:
            for place in rng.integers(0, len(data), 4):
                broken[place] ^= 1 << int(rng.integers(0, 8))
        path.write_bytes(bytes(broken))
        read_notes(bytes(broken))
        try:
            read_indexed_png(path, (40, 40))
        except LabelError:
            refused += 1
    assert refused > 100
