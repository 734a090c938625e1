from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest
import tifffile

from segcore.errors import LabelError, LabelSizeError
from segcore.formats.ome_tiff import OmeTiffWriter
from segcore.formats.open_labels import open_labels, recognised
from segcore.labels.classes import ClassSet, SegClass

CLASSES = ClassSet((SegClass(0, "a", (4, 5, 6)), SegClass(9, "Straße", (1, 2, 3))))
IDS = ["a b/x.jpg", "a b/x.ome.tif", "ü.tif"]


def labels(seed):
    return np.random.default_rng(seed).choice(np.array([0, 9, 255], np.uint8), (20, 33))


def test_every_pixel_comes_back_and_tifffile_sees_ome(tmp_path):
    writer = OmeTiffWriter(tmp_path, CLASSES, IDS)
    for n, each in enumerate(IDS):
        assert not writer.keep(each)
        writer.add(each, labels(n))
    again = OmeTiffWriter(tmp_path, CLASSES, IDS)
    assert all(again.keep(each) for each in IDS)
    again.finish()
    assert recognised(tmp_path).key == "ometiff"
    found = open_labels(tmp_path)
    assert found.classes == CLASSES
    matches = found.match(tmp_path / "images", IDS)
    assert set(matches.names) == set(IDS)
    assert not matches.unused
    for n, each in enumerate(IDS):
        assert np.array_equal(found.picture(matches.names[each], (20, 33)).pixels, labels(n))
    with tifffile.TiffFile(tmp_path / "ometiff" / "ü.ome.tif") as file:
        assert file.is_ome
        assert file.series[0].axes == "YX"
        assert np.array_equal(file.asarray(), labels(2))
        pixels = ElementTree.fromstring(file.ome_metadata).find(".//{*}Pixels")
        assert [pixels.get(each) for each in ("SizeX", "SizeY", "Type")] == ["33", "20", "uint8"]


def test_label_maps_of_others(tmp_path):
    tifffile.imwrite(tmp_path / "cell.ome.tif", labels(1), metadata={"axes": "YX"})
    assert recognised(tmp_path).key == "ometiff"
    found = open_labels(tmp_path)
    assert found.match(tmp_path / "images", ["cell.png"]).names == {"cell.png": "cell.ome.tif"}
    with pytest.raises(LabelSizeError, match=r"cell\.ome"):
        found.picture("cell.ome.tif", (33, 20))
    file = tmp_path / "cell.ome.tif"
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(LabelError, match=r"cell\.ome"):
        found.picture("cell.ome.tif", (20, 33))
