from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from segcore.errors import ClassesError
from segcore.formats.camvid import CamvidWriter
from segcore.formats.camvid_colors import read_color_list
from segcore.formats.export_options import ExportOptions
from segcore.formats.import_plan import plan_import
from segcore.formats.open_labels import recognised
from segcore.labels.classes import ClassSet, SegClass
from segcore.progress import drive
from segcore.project.project import Project

SAME = (10, 20, 30)
CLASSES = ClassSet((SegClass(0, "a", SAME), SegClass(4, "b c", SAME), SegClass(9, "ü", (0, 0, 0))))
IDS = ["x.jpg", "sub/x.png"]


def labels(seed):
    return np.random.default_rng(seed).choice(np.array([0, 4, 9, 255], np.uint8), (7, 9))


@pytest.mark.parametrize("black", [True, False])
def test_every_pixel_comes_back(tmp_path, black):
    classes = CLASSES if black else CLASSES.changed(9, color=(1, 1, 1))
    writer = CamvidWriter(tmp_path / "out", classes, IDS, ExportOptions(parts={"sub/x.png": "val"}))
    for n, each in enumerate(IDS):
        writer.add(each, labels(n))
        assert (tmp_path / "images" / each).parent.mkdir(parents=True, exist_ok=True) is None
        Image.new("RGB", (9, 7)).save(tmp_path / "images" / each)
    writer.finish()
    assert recognised(tmp_path / "out").key == "camvid"
    with Project.create(tmp_path / "p", tmp_path / "images", classes) as project:
        plan = drive(plan_import(project, tmp_path / "out"))
        assert len(plan.names) == 2
        for n, each in enumerate(IDS):
            picture = plan.label_set.picture(plan.names[each], (7, 9))
            assert picture.in_colors
            assert np.array_equal(picture.labels(plan.mapping()), labels(n))
    assert (tmp_path / "out" / "val.txt").read_text() == "sub_x.png\n"
    assert read_color_list(tmp_path / "out" / "label_colors.txt").names == classes.names


def test_camvids_own_list(tmp_path):
    path = tmp_path / "label_colors.txt"
    path.write_text("64 128 64\tAnimal\n192 0 128\t\tArchway\n0 0 0\t\tVoid\n")
    assert [(c.name, c.color) for c in read_color_list(path)][1:] == [("Archway", (192, 0, 128)), ("Void", (0, 0, 0))]
    path.write_text("64 128\n")
    with pytest.raises(ClassesError, match=r"label_colors\.txt"):
        read_color_list(path)


def test_void_is_no_label(tmp_path):
    (tmp_path / "d" / "LabeledApproved_full").mkdir(parents=True)
    (tmp_path / "images").mkdir()
    (tmp_path / "d" / "label_colors.txt").write_text("64 128 64\tAnimal\n0 0 0\t\tVoid\n")
    Image.new("RGB", (2, 1)).save(tmp_path / "images" / "a.png")
    Image.fromarray(np.array([[[64, 128, 64], [0, 0, 0]]], np.uint8)).save(tmp_path / "d/LabeledApproved_full/a_L.png")
    with Project.create(tmp_path / "p", tmp_path / "images", ClassSet.from_names(["animal"])) as project:
        plan = drive(plan_import(project, tmp_path / "d"))
    assert plan.mapping() == {(64, 128, 64): 0, (0, 0, 0): None}
