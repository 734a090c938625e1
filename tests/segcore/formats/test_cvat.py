from __future__ import annotations

import zipfile
from xml.etree import ElementTree

import numpy as np
import pytest

from segcore.errors import LabelError, LabelSizeError
from segcore.formats.cvat import CvatWriter
from segcore.formats.export_options import ExportOptions
from segcore.formats.open_labels import open_labels, recognised
from segcore.labels.classes import ClassSet, SegClass

CLASSES = ClassSet(
    (SegClass(0, "background", (0, 0, 0)), SegClass(7, 'Stra<ß>"e\x01', (4, 5, 6)), SegClass(2, "b & c", (1, 2, 3)))
)
IDS = ["x.jpg", "sub dir/ü&.jpg"]
HEAD = "<annotations><version>1.1</version><meta><task><labels>{}</labels></task></meta>"
CAT = HEAD.format("<label><name>cat</name><color>#ff0000</color></label>")


def labels(seed, shape=(15, 17)):
    return np.random.default_rng(seed).choice(np.array([0, 7, 2, 255], np.uint8), shape, p=[0.5, 0.3, 0.1, 0.1])


def export(folder, **options):
    writer = CvatWriter(folder, CLASSES, IDS, ExportOptions(**options))
    different = [each for n, image_id in enumerate(IDS) for each in writer.add(image_id, labels(n))]
    writer.finish()
    return different


@pytest.mark.parametrize("together", [False, True])
def test_every_pixel_comes_back(tmp_path, together):
    assert not export(tmp_path, background=True, one_object_a_class=together)
    assert recognised(tmp_path).key == recognised(tmp_path / "annotations.xml").key == "cvat"
    found = open_labels(tmp_path)
    assert [each.name for each in found.classes] == ["background", 'Stra<ß>"e_', "b & c"]
    assert [each.color for each in found.classes] == [each.color for each in CLASSES]
    assert list(found.names()) == IDS
    back = {0: 0, 1: 7, 2: 2, 255: None}
    for n, image_id in enumerate(IDS):
        picture = found.picture(image_id, (15, 17))
        assert not picture.problems
        assert np.array_equal(picture.labels(back), labels(n))
        assert set(found.contents(image_id, (15, 17)).values) >= set(picture.values())


def test_what_is_outside_is_background(tmp_path):
    different = export(tmp_path)
    assert sum(each.pixels for each in different) == sum((labels(n) == 255).sum() for n in range(2))
    pixels = open_labels(tmp_path).picture("x.jpg", (15, 17)).pixels
    assert ((pixels == 255) == np.isin(labels(0), [0, 255])).all()


def test_the_file_by_hand(tmp_path):
    """CVAT documents masks as run lengths of the box, row by row, beginning with background."""
    ring = np.full((4, 5), 2, np.uint8)
    ring[1, 1:3] = 255
    ring[0] = 255
    ring[0, 4] = 7
    writer = CvatWriter(tmp_path, CLASSES, ["a.png"], ExportOptions(parts={"a.png": "val"}))
    writer.add("a.png", ring)
    writer.finish()
    image = ElementTree.parse(tmp_path / "annotations.xml").getroot().find("image")
    assert {key: image.get(key) for key in ("name", "width", "height", "subset")} == {
        "name": "a.png",
        "width": "5",
        "height": "4",
        "subset": "val",
    }
    mask = image.find("mask")
    assert mask is None, "the gap is open above"
    assert {each.get("points") for each in image.findall("polygon")} >= {"4,0;5,0;5,1;4,1"}
    ring[0] = 2
    writer = CvatWriter(tmp_path, CLASSES, ["a.png"], ExportOptions())
    writer.add("a.png", ring)
    writer.finish()
    mask = ElementTree.parse(tmp_path / "annotations.xml").getroot().find("image/mask")
    assert mask.get("rle") == "0, 6, 2, 12"
    assert [mask.get(key) for key in ("left", "top", "width", "height")] == ["0", "0", "5", "4"]


def test_shapes_of_others_in_a_zip_file(tmp_path):
    text = f"""<?xml version="1.0"?>{CAT}<image id="0" name="a.jpg" width="8" height="6">
      <box label="cat" xtl="1.0" ytl="1.0" xbr="3.0" ybr="2.0" z_order="0"/>
      <ellipse label="cat" cx="6" cy="4" rx="1" ry="1"/>
      <mask label="cat" rle="0, 1" left="0" top="5" width="1" height="1"/>
      <polyline label="cat" points="1,2;3,4"/>
      <polygon label="cat" points="1,2;3,4"/>
      <polygon label="cat" points="1,2;x,4;3,3"/>
      <polygon label="cat" points="50,50;60,50;60,60"/>
      <polygon label="dog" points="0,0;1,0;1,1"/>
      <mask label="cat" rle="0, 7" left="0" top="0" width="2" height="2"/>
      <mask label="cat" rle="0, 4" left="20" top="0" width="2" height="2"/>
      <mask label="cat" rle="0, 4" left="0" top="0" width="99999999" height="2"/>
    </image></annotations>"""
    with zipfile.ZipFile(tmp_path / "job.zip", "w") as file:
        file.writestr("annotations.xml", text)
    found = open_labels(tmp_path / "job.zip")
    picture = found.picture("a.jpg", (6, 8))
    expected = np.full((6, 8), 255)
    expected[1, 1:3] = expected[3:5, 5:7] = expected[5, 0] = 0
    assert np.array_equal(picture.pixels, expected)
    assert sorted(each.place for each in picture.problems) == sorted(f"annotations.xml: line {n}" for n in range(5, 13))
    with pytest.raises(LabelSizeError, match="8 x 6"):
        found.picture("a.jpg", (5, 8))


@pytest.mark.parametrize(
    "text",
    [
        f'<!DOCTYPE a [<!ENTITY b "c">]>{CAT}</annotations>',
        f'<!DOCTYPE a SYSTEM "file:///etc/passwd">{CAT}</annotations>',
        CAT,
        f"{CAT}&b;</annotations>",
        "<html></html>",
        "",
    ],
)
def test_entities_and_damage_are_refused(tmp_path, text):
    (tmp_path / "bad.xml").write_text(f'{CAT}<image name="x"/></annotations>')
    assert list(open_labels(tmp_path).names()) == ["x"]
    (tmp_path / "bad.xml").write_text(text)
    with pytest.raises(LabelError, match=r"bad\.xml|no XML file"):
        open_labels(tmp_path / "bad.xml", "cvat")


def test_a_sound_file_beside_a_damaged_one(tmp_path):
    (tmp_path / "a.xml").write_text(CAT)
    (tmp_path / "b.xml").write_text(f"""{HEAD.format("")}<image name="q" width="2" height="2">
        <polygon label="zebra" points="0,0;1,0;1,1;0,1"/></image><track id="1"/></annotations>""")
    found = open_labels(tmp_path)
    assert found.classes.names == ["zebra"]
    assert {each.place for each in found.problems} == {str(tmp_path / "a.xml"), "b.xml: line 2"}
    assert found.picture("q", (2, 2)).pixels.tolist() == [[0, 255], [255, 255]]


def test_a_document_type_is_refused_by_its_name(tmp_path):
    file = tmp_path / "annotations.xml"
    file.write_text('<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>\n<annotations>&e;')
    with pytest.raises(LabelError, match=r"annotations\.xml .*declares a document type"):
        open_labels(tmp_path)
