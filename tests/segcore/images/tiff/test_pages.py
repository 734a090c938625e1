"""Which pages a TIFF file has, and smaller copies of them."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile

import segcore.images.image
from segcore.errors import ImageError
from segcore.images.image import image_header, image_size, pages_of, read_draft, read_image, read_thumbnail
from segcore.images.raw_image import read_raw


def numbered(*shape):
    """Pictures of 4 x 5 pixels; all pixels of the n-th have the value n."""
    count = int(np.prod(shape))
    return np.repeat(np.arange(count, dtype=np.uint8), 20).reshape(*shape, 4, 5)


def first_values(path):
    return [read_image(path, n)[0, 0].tolist() for n in range(len(pages_of(path)))]


def test_each_page_is_read_by_its_number(tmp_path):
    with tifffile.TiffWriter(tmp_path / "a.tif") as out:
        for n in range(3):
            out.write(np.full((4 + n, 5), 7 * n, np.uint8), photometric="minisblack", metadata=None,
                      extratags=[(285, "s", 0, f"leaf {n}", True)])  # fmt: skip
    assert first_values(tmp_path / "a.tif") == [[0] * 3, [7] * 3, [14] * 3]
    assert [each.name for each in pages_of(tmp_path / "a.tif")] == ["leaf 0", "leaf 1", "leaf 2"]
    assert image_size(tmp_path / "a.tif", 2) == (6, 5)
    assert read_raw(tmp_path / "a.tif", 1).tolist() == np.full((5, 5, 1), 7).tolist()
    for page in (3, -1):
        with pytest.raises(ImageError, match=rf"a.tif cannot be read as an image \(it has no page {page + 1}, only 3"):
            read_image(tmp_path / "a.tif", page)


def test_other_files_have_one_page(tmp_path):
    import cv2

    cv2.imwrite(str(tmp_path / "a.png"), numbered(1)[0])
    assert pages_of(tmp_path / "a.png") == ()
    assert read_image(tmp_path / "a.png", 0).shape == (4, 5, 3)
    with pytest.raises(ImageError, match="it has no page 2, only 1"):
        read_image(tmp_path / "a.png", 1)


@pytest.mark.parametrize(
    "options",
    [
        {"imagej": True, "metadata": {"axes": "ZCYX"}},
        {"imagej": True, "metadata": {"axes": "ZCYX"}, "compression": "deflate"},
        {"ome": True, "metadata": {"axes": "ZCYX"}},
        {"metadata": {"axes": "ZCYX"}},
        {"metadata": {"axes": "ZCYX"}, "truncate": True},
    ],
)
def test_channels_that_are_pages_belong_to_their_slice(tmp_path, options):
    """Two slices of three channels: pictures 0, 1, 2 are the first slice, 3, 4, 5 the second."""
    path = tmp_path / ("a.ome.tif" if "ome" in options else "a.tif")
    tifffile.imwrite(path, numbered(2, 3), photometric="minisblack", **options)
    assert [each.name for each in pages_of(path)] == ["Z 1", "Z 2"]
    assert image_header(path).pages == 2
    assert first_values(path) == [[0, 1, 2], [3, 4, 5]]
    assert read_raw(path, 1)[3, 4].tolist() == [3, 4, 5]
    assert read_raw(path)[0, 0].tolist() == [0, 1, 2]


def test_channels_before_slices(tmp_path):
    """Axes C, Z: pictures 0 and 2 are the two channels of the first slice."""
    tifffile.imwrite(tmp_path / "a.tif", numbered(2, 2), photometric="minisblack", metadata={"axes": "CZYX"})
    assert first_values(tmp_path / "a.tif") == [[0] * 3, [1] * 3]
    assert read_raw(tmp_path / "a.tif", 0)[0, 0].tolist() == [0, 2]


def test_time_and_slices_are_named(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", numbered(2, 2), imagej=True, metadata={"axes": "TZYX"})
    assert [each.name for each in pages_of(tmp_path / "a.tif")] == ["T 1, Z 1", "T 1, Z 2", "T 2, Z 1", "T 2, Z 2"]


@pytest.mark.parametrize(
    "description",
    [
        "ImageJ=1.5\nimages=99\nslices=99\n",
        "ImageJ=1.5\nimages=0\n",
        '{"shape": [7, 4, 5], "axes": "CYX"}',
        '{"shape": [3, 4], "axes": "YXC"}',
        '{"shape": "a"}',
        "{" * 4000,
        "[" * 100_000,
        '<OME><Pixels DimensionOrder="XYCZT" SizeC="9" SizeZ="1" SizeT="1" /></OME>',
        '<OME><Pixels DimensionOrder="XYCZT" SizeC="-1" SizeZ="a" SizeT="1" /></OME>',
        '<OME><Pixels DimensionOrder="XYC" /></OME>',
    ],
)
def test_a_description_that_is_wrong_is_not_believed(tmp_path, description):
    with tifffile.TiffWriter(tmp_path / "a.tif") as out:
        for each in numbered(2):
            out.write(each, photometric="minisblack", description=description, metadata=None, compression="deflate")
    assert first_values(tmp_path / "a.tif") == [[0] * 3, [1] * 3]


def pyramid(path, whole, small, within, bigtiff=False):
    """A picture and a smaller copy, within the picture's directory (SubIFD) or as a page that says so."""
    with tifffile.TiffWriter(path, bigtiff=bigtiff) as out:
        out.write(whole, photometric="rgb", tile=(16, 16), subifds=1 if within else None, metadata=None)
        out.write(small, photometric="rgb", subfiletype=1, tile=(16, 16), metadata=None)


