"""The rules of nnU-Net's and mmsegmentation's checks, written out, and torchvision's reference on an export.

nnU-Net: `verify_dataset_integrity` and `LabelManager` of nnunetv2 2.8.1.
mmsegmentation: `BaseSegDataset`, as its documentation has it.
`benchmarks/layout_checks.py` runs nnU-Net's own checker where it can be imported.
"""

from __future__ import annotations

import json
import re
import shutil
import warnings

import numpy as np
import pytest
from PIL import Image

from segcore.formats.export import export_project
from segcore.formats.export_options import ExportOptions
from segcore.formats.splits import SplitRule
from segcore.labels.classes import ClassSet
from segcore.progress import drive
from segcore.project.project import Project

IDS = ["x.jpg", "a b/x.jpg", "a b/y.png", "ü.tif"]


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    place = tmp_path_factory.mktemp("exported")
    (place / "images" / "a b").mkdir(parents=True)
    with Project.create(
        place / "p", place / "images", ClassSet.from_names(["background", "b", "c", "unused"])
    ) as project:
        for name in IDS:
            Image.new("RGB", (9, 7), (40, 50, 60)).save(place / "images" / name)
        drive(project.rescan())
        for n, name in enumerate(IDS):
            labels = np.random.default_rng(n).choice(np.array([0, 1, 2, 255], np.uint8), (7, 9))
            project.import_labels(name, labels)
        options = ExportOptions(copy_images=True, split=SplitRule(0.25))
        drive(export_project(project, ["nnunet", "mmseg"], place / "out", options))
        drive(export_project(project, ["voc"], place / "voc" / "VOCdevkit" / "VOC2012", options))
    return place


def nnunet_faults(folder):
    """Return what nnU-Net's checker would refuse in a raw data set of PNG files."""
    data, faults = json.loads((folder / "dataset.json").read_text()), []
    if missing := {"labels", "channel_names", "numTraining", "file_ending"} - set(data):
        return [f"no {missing}"]
    ending, labels = data["file_ending"], data["labels"]
    pattern = re.compile(rf"(.+)_(\d{{4}}){re.escape(ending)}")
    images = [pattern.fullmatch(each.name) for each in (folder / "imagesTr").iterdir()]
    cases = {each[1] for each in images if each}
    faults += [f"{len(cases)} cases"] * (len(cases) != data["numTraining"])
    faults += [f"{each}: no labels" for each in cases if not (folder / "labelsTr" / f"{each}{ending}").is_file()]
    faults += ["no background"] * (labels.get("background") != 0)
    own = sorted(value for name, value in labels.items() if name != "ignore")
    faults += ["ignore is not last"] * (labels.get("ignore", max(own) + 1) != max(own) + 1)
    allowed = sorted(labels.values())
    faults += ["not consecutive"] * (allowed != list(range(len(allowed))))
    for case in sorted(cases):
        image = np.array(Image.open(folder / "imagesTr" / f"{case}_0000{ending}"))
        found = folder / "labelsTr" / f"{case}{ending}"
        if not found.is_file():
            continue
        target = np.array(Image.open(found))
        faults += [f"{case}: shape"] * (target.ndim != 2 or target.shape != image.shape[:2])
        faults += [f"{case}: channels"] * ((image.shape[2] if image.ndim == 3 else 1) != len(data["channel_names"]))
        faults += [f"{case}: values"] * bool(set(np.unique(target).tolist()) - set(allowed))
    return faults


def test_nnunets_checks_pass(out):
    assert nnunet_faults(out / "out" / "nnunet") == []


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("numTraining", 3, "4 cases"),
        ("labels", {"background": 0, "b": 1, "c": 2, "unused": 3, "ignore": 5}, "ignore is not last"),
        ("labels", {"background": 0, "b": 1, "c": 3, "ignore": 4}, "not consecutive"),
        ("channel_names", {"0": "grey"}, "x: channels"),
    ],
)
def test_the_rules_refuse_a_wrong_data_set(out, tmp_path, key, value, fault):
    right = out / "out" / "nnunet"
    for name in ("imagesTr", "labelsTr"):
        shutil.copytree(right / name, tmp_path / name)
    data = json.loads((right / "dataset.json").read_text()) | {key: value}
    (tmp_path / "dataset.json").write_text(json.dumps(data))
    assert fault in nnunet_faults(tmp_path)


def test_mmsegmentation_finds_an_image_for_each_label_map(out):
    """`BaseSegDataset.load_data_list`: all files of img_suffix, each with a label map."""
    folder = out / "out" / "mmseg"
    arguments = json.loads((folder / "dataset.json").read_text())
    meta, suffix, ending = arguments["metainfo"], arguments["img_suffix"], arguments["seg_map_suffix"]
    assert len(meta["classes"]) == len(meta["palette"]) == 4
    assert arguments["reduce_zero_label"] is False
    counts = {}
    for part in ("train", "val"):
        images = [p for p in (folder / "img_dir" / part).rglob("*") if p.is_file() and p.name.endswith(suffix)]
        assert len(images) == sum(p.is_file() for p in (folder / "img_dir" / part).rglob("*")), "one suffix for all"
        counts[part] = len(images)
        for image in images:
            relative = str(image.relative_to(folder / "img_dir" / part)).removesuffix(suffix) + ending
            target = np.array(Image.open(folder / "ann_dir" / part / relative))
            assert target.shape == np.array(Image.open(image)).shape[:2]
            assert set(np.unique(target).tolist()) <= {0, 1, 2, 3, 255}
    assert counts == {"train": 3, "val": 1}


def test_torchvisions_reference_trains_a_step(out):
    """`VOCSegmentation` through the v2 transforms that torchvision's reference uses, and its loss."""
    import torch
    from torchvision import tv_tensors
    from torchvision.datasets import VOCSegmentation, wrap_dataset_for_transforms_v2
    from torchvision.transforms import v2

    steps = v2.Compose(
        [
            v2.ToImage(),
            v2.RandomResize(min_size=6, max_size=14),
            v2.RandomHorizontalFlip(0.5),
            v2.RandomCrop(8, pad_if_needed=True, fill={tv_tensors.Image: 0, tv_tensors.Mask: 255}),
            v2.ToDtype({tv_tensors.Image: torch.float32, tv_tensors.Mask: torch.int64, "others": None}, scale=True),
            v2.Normalize(mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225)),
        ]
    )
    data = VOCSegmentation(str(out / "voc"), year="2012", image_set="trainval", transforms=steps)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pairs = list(wrap_dataset_for_transforms_v2(data))
    assert len(pairs) == 4, "PNG and TIFF images, too"
    images, targets = (torch.stack([torch.as_tensor(each) for each in part]) for part in zip(*pairs, strict=True))
    assert images.shape == (4, 3, 8, 8)
    assert set(targets.unique().tolist()) <= {0, 1, 2, 3, 255}
    network = torch.nn.Conv2d(3, 4, 1)
    loss = torch.nn.functional.cross_entropy(network(images), targets.squeeze(1), ignore_index=255)
    loss.backward()
    assert torch.isfinite(network.weight.grad).all()
