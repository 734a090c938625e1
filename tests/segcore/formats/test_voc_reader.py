"""An export as torchvision's `VOCSegmentation` reads it."""

from __future__ import annotations

import numpy as np
from PIL import Image

from segcore.formats.export import export_project
from segcore.formats.export_options import ExportOptions
from segcore.formats.splits import SplitRule
from segcore.labels.classes import ClassSet
from segcore.progress import drive
from segcore.project.project import Project


def test_torchvision_reads_images_and_labels(tmp_path):
    from torchvision.datasets import VOCSegmentation

    (tmp_path / "images" / "a b").mkdir(parents=True)
    ids = ["x.jpg", "a b/x.jpg", "a b/y.jpg"]
    maps = {
        each: np.random.default_rng(n).choice(np.array([0, 1, 255], np.uint8), (5, 7)) for n, each in enumerate(ids)
    }
    with Project.create(tmp_path / "p", tmp_path / "images", ClassSet.from_names(["a", "b"])) as project:
        for each in maps:
            Image.new("RGB", (7, 5)).save(tmp_path / "images" / each)
        drive(project.rescan())
        for each, labels in maps.items():
            project.import_labels(each, labels)
        out = tmp_path / "data" / "VOCdevkit" / "VOC2012"
        drive(export_project(project, ["voc"], out, ExportOptions(copy_images=True, split=SplitRule(0.34))))
    found = {}
    for part, count in (("train", 2), ("val", 1), ("trainval", 3)):
        data = VOCSegmentation(str(tmp_path / "data"), year="2012", image_set=part)
        assert len(data) == count
        for (image, target), path in zip(data, data.masks, strict=True):
            assert image.size == (7, 5)
            found[path.rpartition("/")[2]] = np.array(target)
    assert all(
        np.array_equal(found[f"{'_'.join(each[:-4].replace(' ', '/').split('/'))}.png"], maps[each]) for each in ids
    )