@pytest.mark.parametrize("within", [False, True])
@pytest.mark.parametrize("bigtiff", [False, True])
def test_smaller_copies_are_drafts_and_thumbnails(tmp_path, monkeypatch, within, bigtiff):
    """The copy is red and the picture black, so that it is seen which one was read."""
    whole, small = np.zeros((80, 60, 3), np.uint8), np.full((40, 30, 3), (255, 0, 0), np.uint8)
    pyramid(tmp_path / "a.tif", whole, small, within, bigtiff=bigtiff)
    assert len(pages_of(tmp_path / "a.tif")) == 1
    assert not read_image(tmp_path / "a.tif").any()
    assert read_draft(tmp_path / "a.tif") is None  # small enough to be waited for
    monkeypatch.setattr(segcore.images.image, "DRAFT_PIXELS", 2000)
    assert (read_draft(tmp_path / "a.tif") == small).all()
    assert read_thumbnail(tmp_path / "a.tif", 30, 20)[0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_some_rows_and_columns_of_a_picture_without_compression_are_its_draft(tmp_path, monkeypatch, planar):
    """100 x 90 pixels at a side of 30: every third row and column."""
    monkeypatch.setattr(segcore.images.image, "DRAFT_PIXELS", 2000)
    monkeypatch.setattr(segcore.images.image, "DRAFT_SIDE", 30)
    whole = np.random.default_rng(5).integers(0, 256, (100, 90, 3), np.uint8)
    stored = whole if planar == "contig" else np.moveaxis(whole, -1, 0)
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric="rgb", planarconfig=planar)
    assert (read_draft(tmp_path / "a.tif") == whole[::3, ::3]).all()
    tifffile.imwrite(tmp_path / "b.tif", stored, photometric="rgb", planarconfig=planar, compression="lzw")
    assert read_draft(tmp_path / "b.tif") is None


def test_what_is_no_copy_is_not_taken_for_one(tmp_path, monkeypatch):
    monkeypatch.setattr(segcore.images.image, "DRAFT_PIXELS", 2000)
    pyramid(tmp_path / "a.tif", np.zeros((80, 60, 3), np.uint8), np.zeros((16, 40, 3), np.uint8), True)
    assert read_draft(tmp_path / "a.tif") is None
