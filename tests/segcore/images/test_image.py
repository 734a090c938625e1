from __future__ import annotations

import io
import struct
import time
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps

import segcore.images.deep_colour
import segcore.images.image
from segcore.errors import ImageError
from segcore.images.image import image_size, read_draft, read_image, read_thumbnail
from segcore.images.list_images import list_images
from tests.systems import posix_only

QUADRANTS = np.zeros((4, 6, 3), np.uint8)


QUADRANTS[:2, :3], QUADRANTS[:2, 3:], QUADRANTS[2:, :3] = (255, 0, 0), (0, 255, 0), (0, 0, 255)


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif", "ppm", "gif"])
def test_lossless_formats(tmp_path, suffix):
    path = tmp_path / f"ü.{suffix}"
    Image.fromarray(QUADRANTS).save(path)
    image = read_image(path)
    assert np.array_equal(image, QUADRANTS)
    assert image.dtype == np.uint8
    assert image.flags.c_contiguous
    assert image.flags.writeable
    assert image_size(path) == (4, 6)


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "RGBA", "CMYK"])
def test_other_modes_become_rgb(tmp_path, mode):
    path = tmp_path / ("x.tif" if mode == "CMYK" else "x.png")
    Image.new("RGB", (6, 4), (255, 255, 255)).convert(mode).save(path)
    assert np.array_equal(read_image(path), np.full((4, 6, 3), 255, np.uint8))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_rotation(tmp_path, orientation):
    path = tmp_path / "x.png"
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = Image.fromarray(QUADRANTS)
    picture.save(path, exif=exif)
    picture.info["exif"] = exif.tobytes()
    expected = np.array(ImageOps.exif_transpose(picture))
    assert np.array_equal(read_image(path), expected)
    assert image_size(path) == expected.shape[:2]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_rotation_of_deep_images_agrees_with_the_others(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = Image.fromarray(QUADRANTS)
    picture.info["exif"] = exif.tobytes()
    assert np.array_equal(
        segcore.images.image.upright(QUADRANTS, orientation), np.array(ImageOps.exif_transpose(picture))
    )


@pytest.mark.parametrize("name", ["grey.png", "grey.tif", "colour.png", "colour.tif"])
def test_sixteen_bits_are_stretched(tmp_path, name):
    ramp = np.linspace(0, 4095, 1000).astype(np.uint16).reshape(20, 50)
    cv2.imwrite(str(tmp_path / name), ramp if name.startswith("grey") else np.dstack([ramp, ramp, ramp]))
    image = read_image(tmp_path / name)
    assert image.shape == (20, 50, 3)
    assert image.min() == 0
    assert image.max() == 255
    assert abs(int(image[10, 0, 0]) - 128) <= 2


def test_colour_order_of_deep_images(tmp_path):
    deep = np.zeros((2, 2, 3), np.uint16)
    deep[0, 0, 2] = 60000  # OpenCV writes BGR: this is red
    cv2.imwrite(str(tmp_path / "x.png"), deep)
    assert read_image(tmp_path / "x.png")[0, 0].tolist() == [255, 0, 0]


def test_a_flat_deep_image_does_not_divide_by_zero(tmp_path):
    cv2.imwrite(str(tmp_path / "x.png"), np.full((3, 3), 700, np.uint16))
    assert read_image(tmp_path / "x.png").max() == 0


def test_float_image_with_nan(tmp_path):
    values = np.linspace(0, 1, 100, dtype=np.float32).reshape(10, 10)
    values[0, 0] = np.nan
    Image.fromarray(values).save(tmp_path / "x.tif")
    assert read_image(tmp_path / "x.tif")[9, 9].tolist() == [255, 255, 255]


def test_bad_files_say_what_is_wrong(tmp_path):
    good = tmp_path / "good.jpg"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)).save(good)
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "text.jpg").write_text("no image")
    (tmp_path / "cut.jpg").write_bytes(good.read_bytes()[:1500])
    (tmp_path / "folder.jpg").mkdir()
    for name, text in (
        ("empty.jpg", "0 bytes"),
        ("text.jpg", "cannot be read"),
        ("cut.jpg", "truncated"),
        ("none.jpg", "no longer there"),
        ("folder.jpg", "cannot be read"),
    ):
        with pytest.raises(ImageError, match=text) as caught:
            read_image(tmp_path / name)
        assert name in caught.value.message
        assert caught.value.remedy


