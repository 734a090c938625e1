from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from segcore.errors import ImageError
from segcore.images.image import read_image
from segcore.images.jpeg import decode_jpeg

HEIGHT, WIDTH = 37, 51


def picture() -> Image.Image:
    down, across = np.arange(HEIGHT)[:, None], np.arange(WIDTH)[None]
    planes = [down * 6 + across, (down * across) % 256, 255 - across * 4 + 0 * down]
    return Image.fromarray(np.stack(planes, 2).astype(np.uint8))


def jpeg(mode: str = "RGB", **how: object) -> bytes:
    file = io.BytesIO()
    picture().convert(mode).save(file, "JPEG", quality=80, **how)
    return file.getvalue()


def decoded(data: bytes) -> np.ndarray | None:
    target = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    return target if decode_jpeg(io.BytesIO(data), target) else None


@pytest.mark.parametrize(
    ("mode", "how"),
    [
        ("RGB", {"subsampling": 0}),
        ("RGB", {"subsampling": 1}),
        ("RGB", {"subsampling": 2}),
        ("RGB", {"progressive": True}),
        ("RGB", {"keep_rgb": True}),
        ("RGB", {"restart_marker_rows": 1}),
        ("L", {}),
    ],
)
def test_pixels_are_those_of_pillow(mode, how):
    data = jpeg(mode, **how)
    assert np.array_equal(decoded(data), np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))


def test_what_is_no_whole_rgb_image_is_left_to_pillow(tmp_path):
    whole = jpeg()
    thumbnail = whole[:2] + b"\xff\xe1\x01\x02" + jpeg()[-256:] + whole[2:]  # holds an end of its own
    assert decoded(thumbnail) is not None
    for data in (jpeg("CMYK"), whole[:-200], thumbnail[:-200], whole[:100]):
        assert decoded(data) is None
    assert not decode_jpeg(io.BytesIO(whole), np.empty((HEIGHT, WIDTH - 1, 3), np.uint8))
    path = tmp_path / "x.jpg"
    path.write_bytes(whole[:-200])
    with pytest.raises(ImageError, match="truncated"):
        read_image(path)
    path.write_bytes(jpeg("CMYK"))
    assert read_image(path).shape == (HEIGHT, WIDTH, 3)


def test_a_file_much_larger_than_its_image_is_not_read_as_a_whole(monkeypatch):
    monkeypatch.setattr("segcore.images.jpeg.METADATA", 100)
    assert decoded(jpeg() + bytes(100 + 3 * HEIGHT * WIDTH)) is None


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_upright(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "x.jpg"
    path.write_bytes(jpeg(exif=exif))
    with Image.open(path) as image:
        assert np.array_equal(read_image(path), np.asarray(ImageOps.exif_transpose(image)))
