from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from segcore.images.pixel_size import PixelSize, read_pixel_size


def tiff(path, **tags):
    info = TiffImagePlugin.ImageFileDirectory_v2()
    for tag, value in tags.items():
        info[int(tag[1:])] = value
    Image.fromarray(np.zeros((4, 5), np.uint8)).save(path, tiffinfo=info)
    return path


def test_imagej_names_pixels_for_each_micron(tmp_path):
    """4 pixels a micron: a pixel measures 0.25 µm; 2 upright: 0.5 µm."""
    path = tiff(tmp_path / "a.tif", t282=4.0, t283=2.0, t296=1, t270="ImageJ=1.53t\nunit=micron\nmin=0.0\n")
    assert read_pixel_size(path) == PixelSize(0.25, 0.5, "µm")


@pytest.mark.parametrize(("unit", "resolution", "size"), [(2, 254.0, 0.1), (3, 100.0, 0.1)])
def test_tiff_in_inches_and_centimetres(tmp_path, unit, resolution, size):
    found = read_pixel_size(tiff(tmp_path / "a.tif", t282=resolution, t283=resolution, t296=unit))
    assert found.unit == "mm"
    assert found.x == found.y == pytest.approx(size)


def test_geotiff_in_metres(tmp_path):
    """UTM: 0.5 m and 0.25 m; its resolution for printers does not count. Degrees are no length."""
    utm = (1, 1, 0, 2, 1024, 0, 1, 1, 3072, 0, 1, 32633)
    place = {"t33550": (0.5, 0.25, 0.0), "t33922": (0.0, 0.0, 0.0, 1000.0, 2000.0, 0.0)}
    resolution = {"t282": 254.0, "t283": 254.0, "t296": 2}
    assert read_pixel_size(tiff(tmp_path / "a.tif", **place, t34735=utm, **resolution)) == PixelSize(0.5, 0.25, "m")
    degrees = (1, 1, 0, 2, 1024, 0, 1, 2, 2048, 0, 1, 4326)
    assert read_pixel_size(tiff(tmp_path / "b.tif", **place, t34735=degrees)) is None


def test_a_world_file_with_its_coordinates(tmp_path):
    Image.new("L", (4, 4)).save(tmp_path / "a.png")
    (tmp_path / "a.pgw").write_text("2\n0\n0\n-3\n0\n0\n")
    assert read_pixel_size(tmp_path / "a.png") is None  # of what unit?
    (tmp_path / "a.prj").write_text('PROJCS["grid",UNIT["kilometre",1000]]')
    assert read_pixel_size(tmp_path / "a.png") == PixelSize(2000.0, 3000.0, "m")


def test_png_with_dots_per_inch(tmp_path):
    Image.new("L", (4, 4)).save(tmp_path / "a.png", dpi=(254, 508))
    found = read_pixel_size(tmp_path / "a.png")
    assert (found.x, found.y) == (pytest.approx(0.1, rel=1e-4), pytest.approx(0.05, rel=1e-4))


def test_nothing_that_can_be_used(tmp_path):
    Image.new("L", (4, 4)).save(tmp_path / "a.png")
    assert read_pixel_size(tmp_path / "a.png") is None
    assert read_pixel_size(tiff(tmp_path / "none.tif", t296=1)) is None
    assert read_pixel_size(tiff(tmp_path / "zero.tif", t282=0.0, t283=0.0, t296=2)) is None
    (tmp_path / "b.tif").write_bytes(b"II*\0 nothing")
    assert read_pixel_size(tmp_path / "b.tif") is None
    assert read_pixel_size(tmp_path / "missing.tif") is None


@pytest.mark.parametrize(
    "kept",
    [None, 3, {}, {"x": 0, "y": 1, "unit": "m"}, {"x": 1, "y": float("nan"), "unit": "m"}, {"x": 1, "y": 1, "unit": ""},
     {"x": True, "y": 1, "unit": "m"}, {"x": 1, "y": 1, "unit": "a\nb"}, {"x": 10**400, "y": 1, "unit": "m"}],
)  # fmt: skip
def test_what_is_kept_may_be_anything(kept):
    assert PixelSize.from_json(kept) is None
    size = PixelSize(0.5, 0.25, "µm")
    assert PixelSize.from_json(size.to_json()) == size
