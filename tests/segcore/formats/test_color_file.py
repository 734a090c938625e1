from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from segcore.errors import LabelError, LabelSizeError
from segcore.formats.color_file import read_colors


def test_colours_are_read_as_they_are(tmp_path):
    colors = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)
    Image.fromarray(colors).save(tmp_path / "a.png")
    assert np.array_equal(read_colors(tmp_path / "a.png", (5, 7)), colors)


def test_another_size_than_that_of_the_image_is_told_with_both(tmp_path):
    Image.new("RGB", (7, 5)).save(tmp_path / "a.png")
    with pytest.raises(LabelSizeError, match=r"a\.png measures 7 x 5, its image 6 x 5\."):
        read_colors(tmp_path / "a.png", (5, 6))


def test_a_damaged_file_is_named(tmp_path):
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    with pytest.raises(LabelError, match=r"a\.png"):
        read_colors(tmp_path / "a.png", (5, 6))
