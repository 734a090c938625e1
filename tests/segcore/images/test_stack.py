"""Which images a TIFF file holds, what they are called, and that they are read by their paths."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile

from segcore.errors import ImageError
from segcore.images.image import image_header, image_layout, image_size, read_image, read_thumbnail
from segcore.images.layout import Layout
from segcore.images.page_path import counted_in, file_of, page_name, split_id, split_page
from segcore.images.pixel_size import read_pixel_size
from segcore.images.raw_image import count_of_pages, read_raw

SLICES = Layout((("slice", 3),))


def numbered(*shape):
    """Pictures of 4 x 5 pixels; all pixels of the n-th have the value n."""
    count = int(np.prod(shape))
    return np.repeat(np.arange(count, dtype=np.uint8), 20).reshape(*shape, 4, 5)


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        (Layout(), ""),
        (SLICES, "slice 3"),
        (Layout((("frame", 2), ("slice", 30))), "frame 2, slice 30"),
        (Layout((("page", 4),), are_grey=True), "grey page 4"),
    ],
)
def test_a_layout_is_kept_as_text(layout, text):
    assert layout.to_text() == text
    assert Layout.from_text(text) == layout


@pytest.mark.parametrize("text", ["slice", "slice 0", "page 1234567", "slice 2; page 3", "grey ", "3", "slice 2" * 90])
def test_another_text_is_one_image(text):
    assert Layout.from_text(text) == Layout()


def test_the_first_image_has_the_path_of_the_file():
    layout = Layout((("frame", 2), ("slice", 2)))
    assert layout.names() == ["", "frame-0001-slice-0002", "frame-0002-slice-0001", "frame-0002-slice-0002"]
    assert layout.name(0) == "frame-0001-slice-0001"
    assert layout.name(4) == ""
    assert layout.number("frame-0002-slice-0001") == 2
    assert len(layout) == 4
    assert Layout().names() == [""]
    grey = Layout((("page", 2),), are_grey=True)
    assert (grey.names(), grey.names(pages_are_channels=True)) == (["", "page-0002"], [""])
    assert SLICES.names(pages_are_channels=True) == ["", "slice-0002", "slice-0003"], "the file says what they are"


def test_names_of_pages():
    assert page_name((("frame", 2), ("slice", 12))) == "frame-0002-slice-0012"
    assert counted_in("frame-0002-slice-0012") == (("frame", 2), ("slice", 12))
    for other in ("", "slice-7", "slice-0007.png", "slice-0007-", "layer-0007", "slice_0007"):
        assert counted_in(other) == ()
    assert split_id("a/stack.TIF/slice-0007") == ("a/stack.TIF", "slice-0007")
    for plain in ("stack.tif", "slice-0007", "a/slice-0007", "stack.png/slice-0007", "stack.tif/slice-0007.png"):
        assert split_id(plain) == (plain, "")


def test_a_file_goes_before_a_page(tmp_path):
    """A folder may have the name of a TIFF file."""
    path = tmp_path / "a.tif" / "slice-0002"
    assert split_page(path) == (tmp_path / "a.tif", "slice-0002")
    path.parent.mkdir()
    path.write_bytes(b"")
    assert split_page(path) == (path, "")
    assert file_of(path) == path


@pytest.mark.parametrize(
    ("shape", "options", "layout"),
    [
        ((3,), {"imagej": True, "metadata": {"axes": "ZYX"}}, SLICES),
        ((3,), {"ome": True, "metadata": {"axes": "ZYX"}}, SLICES),
        ((3,), {"imagej": True, "metadata": {"axes": "CYX"}}, Layout()),
        ((3, 2), {"imagej": True, "metadata": {"axes": "ZCYX"}}, SLICES),
        ((2, 3), {"ome": True, "metadata": {"axes": "CZYX"}}, SLICES),
        ((2, 3), {"imagej": True, "metadata": {"axes": "TZYX"}}, Layout((("frame", 2), ("slice", 3)))),
        ((3,), {"metadata": None}, Layout((("page", 3),), are_grey=True)),
        ((3,), {}, Layout((("page", 3),), are_grey=True)),
        ((1,), {}, Layout()),
    ],
)
def test_which_images_a_file_holds(tmp_path, shape, options, layout):
    path = tmp_path / ("a.ome.tif" if "ome" in options else "a.tif")
    tifffile.imwrite(path, numbered(*shape), photometric="minisblack", **options)
    assert image_layout(path) == layout


def test_pages_that_cannot_be_channels(tmp_path):
    with tifffile.TiffWriter(tmp_path / "scan.tif") as out:
        for height, options in ((30, {}), (40, {}), (30, {"photometric": "rgb"})):
            shape = (height, 20, 3) if options else (height, 20)
            out.write(np.zeros(shape, np.uint8), metadata=None, **options)
    assert image_layout(tmp_path / "scan.tif") == Layout((("page", 3),))
    assert [image_size(tmp_path / "scan.tif" / f"page-000{n}") for n in (1, 2, 3)] == [(30, 20), (40, 20), (30, 20)]
    tifffile.imwrite(tmp_path / "ink.tif", np.zeros((2, 4, 8), bool), photometric="minisblack", metadata=None)
    assert image_layout(tmp_path / "ink.tif") == Layout((("page", 2),)), "black and white pages are pages of a text"


def test_levels_of_a_pyramid_that_are_not_marked(tmp_path):
    with tifffile.TiffWriter(tmp_path / "a.tif") as out:
        for side in (64, 32, 16):
            out.write(np.zeros((side, side), np.uint8), tile=(16, 16), metadata=None)
    assert image_layout(tmp_path / "a.tif") == Layout()


def test_an_image_is_read_by_its_path(tmp_path):
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, numbered(3, 2), imagej=True, metadata={"axes": "ZCYX", "unit": "um"}, resolution=(2.0, 2.0))
    assert read_image(path / "slice-0002")[0, 0].tolist() == [2, 2, 2]
    assert read_image(path / "slice-0001")[0, 0].tolist() == read_image(path)[0, 0].tolist()
    assert read_raw(path / "slice-0003")[0, 0].tolist() == [4, 5]
    assert count_of_pages(path / "slice-0003") == 2
    assert read_thumbnail(path / "slice-0003", 4, 3).max() == 4
    assert image_header(path / "slice-0003").page == 2
    assert read_pixel_size(path / "slice-0003").x == 0.5


@pytest.mark.parametrize("name", ["slice-0004", "page-0002", "slice-0000"])
def test_an_image_that_the_file_does_not_hold(tmp_path, name):
    tifffile.imwrite(tmp_path / "a.tif", numbered(3), imagej=True, metadata={"axes": "ZYX"})
    with pytest.raises(ImageError, match=f"it has no {name}"):
        read_image(tmp_path / "a.tif" / name)
    with pytest.raises(ImageError, match="no longer there"):
        read_image(tmp_path / "b.tif" / name)
    (tmp_path / "c.tif").write_bytes((tmp_path / "a.tif").read_bytes()[:40])
    with pytest.raises(ImageError):
        read_image(tmp_path / "c.tif" / name)


def test_a_file_that_was_replaced_is_looked_into_again(tmp_path):
    path = Path(tmp_path / "a.tif")
    tifffile.imwrite(path, numbered(3), imagej=True, metadata={"axes": "ZYX"})
    assert len(image_layout(path)) == 3
    tifffile.imwrite(path, numbered(5), imagej=True, metadata={"axes": "ZYX"})
    assert len(image_layout(path)) == 5
