from __future__ import annotations

import json

import numpy as np
import pytest
import tifffile

from segcore.errors import LabelError, LabelSizeError
from segcore.formats.export import export_project
from segcore.formats.geotiff import GeoTiffWriter
from segcore.formats.import_labels import ImportChoices, import_labels
from segcore.formats.import_plan import plan_import
from segcore.formats.label_picture import read_label_picture
from segcore.formats.open_labels import open_labels
from segcore.images.geo.reading import read_georeference
from segcore.images.label_tiff import read_label_tiff
from segcore.labels.classes import ClassSet, SegClass
from segcore.progress import drive
from segcore.project.project import Project

CLASSES = ClassSet((SegClass(0, "water", (1, 2, 3)), SegClass(7, "Straße", (40, 50, 60))))
KEYS = (1024, 0, 1, 1, 1025, 0, 1, 2, 1026, 34737, 22, 0, 2057, 34736, 1, 0, 3072, 0, 1, 32633)
TAGS = [
    (33550, "d", 3, (1 / 3, 0.1, 0.0), True),
    (33922, "d", 6, (0.0, 0.0, 0.0, 499_980.123456789, 5_300_040.7, 0.0), True),
    (34735, "H", 24, (1, 1, 0, 5, *KEYS), True),
    (34736, "d", 2, (6378137.0, 298.257223563), True),
    (34737, "s", 0, "WGS 84 / UTM zone 33N|", True),
]


def rings(height=20, width=30):
    labels = np.full((height, width), 255, np.uint8)
    labels[2:18, 0:16] = 0
    labels[6:12, 4:10] = 7
    return labels


@pytest.fixture(params=["<", ">"])
def project(tmp_path, request):
    (tmp_path / "images").mkdir()
    image = np.zeros((20, 30, 3), np.uint8)
    tifffile.imwrite(tmp_path / "images" / "a.tif", image, photometric="rgb", extratags=TAGS, byteorder=request.param)
    with Project.create(tmp_path / "p", tmp_path / "images", CLASSES) as project:
        project.import_labels("a.tif", rings())
        yield project


def test_geo_tags_come_back_as_they_were(project, tmp_path):
    drive(export_project(project, ["geotiff"], tmp_path / "out"))
    path = tmp_path / "out" / "geotiff" / "a.tif"
    with tifffile.TiffFile(path) as label, tifffile.TiffFile(tmp_path / "images" / "a.tif") as image:
        assert label.pages[0].geotiff_tags == image.pages[0].geotiff_tags != {}
        assert label.geotiff_metadata == image.geotiff_metadata
        assert label.geotiff_metadata["ProjectedCSTypeGeoKey"] == 32633
        for number in (33550, 33922, 34735, 34736, 34737):
            assert label.pages[0].tags[number].value == image.pages[0].tags[number].value
        assert label.pages[0].tags[42113].value == "255"
        assert label.pages[0].asarray().tolist() == rings().tolist()
        assert label.pages[0].colormap[:, 7].tolist() == [40 * 257, 50 * 257, 60 * 257]
    assert read_georeference(path) == read_georeference(tmp_path / "images" / "a.tif")


def test_round_trip_through_an_import(project, tmp_path):
    drive(export_project(project, ["geotiff", "png"], tmp_path / "out"))
    back = open_labels(tmp_path / "out", "geotiff")
    assert back.classes == CLASSES
    assert np.array_equal(back.picture("a.tif", (20, 30)).pixels, rings())
    with Project.create(tmp_path / "q", tmp_path / "images", CLASSES) as other:
        plan = drive(plan_import(other, tmp_path / "out" / "geotiff"))
        assert [value.value for value in plan.values] == [0, 7, 255]
        drive(import_labels(other, plan, ImportChoices(plan.mapping())))
        assert np.array_equal(other.load_label_map("a.tif").ground_truth(), rings())


def test_the_other_formats_write_world_files(project, tmp_path):
    """By hand: PixelIsPoint, so the tiepoint is the middle of the first pixel, which a world file wants."""
    drive(export_project(project, ["png", "voc"], tmp_path / "out"))
    for folder in ("labels", "SegmentationClass"):
        lines = (tmp_path / "out" / folder / "a.pgw").read_text().split()
        wanted = [1 / 3, 0, 0, -0.1, 499_980.123456789, 5_300_040.7]
        assert [float(each) for each in lines] == pytest.approx(wanted, rel=1e-15)
        assert "<SRS>EPSG:32633</SRS>" in (tmp_path / "out" / folder / "a.png.aux.xml").read_text()


