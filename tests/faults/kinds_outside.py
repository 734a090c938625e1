"""Kinds of files that other programs wrote: data sets, packed projects, stacks, networks of other libraries."""

from __future__ import annotations

from tests.faults.kind import Kind
from tests.faults.mutate_archives import TENSORS, ZIP
from tests.faults.mutate_bytes import BYTES, Mutator
from tests.faults.mutate_labels import ANNOTATIONS, ARRAY, DATA_SET_ZIP, LABEL_PICTURE, XML
from tests.faults.mutate_nifti import NIFTI
from tests.faults.mutate_pictures import FOREIGN, PICTURES, PNG
from tests.faults.mutate_text import JSON, TEXT
from tests.faults.specimen import PROJECT
from tests.faults.specimen_sets import SET

_PICTURE = {**PNG, **FOREIGN, **LABEL_PICTURE}
_TIFF = {**PICTURES["tif"], **FOREIGN, **LABEL_PICTURE}
_A, _B = "a.png", "sub/b.jpg"

_FILES: tuple[tuple[str, str, dict[str, Mutator], str], ...] = (
    ("png", "labels/a.png", _PICTURE, _A),
    ("png", "classes.json", JSON, ""),
    ("voc", "SegmentationClass/a.png", _PICTURE, _A),
    ("voc", "labelmap.txt", TEXT, ""),
    ("geotiff", "geotiff/a.tif", _TIFF, _A),
    ("ometiff", "ometiff/a.ome.tif", _TIFF, _A),
    ("panoptic", "annotations/panoptic_train.json", ANNOTATIONS, ""),
    ("panoptic", "annotations/panoptic_train/a.png", _PICTURE, _A),
    ("coco", "annotations/instances_train.json", ANNOTATIONS, _B),
    ("cityscapes", "gtFine/train/all/a_gtFine_labelIds.png", _PICTURE, _A),
    ("camvid", "LabeledApproved_full/a_L.png", _PICTURE, _A),
    ("camvid", "label_colors.txt", TEXT, ""),
    ("cvat", "annotations.xml", XML, ""),
    ("labelstudio", "tasks.json", ANNOTATIONS, ""),
    ("supervisely", "train/ann/a.png.json", ANNOTATIONS, _A),
    ("supervisely", "meta.json", ANNOTATIONS, ""),
    ("labelme", "a.json", ANNOTATIONS, _A),
    ("mmseg", "ann_dir/train/a.png", _PICTURE, _A),
    ("mmseg", "dataset.json", JSON, ""),
    ("ade20k", "annotations/training/a.png", _PICTURE, _A),
    ("ade20k", "objectInfo3.txt", TEXT, ""),
    ("nnunet", "labelsTr/a.png", _PICTURE, _A),
    ("nnunet", "dataset.json", ANNOTATIONS, ""),
    ("nnunetnifti", "labelsTr/a.nii.gz", NIFTI, _A),
    ("cvatmask", "SegmentationClass/a.png", _PICTURE, _A),
    ("cvatmask", "labelmap.txt", TEXT, ""),
    ("ade20kfull", "images/ADE/training/a_seg.png", _PICTURE, _A),
    ("ade20kfull", "images/ADE/training/a.json", ANNOTATIONS, ""),
    ("yolo", "labels/train/a.txt", TEXT, _A),
    ("yolo", "data.yaml", TEXT, ""),
    ("hf", "data/train-00000-of-00001.parquet", {}, ""),
    ("hf", "id2label.json", JSON, ""),
    ("numpy", "numpy/a.npy", ARRAY, _A),
    ("labelme zip", "set.zip", DATA_SET_ZIP, ""),
    ("png zip", "set.zip", DATA_SET_ZIP, ""),
)
"""Format, file below the data set, mutators beside those of bytes, the only image that it belongs to."""

IMPORTS = tuple(
    Kind(
        f"import {name} {path.rpartition('/')[2]}",
        f"{SET}/{name}/{path}",
        {**BYTES, **mutators},
        "import_set",
        data_set=name,
        alone="" if alone == _B else alone,
        weight=0.5 if mutators else 0.3,
    )
    for name, path, mutators, alone in _FILES
)

_MODELS: tuple[tuple[str, str, dict[str, Mutator]], ...] = (
    ("onnx", "net.onnx", {}),
    ("onnx", "net.json", ANNOTATIONS),
    ("pt2", "net.pt2", DATA_SET_ZIP),
    ("transformers", "config.json", ANNOTATIONS),
    ("transformers", "model.safetensors", TENSORS),
    ("transformers", "preprocessor_config.json", JSON),
    ("smp", "config.json", ANNOTATIONS),
    ("smp", "model.safetensors", TENSORS),
    ("smp", "maskwright.json", JSON),
)

NETWORKS = tuple(
    Kind(
        f"network {name} {path}",
        f"{SET}/{name}/{path}",
        {**BYTES, **mutators},
        "network",
        data_set=name,
        long=name in ("transformers", "smp"),
        weight=0.3,
    )
    for name, path, mutators in _MODELS
)

OUTSIDE = (
    *IMPORTS,
    *NETWORKS,
    Kind("packed", f"{SET}/packed/p.zip", {**BYTES, **DATA_SET_ZIP}, "merge_packed", data_set="packed", weight=0.7),
    Kind("stack", f"{SET}/stack/images/s.tif", {**BYTES, **PICTURES["tif"]}, "stack", data_set="stack", weight=0.5),
    Kind(
        "stack imagej", f"{SET}/stack/images/i.tif", {**BYTES, **PICTURES["tif"]}, "stack", data_set="stack", weight=0.5
    ),
    Kind(
        "stack ome",
        f"{SET}/stack/images/o.ome.tif",
        {**BYTES, **PICTURES["tif"]},
        "stack",
        data_set="stack",
        weight=0.5,
    ),
    Kind(
        "nifti image",
        f"{SET}/nifti/imagesTr/a_0000.nii.gz",
        {**BYTES, **NIFTI},
        "nifti_images",
        data_set="nifti",
        weight=0.5,
    ),
    Kind(
        "live head",
        f"{PROJECT}/adaptation/head.npz",
        {**BYTES, **ZIP},
        "live_head",
        data_set="head",
        kept=False,
        weight=0.7,
    ),
)
