from __future__ import annotations

import numpy as np
import pytest
import tifffile
from PIL import Image

from segcore.images.geo.geo_tags import geo_tags
from segcore.images.geo.georeference import GeoReference, metres_of_wkt
from segcore.images.geo.reading import read_georeference
from segcore.images.geo.world_file import world_file_name, write_world_files

UTM33 = (
    'PROJCS["WGS 84 / UTM zone 33N",GEOGCS["WGS 84",UNIT["degree",0.0174532925199433]],UNIT["metre",1],'
    'AUTHORITY["EPSG","32633"]]'
)
DEGREES = 'GEOGCS["WGS 84",UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]'


def keys(*entries):
    return (34735, "H", 4 * (len(entries) + 1), (1, 1, 0, len(entries), *(n for e in entries for n in e)), True)


def geotiff(path, *tags, **options):
    tifffile.imwrite(path, np.zeros((4, 5), np.uint8), extratags=list(tags), metadata=None, **options)
    return path


SCALE = (33550, "d", 3, (0.5, 0.25, 0.0), True)
TIE = (33922, "d", 6, (0.0, 0.0, 0.0, 1000.0, 2000.0, 0.0), True)
IN_UTM = keys((1024, 0, 1, 1), (1025, 0, 1, 1), (3072, 0, 1, 32633), (3076, 0, 1, 9001))


@pytest.mark.parametrize("options", [{}, {"byteorder": ">"}, {"bigtiff": True}])
def test_scale_and_tiepoint(tmp_path, options):
    """By hand: the corner of the first pixel is at (1000, 2000), a pixel is 0.5 m wide and 0.25 m high."""
    found = read_georeference(geotiff(tmp_path / "a.tif", SCALE, TIE, IN_UTM, **options))
    assert found.transform == (0.5, 0.0, 1000.0, 0.0, -0.25, 2000.0)
    assert (found.crs, found.epsg(), found.pixel_metres()) == ("EPSG:32633", 32633, (0.5, 0.25))
    assert {tag.number: tag.values for tag in found.tags}[33550] == (0.5, 0.25, 0.0)


def test_coordinates_of_the_middle_of_a_pixel(tmp_path):
    """PixelIsPoint: (1000, 2000) is the middle of the first pixel, its corner half a pixel to the left and above."""
    point = keys((1024, 0, 1, 1), (1025, 0, 1, 2), (3072, 0, 1, 32633))
    found = read_georeference(geotiff(tmp_path / "a.tif", SCALE, TIE, point))
    assert found.transform == (0.5, 0.0, 999.75, 0.0, -0.25, 2000.125)
    assert found.pixel_metres() == (0.5, 0.25)  # UTM is in metres


def test_a_turned_image(tmp_path):
    """A pixel to the right is 3 east and 4 north: 5 m wide."""
    matrix = (34264, "d", 16, (3.0, 4.0, 0, 10.0, 4.0, -3.0, 0, 20.0, 0, 0, 0, 0, 0, 0, 0, 1.0), True)
    found = read_georeference(geotiff(tmp_path / "a.tif", matrix, IN_UTM))
    assert found.transform == (3.0, 4.0, 10.0, 4.0, -3.0, 20.0)
    assert found.pixel_metres() == (5.0, 5.0)


def test_units(tmp_path):
    feet = keys((1024, 0, 1, 1), (3072, 0, 1, 2225), (3076, 0, 1, 9003))
    found = read_georeference(geotiff(tmp_path / "feet.tif", SCALE, TIE, feet))
    assert found.pixel_metres()[0] == pytest.approx(0.5 * 0.3048006096)
    degrees = keys((1024, 0, 1, 2), (2048, 0, 1, 4326))
    found = read_georeference(geotiff(tmp_path / "degrees.tif", SCALE, TIE, degrees))
    assert (found.crs, found.pixel_metres()) == ("EPSG:4326", None)
    own = keys((1024, 0, 1, 1), (3072, 0, 1, 32767))
    assert read_georeference(geotiff(tmp_path / "own.tif", SCALE, TIE, own)).crs == ""


def test_an_image_without_a_place_or_with_a_damaged_one(tmp_path):
    assert read_georeference(geotiff(tmp_path / "a.tif")) is None
    found = read_georeference(geotiff(tmp_path / "b.tif", TIE))  # ground control points alone
    assert (found.transform, found.pixel_metres()) == (None, None)
    odd = geotiff(tmp_path / "c.tif", (33550, "d", 1, (0.5,), True), (34735, "H", 2, (1, 1), True))
    assert read_georeference(odd).transform is None
    (tmp_path / "d.tif").write_bytes(b"II*\0 nothing")
    assert read_georeference(tmp_path / "d.tif") is None
    assert read_georeference(tmp_path / "missing.tif") is None


