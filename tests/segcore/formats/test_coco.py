from __future__ import annotations

import json

import numpy as np
import pytest

from segcore.errors import ClassesError, LabelError, LabelSizeError
from segcore.formats.coco import CocoWriter
from segcore.formats.export_options import ExportOptions
from segcore.formats.open_labels import open_labels, recognised
from segcore.labels.classes import ClassSet, SegClass

CLASSES = ClassSet(
    (SegClass(0, "background", (0, 0, 0)), SegClass(7, "Straße", (4, 5, 6)), SegClass(2, "b", (1, 2, 3)))
)


def labels(seed, values=(0, 7, 2)):
    return np.random.default_rng(seed).choice(np.array(values, np.uint8), (11, 17))


def written(folder, maps, **options):
    writer = CocoWriter(folder, CLASSES, list(maps), ExportOptions(**options))
    different = [each for name, array in maps.items() for each in writer.add(name, array)]
    writer.finish()
    return different


def one(folder, name="a.jpg", shape=(11, 17)):
    found = open_labels(folder)
    return found, found.picture(name, shape)


@pytest.mark.parametrize("seed", range(5))
def test_every_pixel_comes_back(tmp_path, seed):
    maps = {"a.jpg": labels(seed), "sub dir/ü.png": labels(seed + 50, (7, 255)), "c.png": labels(9, (255,))}
    assert not written(tmp_path, maps, background=True)
    assert recognised(tmp_path).key == "coco"
    found = open_labels(tmp_path)
    assert found.classes == CLASSES
    assert list(found.names()) == list(maps)
    assert not found.problems
    for name, array in maps.items():
        assert np.array_equal(found.picture(name, array.shape).pixels, array)
        assert set(found.contents(name, array.shape).values) >= set(np.unique(array).tolist())


def test_background_is_left_out_and_what_it_costs_is_told(tmp_path):
    array = labels(0, (0, 7, 255))
    (difference,) = written(tmp_path, {"a.jpg": array})
    assert difference.pixels == (array == 255).sum()
    _, picture = one(tmp_path)
    assert np.array_equal(picture.pixels == 7, array == 7)
    assert set(np.unique(picture.pixels)) == {7, 255}


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("seed", range(5))
def test_pycocotools_sees_the_same(tmp_path, seed):
    coco = pytest.importorskip("pycocotools.coco")
    maps = {"a.jpg": labels(seed), "b.jpg": np.kron(labels(seed + 9), np.ones((5, 5), np.uint8))}
    written(tmp_path, maps, background=True)
    theirs = coco.COCO(str(tmp_path / "annotations" / "instances_train.json"))
    for entry in theirs.loadImgs(theirs.getImgIds()):
        found = np.full((entry["height"], entry["width"]), 255, np.uint8)
        for each in theirs.loadAnns(theirs.getAnnIds(imgIds=entry["id"])):
            mask = theirs.annToMask(each).astype(bool)
            assert mask.sum() == each["area"]
            found[mask] = each["category_id"] - 1
        assert np.array_equal(found, maps[entry["file_name"]])


def test_each_part_is_a_file(tmp_path):
    written(tmp_path, {"a.jpg": labels(0), "b.jpg": labels(1)}, parts={"b.jpg": "val"})
    assert {path.name for path in (tmp_path / "annotations").iterdir()} == {
        "instances_train.json",
        "instances_val.json",
    }
    assert list(open_labels(tmp_path).names()) == ["a.jpg", "b.jpg"]


def test_polygons_are_simplified_on_request_and_the_pixels_are_counted(tmp_path):
    yy, xx = np.mgrid[:300, :300]
    disc = np.where((xx - 150) ** 2 + (yy - 140) ** 2 < 110**2, 7, 0).astype(np.uint8)
    (difference,) = written(tmp_path, {"a.jpg": disc}, tolerance=2)
    _, picture = one(tmp_path, shape=disc.shape)
    both = (picture.pixels == 7) & (disc == 7)
    assert difference.pixels == ((picture.pixels == 7) != (disc == 7)).sum()
    assert both.sum() / ((picture.pixels == 7) | (disc == 7)).sum() > 0.99


IMAGE = {"id": 1, "file_name": "a.jpg", "width": 4, "height": 3}
BOX = [0, 0, 2, 0, 2, 2, 0, 2]