def test_a_world_file_becomes_tags(tmp_path):
    from PIL import Image

    (tmp_path / "images").mkdir()
    Image.new("RGB", (30, 20)).save(tmp_path / "images" / "a.jpg")
    (tmp_path / "images" / "a.jgw").write_text("2\n0\n0\n-3\n8\n7.5\n")
    (tmp_path / "images" / "a.prj").write_text('PROJCS["UTM",UNIT["metre",1],AUTHORITY["EPSG","32633"]]')
    with Project.create(tmp_path / "p", tmp_path / "images", CLASSES) as project:
        project.import_labels("a.jpg", rings())
        drive(export_project(project, ["geotiff"], tmp_path / "out"))
    with tifffile.TiffFile(tmp_path / "out" / "geotiff" / "a.tif") as found:
        said = found.geotiff_metadata
    assert said["ModelPixelScale"] == [2.0, 3.0, 0.0]
    assert said["ModelTiepoint"] == [0.0, 0.0, 0.0, 7.0, 9.0, 0.0]
    assert said["ProjectedCSTypeGeoKey"] == 32633


def test_an_image_without_a_place_becomes_an_ordinary_tiff(tmp_path):
    writer = GeoTiffWriter(tmp_path, CLASSES, ["a/x.jpg"])
    large = np.zeros((600, 700), np.uint8)
    large[100:, 50:] = 7
    writer.add("a/x.jpg", large)
    writer.finish()
    assert np.array_equal(open_labels(tmp_path).picture("a/x.tif", (600, 700)).pixels, large)
    assert json.loads((tmp_path / "classes.json").read_text())
    assert [p.name for p in (tmp_path / "geotiff" / "a").iterdir()] == ["x.tif"]


def label(path, values, **options):
    tifffile.imwrite(path, values, photometric=options.pop("photometric", "minisblack"), **options)
    return path


def test_label_maps_of_other_programs(tmp_path):
    """16-bit values of classes, 99 for no data; a grey map; colours."""
    deep = label(tmp_path / "a.tif", np.array([[3, 99]], np.int16), extratags=[(42113, "s", 0, "99", True)])
    assert read_label_tiff(deep)[0].tolist() == [[3, 255]]
    assert read_label_picture(label(tmp_path / "b.tif", np.array([[4, 200]], np.uint8)), (1, 2)).values() == [4, 200]
    empty = [(42113, "s", 0, "-9999", True)]
    ratio = label(tmp_path / "d.tif", np.array([[7, np.nan, -9999]], np.float32), extratags=empty)
    assert read_label_tiff(ratio)[0].tolist() == [[7, 255, 255]], "ImageJ saves whole numbers as 32-bit floats, too"
    signed = label(tmp_path / "e.tif", np.array([[5, -1]], np.int8), extratags=[(42113, "s", 0, "-1", True)])
    assert read_label_tiff(signed)[0].tolist() == [[5, 255]]
    colours = label(tmp_path / "c.tif", np.array([[[255, 0, 0], [0, 0, 9]]], np.uint8), photometric="rgb")
    assert read_label_picture(colours, (1, 2)).values() == [(0, 0, 9), (255, 0, 0)]


def test_what_is_no_label_map_is_refused_by_name(tmp_path):
    big = label(tmp_path / "big.tif", np.array([[3, 300]], np.uint16))
    with pytest.raises(LabelError, match=r"big.tif holds values from 3 to 300"):
        read_label_tiff(big)
    with pytest.raises(LabelError, match=r"fine.tif holds numbers with a fraction"):
        read_label_tiff(label(tmp_path / "fine.tif", np.array([[0.5, 3000]], np.float32)))
    with pytest.raises(LabelError, match=r"inf.tif holds values from 1 to inf"):
        read_label_tiff(label(tmp_path / "inf.tif", np.array([[1, np.inf]], np.float32)))
    with pytest.raises(LabelSizeError, match=r"big.tif measures 2 x 1, its image 9 x 5"):
        read_label_picture(big, (5, 9))
    deep = label(tmp_path / "deep.tif", np.zeros((2, 2, 3), np.uint16), photometric="rgb")
    with pytest.raises(LabelError, match=r"deep.tif has more than 8 bits"):
        read_label_picture(deep, (2, 2))
    (tmp_path / "cut.tif").write_bytes(big.read_bytes()[:30])
    with pytest.raises(LabelError, match=r"cut.tif"):
        read_label_picture(tmp_path / "cut.tif", (1, 2))
