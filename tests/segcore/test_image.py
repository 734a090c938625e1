from __future__ import annotations

import os
import sys

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps

import segcore.image
from segcore.errors import ImageError
from segcore.image import image_size, list_images, read_image

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
    assert np.array_equal(segcore.image._turned(QUADRANTS, orientation), np.array(ImageOps.exif_transpose(picture)))


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


def test_a_bomb_is_refused_before_decoding(tmp_path, monkeypatch):
    path = tmp_path / "x.png"
    Image.new("1", (3000, 3000)).save(path)
    monkeypatch.setattr(segcore.image, "MAX_PIXELS", 1_000_000)
    with pytest.raises(ImageError, match="3000 x 3000"):
        read_image(path)
    assert image_size(path) == (3000, 3000)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "WEBP", "GIF"])
def test_no_damage_escapes_as_another_error(tmp_path, kind):
    path = tmp_path / "x.img"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (24, 30, 3), np.uint8)).save(path, kind)
    data, rng = path.read_bytes(), np.random.default_rng(1)
    for trial in range(60):
        broken = bytearray(data[: rng.integers(0, len(data))] if trial % 3 == 0 else data)
        for place in rng.integers(0, max(1, min(len(broken), 400)), 3) if broken else ():
            broken[place] ^= 1 << int(rng.integers(0, 8))
        path.write_bytes(bytes(broken))
        for read in (read_image, image_size):
            try:
                read(path)
            except ImageError:
                continue


def test_list_images(tmp_path):
    for name in ("b.JPG", "a.png", "note.txt", ".hidden.png", "sub/ü.tif", "sub/deep/c.webp", "x.maskwright/d.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert list(list_images(tmp_path)) == ["a.png", "b.JPG", "sub/ü.tif", "sub/deep/c.webp"]
    with pytest.raises(OSError, match="none"):
        list(list_images(tmp_path / "none"))


@pytest.mark.skipif(sys.platform == "win32", reason="making links needs rights on Windows")
def test_a_link_to_an_ancestor_ends(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.png").touch()
    os.symlink(tmp_path, tmp_path / "a" / "up")
    assert list(list_images(tmp_path)) == ["a/x.png"]