@pytest.mark.parametrize(
    ("name", "beside"),
    [("a.jpg", "a.jgw"), ("a.png", "a.pgw"), ("a.tif", "a.tfw"), ("a.png", "a.wld"), ("a.png", "a.pngw")],
)
def test_world_files(tmp_path, name, beside):
    """Its lines are a, d, b, e and the middle of the first pixel, (1000.25, 1999.875): the corner is (1000, 2000)."""
    Image.new("L", (5, 4)).save(tmp_path / name)
    assert read_georeference(tmp_path / name) is None
    (tmp_path / beside).write_text("0.5\n0\n0\n-0.25\n1000.25\n1999.875\n")
    (tmp_path / "a.prj").write_text(UTM33)
    found = read_georeference(tmp_path / name)
    assert found.transform == (0.5, 0.0, 1000.0, 0.0, -0.25, 2000.0)
    assert (found.crs, found.epsg(), found.pixel_metres()) == (UTM33, 32633, (0.5, 0.25))


def test_what_gdal_writes_beside_an_image(tmp_path):
    Image.new("L", (5, 4)).save(tmp_path / "a.png")
    quoted = DEGREES.replace('"', "&quot;")
    (tmp_path / "a.png.aux.xml").write_text(
        f'<PAMDataset>\n<SRS dataAxisToSRSAxisMapping="2,1">{quoted}</SRS>\n'
        "<GeoTransform> 1.0000e+01, 5.0e-01, 0.0, 2.0e+01, 0.0, -2.5e-01</GeoTransform>\n</PAMDataset>"
    )
    found = read_georeference(tmp_path / "a.png")
    assert found == GeoReference((0.5, 0.0, 10.0, 0.0, -0.25, 20.0), DEGREES)
    assert (found.epsg(), found.is_projected()) == (4326, False)


@pytest.mark.parametrize("text", ["", "1\n2\n3\n", "a\nb\nc\nd\ne\nf\n", "0\n0\n0\n0\n1\n1\n", "nan\n0\n0\n1\n0\n0\n"])
def test_a_damaged_world_file_says_nothing(tmp_path, text):
    Image.new("L", (5, 4)).save(tmp_path / "a.png")
    (tmp_path / "a.pgw").write_text(text)
    assert read_georeference(tmp_path / "a.png") is None


@pytest.mark.parametrize("crs", ["", "EPSG:32633", UTM33])
def test_what_is_written_beside_a_label_map_is_read_again(tmp_path, crs):
    place = GeoReference((0.1, 0.02, 499_980.3, 0.03, -1 / 3, 5_300_040.7), crs, 1.0 if crs == UTM33 else None)
    Image.new("L", (5, 4)).save(tmp_path / "b.png")
    write_world_files(tmp_path / "b.png", place)
    found = read_georeference(tmp_path / "b.png")
    assert np.allclose(found.transform, place.transform, rtol=1e-15, atol=0)
    assert (found.crs, found.metres) == (place.crs, place.metres)
    assert (tmp_path / "b.prj").exists() == (crs == UTM33)
    assert (tmp_path / "b.png.aux.xml").exists() == bool(crs)


def test_a_place_becomes_tags():
    """North is up: scale and tiepoint; turned: the matrix. Keys name the coordinates when their number is known."""
    north = {tag.number: tag.values for tag in geo_tags(GeoReference((2.0, 0.0, 7.0, 0.0, -3.0, 9.0), UTM33))}
    assert north[33550] == (2.0, 3.0, 0.0)
    assert north[33922] == (0.0, 0.0, 0.0, 7.0, 9.0, 0.0)
    assert north[34735] == (1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 32633)
    turned = {tag.number: tag.values for tag in geo_tags(GeoReference((2.0, 1.0, 7.0, 1.0, -3.0, 9.0)))}
    assert turned[34264] == (2.0, 1.0, 0.0, 7.0, 1.0, -3.0, 0.0, 9.0, 0, 0, 0, 0, 0, 0, 0, 1.0)
    assert turned[34735] == (1, 1, 0, 1, 1025, 0, 1, 1)


def test_names_and_units():
    assert [world_file_name(name) for name in ("a.png", "b.c.tif", "x.jpeg")] == ["a.pgw", "b.c.tfw", "x.jgw"]
    assert metres_of_wkt(UTM33) == 1.0
    assert metres_of_wkt(UTM33.replace('UNIT["metre",1]', 'UNIT["Foot_US",0.3048006096012192]')) == 0.3048006096012192
    assert metres_of_wkt(DEGREES) is None
    assert metres_of_wkt("nonsense") is None
