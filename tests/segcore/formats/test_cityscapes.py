from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from segcore.errors import LabelError
from segcore.formats.cityscapes import CityscapesWriter
from segcore.formats.export_options import ExportOptions
from segcore.formats.open_labels import open_labels, recognised
from segcore.labels.classes import ClassSet, SegClass

CLASSES = ClassSet(
    (SegClass(3, "Road", (128, 64, 128)), SegClass(0, "haystack", (1, 2, 3)), SegClass(9, "car", (0, 0, 142)))
)
IDS = ["aachen/x.jpg", "aachen/x.png", "top.png"]


def labels(seed):
    return np.random.default_rng(seed).choice(np.array([3, 0, 9, 255], np.uint8), (7, 9))


@pytest.fixture
def exported(tmp_path):
    (tmp_path / "x.png").parent.mkdir(exist_ok=True)
    Image.new("RGB", (9, 7)).save(tmp_path / "x.png")
    writer = CityscapesWriter(tmp_path / "out", CLASSES, IDS, ExportOptions(True, parts={"top.png": "val"}))
    for n, each in enumerate(IDS):
        assert not writer.add(each, labels(n), tmp_path / "x.png")
        assert writer.keep(each)
    writer._written = IDS
    writer.finish()
    return tmp_path / "out"


def test_every_pixel_comes_back(exported):
    assert recognised(exported).key == "cityscapes"
    found = open_labels(exported)
    assert [(c.name, c.color) for c in found.classes] == [(c.name, c.color) for c in CLASSES]
    assert set(found.names()) == set(IDS)
    back = {each.index: CLASSES.named(each.name).index for each in found.classes}
    for n, each in enumerate(IDS):
        mapping = {
            value: None if value in found.ignored else back[value] for value in found.contents(each, (7, 9)).values
        }
        assert np.array_equal(found.picture(each, (7, 9)).labels(mapping), labels(n))


def test_torchvision_sees_ids_of_cityscapes(exported):
    from torchvision.datasets import Cityscapes

    data = Cityscapes(str(exported), split="train", mode="fine", target_type=["semantic", "color"])
    assert len(data) == 2
    image, (ids, color) = data[0]
    assert image.size == (9, 7)
    ids, first = np.array(ids), labels(0 if data.images[0].endswith("x.jpg_leftImg8bit.jpg") else 1)
    for value, expected in ((3, 7), (9, 26), (0, 34), (255, 0)):
        assert (ids[first == value] == expected).all()
    assert (np.array(color)[first == 3] == (128, 64, 128)).all()
    train = np.array(Image.open(exported / "gtFine" / "val" / "all" / "top_gtFine_labelTrainIds.png"))
    assert set(np.unique(train)) == {0, 13, 19, 255}


@pytest.mark.parametrize("kind", ["labelIds", "labelTrainIds", "color"])
def test_the_data_set_itself(tmp_path, kind):
    folder = tmp_path / "gtFine" / "train" / "ulm"
    folder.mkdir(parents=True)
    pixels = {"labelIds": [[7, 0]], "labelTrainIds": [[0, 255]], "color": [[[128, 64, 128], [0, 0, 0]]]}[kind]
    Image.fromarray(np.array(pixels, np.uint8)).save(folder / f"ulm_0_gtFine_{kind}.png")
    found = open_labels(tmp_path)
    for image_id in ("ulm/ulm_0_leftImg8bit.png", "x/ulm_0.jpg"):
        (name,) = found.match(tmp_path, [image_id]).names.values()
        first = found.picture(name, (1, 2)).values()
        road = next(each for each in found.classes if each.name == "road")
        assert road.index in first or road.color in first


def test_a_folder_without_label_maps_is_told(tmp_path):
    (tmp_path / "gtFine").mkdir()
    with pytest.raises(LabelError, match="no label maps"):
        open_labels(tmp_path)