@pytest.mark.parametrize("name", ["x.png", "x.tif", "x.jpg"])
def test_a_size_costs_no_pixel(tmp_path, name):
    noise = np.random.default_rng(0).integers(0, 256, (1500, 2000, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / name)
    image_size(tmp_path / name)
    before = time.thread_time()
    image_size(tmp_path / name)
    size, before = time.thread_time() - before, time.thread_time()
    read_image(tmp_path / name)
    assert size < (time.thread_time() - before) / 3


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["x.jpg", "x.tif", "x.webp", "packed.tif", "grey.tif"])
def test_every_rotation_agrees_with_pillow(tmp_path, name, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    big = Image.fromarray(QUADRANTS).resize((96, 64), Image.Resampling.NEAREST)
    if name == "grey.tif":
        big = Image.fromarray(np.asarray(big)[..., 0].astype(np.uint16) * 200)
    options = {"compression": "tiff_lzw"} if name == "packed.tif" else {"quality": 100}
    big.save(tmp_path / name, exif=exif, **options)
    with (tmp_path / name).open("rb") as file, Image.open(file) as picture:  # by its path, Pillow turns grey.tif twice
        expected = np.array(ImageOps.exif_transpose(picture))
    found = read_image(tmp_path / name)
    assert found.shape[:2] == expected.shape[:2] == image_size(tmp_path / name)
    if name == "grey.tif":
        assert np.array_equal(found[..., 0] > 128, expected > 128)
    else:
        assert np.array_equal(found, expected)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_deep_colour_is_turned(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    plain = io.BytesIO(cv2.imencode(".png", QUADRANTS[..., ::-1].astype(np.uint16) * 257)[1].tobytes())
    data, body = plain.getvalue(), b"eXIf" + exif.tobytes().removeprefix(b"Exif\0\0")
    extra = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    (tmp_path / "x.png").write_bytes(data[:33] + extra + data[33:])
    picture = Image.fromarray(QUADRANTS)
    picture.info["exif"] = exif.tobytes()
    assert np.array_equal(read_image(tmp_path / "x.png"), np.array(ImageOps.exif_transpose(picture)))


def test_bands_join_without_a_seam(tmp_path, monkeypatch):
    values = np.random.default_rng(0).normal(500, 100, (61, 37)).astype(np.float32)
    Image.fromarray(values).save(tmp_path / "x.tif")
    whole = read_image(tmp_path / "x.tif")
    monkeypatch.setattr(segcore.images.deep_colour, "BAND_PIXELS", 100)
    assert np.array_equal(read_image(tmp_path / "x.tif"), whole)
    monkeypatch.setattr(segcore.images.deep_colour, "_VALUES", 500)
    assert np.abs(read_image(tmp_path / "x.tif").astype(int) - whole).max() < 30


@pytest.mark.parametrize("name", ["x.jpg", "p.jpg", "x.png", "x.gif", "deep.png", "x.tif"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_thumbnails(tmp_path, name, orientation):
    big = Image.fromarray(QUADRANTS).resize((960, 640), Image.Resampling.NEAREST)
    if name == "deep.png":
        cv2.imwrite(str(tmp_path / name), np.asarray(big)[..., ::-1].astype(np.uint16) * 257)
        orientation = 1
    else:
        exif = Image.Exif()
        exif[0x0112] = orientation
        options = {"exif": exif} if name != "x.gif" else {}
        big.save(tmp_path / name, **options, **({"progressive": True} if name == "p.jpg" else {}))
        orientation = orientation if name != "x.gif" else 1
    small = read_thumbnail(tmp_path / name, 72, 48)
    assert small.shape == (48, 72, 3)
    corner = small[4, 68] if orientation == 6 else small[4, 4]
    assert np.abs(corner.astype(int) - (255, 0, 0)).max() < 40


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_draft_of_a_large_jpeg_is_an_eighth_of_it_and_upright(tmp_path, monkeypatch, orientation):
    big = Image.fromarray(QUADRANTS).resize((960, 640), Image.Resampling.NEAREST)
    exif = Image.Exif()
    exif[0x0112] = orientation
    big.save(tmp_path / "x.jpg", exif=exif)
    big.save(tmp_path / "p.jpg", progressive=True)
    big.save(tmp_path / "x.png")
    assert read_draft(tmp_path / "x.jpg") is None, "it is read at once"
    monkeypatch.setattr(segcore.images.image, "DRAFT_PIXELS", 1000)
    draft = read_draft(tmp_path / "x.jpg")
    whole = read_image(tmp_path / "x.jpg")
    assert draft.shape[:2] == (whole.shape[0] // 8, whole.shape[1] // 8)
    assert np.abs(draft[3, 3].astype(int) - whole[24, 24]).max() < 10
    assert np.abs(draft[3, -3].astype(int) - whole[24, -24]).max() < 10
    assert read_draft(tmp_path / "p.jpg") is None, "all of it would have to be decoded"
    assert read_draft(tmp_path / "x.png") is None


def test_a_huge_image_has_a_thumbnail_only_when_it_is_cheap(tmp_path, monkeypatch):
    monkeypatch.setattr(segcore.images.image, "THUMBNAIL_PIXELS", 1000)
    Image.new("RGB", (100, 100)).save(tmp_path / "x.png")
    Image.new("RGB", (100, 100)).save(tmp_path / "x.jpg")
    Image.new("RGB", (100, 100)).save(tmp_path / "p.jpg", progressive=True)
    assert read_thumbnail(tmp_path / "x.jpg", 72, 48).shape == (48, 72, 3)
    for name in ("x.png", "p.jpg"):
        with pytest.raises(ImageError, match="too large for a thumbnail"):
            read_thumbnail(tmp_path / name, 72, 48)


@posix_only("Windows has no such files")
def test_folders_that_link_to_each_other_end(tmp_path):
    for name in "abc":
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.png").touch()
    for name in "abc":
        for other in "abc":
            (tmp_path / name / f"to-{other}").symlink_to(tmp_path / other)
    assert list(list_images(tmp_path)) == ["a/a.png", "b/b.png", "c/c.png"]
