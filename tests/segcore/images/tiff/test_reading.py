"""TIFF files of all kinds that tifffile writes; what must be seen is worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile

from segcore.errors import ImageError
from segcore.images.image import image_header, read_image, reading
from segcore.images.raw_image import read_raw
from segcore.images.tiff.source import TiffSource

BIG = np.random.default_rng(3).integers(0, 256, (70, 50, 3), np.uint8)


@pytest.mark.parametrize("compression", [None, "lzw", "deflate", "packbits", "zstd", "lzma", "webp", "jpeg2000", "png"])
@pytest.mark.parametrize("tile", [None, (16, 32)])
def test_strips_and_tiles_of_any_compression(tmp_path, compression, tile):
    """Every pixel is back; tiles stick out at the right and at the bottom (50 = 32 + 18, 70 = 4 * 16 + 6)."""
    lossless = {"webp": {"lossless": True}, "jpeg2000": {"level": 0}}
    options = {"compressionargs": lossless[compression]} if compression in lossless else {}
    kind = {"tile": tile} if tile else {"rowsperstrip": 9}
    tifffile.imwrite(tmp_path / "a.tif", BIG, photometric="rgb", compression=compression, **kind, **options)
    assert (read_image(tmp_path / "a.tif") == BIG).all()
    assert (read_raw(tmp_path / "a.tif") == BIG).all()


def test_jpeg_in_tiles_is_nearly_the_same(tmp_path):
    smooth = np.add.outer(np.arange(64), np.arange(48)).astype(np.uint8)
    smooth = np.stack([smooth, 255 - smooth, smooth // 2], axis=-1)
    for name, values, colours in (("a.tif", smooth, "rgb"), ("b.tif", smooth[..., 0], "minisblack")):
        tifffile.imwrite(tmp_path / name, values, photometric=colours, compression="jpeg", tile=(16, 32))
        wanted = smooth if name == "a.tif" else smooth[..., :1]
        assert np.abs(read_image(tmp_path / name).astype(int) - wanted).mean() < 2


@pytest.mark.parametrize("options", [{"bigtiff": True}, {"byteorder": ">"}, {"predictor": True, "compression": "lzw"}])
def test_other_ways_to_write_the_same(tmp_path, options):
    tifffile.imwrite(tmp_path / "a.tif", BIG, photometric="rgb", **options)
    assert (read_image(tmp_path / "a.tif") == BIG).all()


@pytest.mark.parametrize("tile", [None, (16, 16)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_planes_beside_each_other(tmp_path, tile, dtype):
    """One plane after the other; 16 bits become 0 to 255 by themselves, as they are 257 times as large."""
    planes = np.moveaxis(BIG, -1, 0).astype(dtype) * (257 if dtype == np.uint16 else 1)
    tifffile.imwrite(tmp_path / "a.tif", planes, photometric="rgb", planarconfig="separate", tile=tile)
    assert (read_image(tmp_path / "a.tif") == BIG).all()
    assert (read_raw(tmp_path / "a.tif") == np.moveaxis(planes, 0, -1)).all()


@pytest.mark.parametrize("dtype", [np.uint16, np.uint32, np.int16, np.float16, np.float32, np.float64])
def test_more_than_eight_bits_are_stretched(tmp_path, dtype):
    """By hand: from 0 to 1000 in steps of 1000, the half is 127.5, which rounds to 128 (127 or 128 in float16)."""
    values = np.array([[0, 500, 1000]] * 4, dtype)
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="minisblack", compression="deflate")
    found = read_image(tmp_path / "a.tif")
    assert found[0, :, 0].tolist() == [0, 128, 255]
    assert (found[..., 1] == found[..., 0]).all()
    raw = read_raw(tmp_path / "a.tif")
    assert raw[0, :, 0].tolist() == [0, 500, 1000]
    assert raw.dtype == (dtype if dtype in (np.uint16, np.float32) else np.float32)


def test_what_holds_no_data_counts_for_no_range(tmp_path):
    values = np.array([[-9999.0, 0, 500, 1000]] * 4, np.float32)
    tifffile.imwrite(tmp_path / "a.tif", values, extratags=[(42113, "s", 0, "-9999", True)])
    assert read_image(tmp_path / "a.tif")[0, :, 0].tolist() == [0, 0, 128, 255]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_palettes(tmp_path, dtype):
    colours = np.zeros((3, 256 if dtype == np.uint8 else 65536), np.uint16)
    colours[:, 7] = (10 << 8, 20 << 8, 30 << 8)
    index = np.array([[0, 7], [7, 0]], dtype)
    tifffile.imwrite(tmp_path / "a.tif", index, photometric="palette", colormap=colours)
    assert read_image(tmp_path / "a.tif").tolist() == [[[0] * 3, [10, 20, 30]], [[10, 20, 30], [0] * 3]]


def test_white_is_zero(tmp_path):
    values = np.array([[0, 200]], np.uint8)
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="miniswhite")
    assert read_image(tmp_path / "a.tif")[0, :, 0].tolist() == [255, 55]
    tifffile.imwrite(tmp_path / "b.tif", values.astype(np.uint16) * 5, photometric="miniswhite")
    assert read_image(tmp_path / "b.tif")[0, :, 0].tolist() == [255, 0]
    tifffile.imwrite(tmp_path / "c.tif", values > 0, photometric="miniswhite")
    assert read_image(tmp_path / "c.tif")[0, :, 0].tolist() == [255, 0]


def test_opacity_is_no_channel(tmp_path):
    values = np.dstack([BIG, np.full((70, 50), 9, np.uint8)])
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="rgb", extrasamples=["unassalpha"])
    tifffile.imwrite(tmp_path / "b.tif", values, photometric="rgb", extrasamples=["unspecified"])
    for name, channels in (("a.tif", 3), ("b.tif", 4)):
        assert (read_image(tmp_path / name) == BIG).all()
        assert read_raw(tmp_path / name).shape == (70, 50, channels)


@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("tile", [None, (16, 16)])
def test_five_channels_show_the_first_three_each_in_its_own_range(tmp_path, planar, tile):
    """Channel n goes from 0 to 10 ** n: the greatest values are brightest in all three, the half is 128 in all."""
    values = np.stack([np.array([[0, 1, 2]] * 4) * 10**n for n in range(5)], axis=-1).astype(np.uint16)
    stored = values if planar == "contig" else np.moveaxis(values, -1, 0)
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric="minisblack", planarconfig=planar, tile=tile)
    assert read_image(tmp_path / "a.tif")[0].tolist() == [[0] * 3, [128] * 3, [255] * 3]
    assert (read_raw(tmp_path / "a.tif") == values).all()


def test_two_channels_show_the_first(tmp_path):
    values = np.array([[[3, 200], [5, 100]]], np.uint8)
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="minisblack", planarconfig="contig")
    assert read_image(tmp_path / "a.tif").tolist() == [[[3] * 3, [5] * 3]]
    assert (read_raw(tmp_path / "a.tif") == values).all()


def test_a_large_picture_is_decoded_twice_instead_of_kept(tmp_path, monkeypatch):
    deep = BIG.astype(np.uint16) * 50
    tifffile.imwrite(tmp_path / "a.tif", deep, photometric="rgb", tile=(16, 16), compression="deflate")
    tifffile.imwrite(tmp_path / "b.tif", deep, photometric="minisblack", planarconfig="contig", rowsperstrip=7)
    for name in ("a.tif", "b.tif"):
        kept = read_image(tmp_path / name)
        with monkeypatch.context() as patch:
            patch.setattr("segcore.images.tiff.decode.HELD", 0)
            assert (read_image(tmp_path / name) == kept).all()


def test_empty_tiles_hold_no_data(tmp_path):
    """GDAL writes no tile that is all no data: its place and its length are 0."""
    with tifffile.TiffWriter(tmp_path / "a.tif") as out:
        tiles = iter([np.full((16, 16), 7, np.uint8), None])
        out.write(tiles, shape=(16, 32), dtype=np.uint8, tile=(16, 16), compression="deflate")
    assert read_image(tmp_path / "a.tif")[0, ::16, 0].tolist() == [7, 0]


def test_truncated_and_foreign_files_are_named(tmp_path):
    for n, options in enumerate(({}, {"tile": (16, 16)}, {"compression": "lzw"}, {"compression": "jpeg"})):
        path = tmp_path / f"{n}.tif"
        tifffile.imwrite(path, BIG, photometric="rgb", **options)
        with tifffile.TiffFile(path) as file:
            end = file.pages[0].dataoffsets[-1] + file.pages[0].databytecounts[-1]
        data = bytearray(path.read_bytes())
        path.write_bytes(data[: end - 40])
        with pytest.raises(ImageError, match=f"{n}.tif cannot be read"):
            read_image(path)
    tifffile.imwrite(tmp_path / "complex.tif", np.ones((4, 4), np.complex64))
    with pytest.raises(ImageError, match="its values are of a kind that is not read"):
        read_image(tmp_path / "complex.tif")


def test_a_tile_that_says_it_is_larger_is_not_decoded(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", BIG, photometric="rgb", compression="jpeg", tile=(16, 16))
    data = bytearray((tmp_path / "a.tif").read_bytes())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = b"\xff\x00\xff\x00"
    (tmp_path / "a.tif").write_bytes(data)
    with pytest.raises(ImageError, match="a strip or tile of it is too large"):
        read_image(tmp_path / "a.tif")


def test_cielab_is_left_to_pillow(tmp_path):
    values = np.full((4, 4, 3), (128, 0, 0), np.uint8)
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="cielab")
    assert read_image(tmp_path / "a.tif").shape == (4, 4, 3)
    assert read_raw(tmp_path / "a.tif").shape[:2] == (4, 4)
    assert image_header(tmp_path / "a.tif").pages == 1


def test_a_cancel_is_heard_between_tiles(tmp_path, monkeypatch):
    """Twenty tiles of which one is decoded at a time: closed after three steps, the others stay as they are."""
    tifffile.imwrite(tmp_path / "a.tif", BIG, photometric="rgb", tile=(16, 16), compression="deflate")
    monkeypatch.setattr("segcore.images.tiff.source.BATCH_BYTES", 1)
    decode, decoded = TiffSource.read, []
    monkeypatch.setattr(TiffSource, "read", lambda source, piece: decoded.append(piece) or decode(source, piece))
    task = reading(tmp_path / "a.tif")
    shares = [next(task).fraction for _ in range(3)]
    task.close()
    assert shares == [0.05, 0.1, 0.15]
    assert len(decoded) == 3
