from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from segcore.errors import LabelError
from segcore.formats.export_options import ExportOptions
from segcore.formats.nnunet import NnunetWriter
from segcore.formats.open_labels import open_labels, recognised
from segcore.labels.classes import ClassSet, SegClass

CLASSES = ClassSet(
    (SegClass(7, "road", (4, 5, 6)), SegClass(3, "Background", (0, 0, 0)), SegClass(9, "Ignore", (9, 9, 9)))
)
IDS = ["a b/x.jpg", "ü.png", "t.png", "v.png"]
PARTS = {"t.png": "test", "v.png": "val"}


def labels(seed, values=(7, 3, 9, 255)):
    return np.random.default_rng(seed).choice(np.array(values, np.uint8), (5, 6))


def write(tmp_path, classes=CLASSES, values=(7, 3, 9, 255)):
    image = tmp_path / "x.png"
    Image.new("L", (6, 5), 7).save(image)
    options = ExportOptions(copy_images=True, parts=PARTS)
    writer = NnunetWriter(tmp_path / "out", classes, IDS, options)
    for n, each in enumerate(IDS):
        writer.add(each, labels(n, values), image)
    again = NnunetWriter(tmp_path / "out", classes, IDS, options)
    assert all(again.keep(each) for each in IDS)
    again.finish()
    return tmp_path / "out"


def test_every_pixel_comes_back(tmp_path):
    out = write(tmp_path)
    assert recognised(out).key == "nnunet"
    found = open_labels(out)
    assert {each.name: each.color for each in found.classes} == {each.name: each.color for each in CLASSES}
    back = {each.index: CLASSES.named(each.name).index for each in found.classes} | dict.fromkeys(found.ignored)
    assert set(found.names()) == set(IDS)
    for n, each in enumerate(IDS):
        assert np.array_equal(found.picture(each, (5, 6)).labels(back), labels(n))


def test_nnunets_rules_by_hand(tmp_path):
    """Those of `verify_dataset_integrity`: a grey map, consecutive values, ignore the highest, three channels."""
    out = write(tmp_path)
    data = json.loads((out / "dataset.json").read_text())
    assert data == {
        "channel_names": {"0": "R", "1": "G", "2": "B"},
        "labels": {"background": 0, "road": 1, "Ignore 2": 2, "ignore": 3},
        "numTraining": 3,
        "file_ending": ".png",
    }
    cases = sorted(each.name for each in (out / "labelsTr").iterdir())
    assert cases == ["a_b_x.png", "v.png", "ü.png"]
    assert sorted(each.name for each in (out / "imagesTr").iterdir()) == ["a_b_x_0000.png", "v_0000.png", "ü_0000.png"]
    assert [each.name for each in (out / "imagesTs").iterdir()] == ["t_0000.png"]
    table = np.vectorize({7: 1, 3: 0, 9: 2, 255: 3}.get)
    with Image.open(out / "labelsTr" / "a_b_x.png") as label_map, Image.open(out / "imagesTr" / "v_0000.png") as image:
        assert label_map.mode == "L"
        assert np.array_equal(np.array(label_map), table(labels(0)))
        assert (image.mode, image.size) == ("RGB", (6, 5))
    assert json.loads((out / "splits_final.json").read_text()) == [{"train": ["a_b_x", "ü"], "val": ["v"]}]


def test_background_is_there_in_any_case_and_ignore_only_where_it_is_used(tmp_path):
    out = write(tmp_path, ClassSet.from_names(["a", "b"]), (0, 1))
    assert json.loads((out / "dataset.json").read_text())["labels"] == {"background": 0, "a": 1, "b": 2}


def test_the_data_set_of_others(tmp_path):
    (tmp_path / "labelsTr").mkdir()
    Image.fromarray(np.array([[0, 1, 2]], np.uint8)).save(tmp_path / "labelsTr" / "case.png")
    description = tmp_path / "dataset.json"
    description.write_text(json.dumps({"labels": {"background": 0, "cell": 1, "all": [1, 2], "ignore": 2}}))
    found = open_labels(tmp_path)
    assert [(each.index, each.name) for each in found.classes] == [(0, "background"), (1, "cell")]
    assert found.ignored == {2}
    assert found.match(tmp_path, ["imagesTr/case_0000.png"]).names == {"imagesTr/case_0000.png": "case"}
    for text in ('{"labels": {"a"', '{"labels": 3}', '{"labels": {"a": 1e999}}', "[]"):
        description.write_text(text)
        assert "dataset.json" in open_labels(tmp_path).warning
    (tmp_path / "labelsTr" / "case.png").write_bytes(b"\x89PNG")
    with pytest.raises(LabelError, match=r"case\.png"):
        open_labels(tmp_path).picture("case", (1, 3))