def foreign(tmp_path, annotations, **more):
    data = {
        "images": [IMAGE],
        "annotations": annotations,
        "categories": [{"id": 90, "name": "x"}, {"id": 300, "name": "X"}],
    }
    (tmp_path / "x.json").write_text(json.dumps(data | more))
    return tmp_path / "x.json"


def test_what_is_wrong_is_named_and_the_rest_is_read(tmp_path):
    base = {"image_id": 1, "category_id": 90}
    found, picture = one(
        foreign(
            tmp_path,
            [
                base | {"id": 1, "segmentation": [BOX], "area": 4},
                base | {"id": 2, "segmentation": [[0, 0, 1, 1]]},
                base | {"id": 3, "segmentation": {"size": [3, 4], "counts": [5]}},
                base | {"id": 4, "segmentation": [[50, 50, 60, 50, 60, 60]]},
                base | {"id": 5, "segmentation": {"counts": "~"}},
                base | {"id": 6, "segmentation": [["x", 1]]},
                base | {"id": 7, "category_id": 5, "segmentation": [BOX]},
                base | {"id": 8, "image_id": 5, "segmentation": [BOX]},
                base | {"id": 9, "bbox": [0, 0, 1, 1]},
                3,
                base | {"id": 10, "segmentation": [[0, 0, 10**400, 1, 1, 1]]},
                {"image_id": 1, "category_id": 300, "id": 11, "segmentation": [[1, 1, 9, 1, 9, 9, 1, 9]], "area": 1},
            ],
        ),
        shape=(3, 4),
    )
    assert picture.pixels.tolist() == [[0, 0, 255, 255], [0, 1, 1, 1], [255, 1, 1, 1]]
    assert found.classes.names == ["x", "X 2"]
    assert [each.place for each in picture.problems] == [f"x.json: annotation {n}" for n in (2, 3, 4, 5, 6, 10)]
    assert [each.place for each in found.problems] == [f"x.json: annotation {n}" for n in (7, 8, 9, 3)]
    assert "three points" in picture.problems[0].reason


def test_another_size_is_refused(tmp_path):
    with pytest.raises(LabelSizeError, match="4 x 3"):
        one(foreign(tmp_path, []), shape=(4, 4))


@pytest.mark.parametrize("text", ['{"images": [', '{"images": [], "annotations": []}', '{"info": ' + "[" * 50000])
def test_a_file_that_cannot_be_read_is_named(tmp_path, text):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises((LabelError, ClassesError), match=r"x\.json"):
        open_labels(tmp_path / "x.json")


def test_other_json_is_not_coco(tmp_path):
    (tmp_path / "x.json").write_text('{"version": "5", "shapes": []}')
    assert recognised(tmp_path / "x.json").key != "coco"


def test_a_damaged_file_does_not_keep_the_others_from_being_read(tmp_path):
    whole = {
        "images": [{"id": 1, "file_name": "x.jpg", "width": 4, "height": 4}],
        "categories": [{"id": 1, "name": "cell"}],
        "annotations": [],
    }
    (tmp_path / "annotations").mkdir()
    text = json.dumps(whole)
    (tmp_path / "annotations" / "instances_val.json").write_text(text)
    damaged = tmp_path / "annotations" / "instances_train.json"
    damaged.write_text(text[:-5])
    found = open_labels(tmp_path)
    assert found.names() == ["x.jpg"]
    assert [(each.place, "not valid JSON (line 1" in each.reason) for each in found.problems] == [(str(damaged), True)]
    (tmp_path / "annotations" / "instances_val.json").write_text(text[:-5])
    with pytest.raises(LabelError, match=r"instances_val\.json is not valid JSON"):
        open_labels(tmp_path)


def test_category_ids_may_be_texts(tmp_path):
    base = {"id": 1, "image_id": 1, "segmentation": [BOX], "area": 4}
    names = [{"id": "b", "name": "tree"}, {"id": "a", "name": "road"}]
    found, picture = one(foreign(tmp_path, [base | {"category_id": "b"}], categories=names), shape=(3, 4))
    assert found.classes.names == ["road", "tree"]
    assert picture.pixels[0].tolist() == [1, 1, 255, 255]
    assert not found.problems
