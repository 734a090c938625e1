"""CVAT's "Segmentation mask 1.1": the files that CVAT wants, and those that it writes."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from segcore.formats.cvat_mask import CvatMaskWriter
from segcore.formats.export_options import ExportOptions
from segcore.formats.open_labels import open_labels, recognised
from segcore.labels.classes import ClassSet, SegClass

RED, BLACK = (200, 0, 0), (0, 0, 0)
ROADS = ClassSet((SegClass(4, "road", RED), SegClass(2, "background", (9, 9, 9)), SegClass(7, "Baum: alt", RED)))
LABELS = np.array([[4, 2, 4], [4, 255, 7]], np.uint8)


def pixels(path):
    with Image.open(path) as image:
        assert image.mode == "RGB"
        return [[tuple(pixel) for pixel in row] for row in np.array(image).tolist()]


def exported(folder, classes, labels, **options):
    writer = CvatMaskWriter(folder, classes, ["a b/x.jpg"], ExportOptions(**options))
    different = writer.add("a b/x.jpg", labels)
    writer.finish()
    return different


@pytest.mark.parametrize(("together", "second"), [(False, (0, 128, 0)), (True, (128, 0, 0))])
def test_the_files_by_hand(tmp_path, together, second):
    (different,) = exported(tmp_path, ROADS, LABELS, one_object_a_class=together)
    assert different.pixels == 1
    lines = [each for each in (tmp_path / "labelmap.txt").read_text().splitlines() if not each.startswith("# {")]
    assert lines[:3] == ["# label:color_rgb:parts:actions", "background:0,0,0::", "road:200,0,0::"]
    name, color, *rest = lines[3].split(":")
    other = tuple(map(int, color.split(",")))
    assert (name, rest) == ("Baum  alt", ["", ""])
    assert other not in (RED, BLACK)
    assert pixels(tmp_path / "SegmentationClass" / "a_b_x.png") == [[RED, BLACK, RED], [RED, BLACK, other]]
    third = (0, 128, 0) if together else (128, 128, 0)
    objects = [[(128, 0, 0), BLACK, second], [(128, 0, 0), BLACK, third]]
    assert pixels(tmp_path / "SegmentationObject" / "a_b_x.png") == objects
    assert (tmp_path / "ImageSets" / "Segmentation" / "default.txt").read_text() == "a_b_x\n"


def test_without_a_background_every_pixel_and_name_comes_back(tmp_path):
    classes = ClassSet((SegClass(4, "road", BLACK), SegClass(7, "Baum: alt", RED)))
    labels = np.where(LABELS == 2, 255, LABELS).astype(np.uint8)
    assert not exported(tmp_path, classes, labels)
    assert "background:0,0,0::" in (tmp_path / "labelmap.txt").read_text()
    assert recognised(tmp_path).key == "cvatmask"
    found = open_labels(tmp_path)
    assert [(each.index, each.name) for each in found.classes] == [(4, "road"), (7, "Baum: alt")]
    assert BLACK in found.ignored
    values = {each.color: each.index for each in found.classes}
    back = found.picture("a_b_x.png", (2, 3)).labels({**values, BLACK: None})
    assert np.array_equal(back, labels)


def test_masks_of_cvat(tmp_path):
    for name in ("SegmentationClass", "SegmentationObject", "ImageSets/Segmentation"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "ImageSets" / "Segmentation" / "default.txt").write_text("x\n")
    (tmp_path / "labelmap.txt").write_text(
        "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncat:250,50,83:head,tail:sits\ndog:51,221,255::\n"
    )
    colors = np.array([[BLACK, (250, 50, 83)], [(51, 221, 255), (51, 221, 255)]], np.uint8)
    Image.fromarray(colors).save(tmp_path / "SegmentationClass" / "x.png")
    assert recognised(tmp_path).key == "cvatmask"
    found = open_labels(tmp_path)
    assert found.classes.names == ["background", "cat", "dog"]
    picture = found.picture("x.png", (2, 2))
    assert np.array_equal(picture.labels({BLACK: 0, (250, 50, 83): 1, (51, 221, 255): 2}), [[0, 1], [2, 2]])
    (tmp_path / "ImageSets" / "Segmentation" / "default.txt").rename(tmp_path / "ImageSets/Segmentation/train.txt")
    assert recognised(tmp_path).key == "voc"
