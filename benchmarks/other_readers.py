"""How exactly other programs' own readers read our exports; prints one JSON object.

    python benchmarks/other_readers.py --out DIR [--images 3]

A project of smooth labels with holes and ignored pixels is exported with its images in five formats of objects. Each is
read by the programs that can be imported, and compared with the labels: the lowest IoU of a class in an image, or null
where the program is missing. They would bring hundreds of megabytes, Qt and a second OpenCV, so they are no
requirements; a virtual environment of their own does it, with `pip install --no-deps` and what their imports miss:

    labelme        LabelFile and utils.shape_to_mask, on ``labelme``
    ultralytics    data.utils.verify_image_label and polygon2mask, on ``yolo``
    supervision    DetectionDataset.from_yolo and from_coco with masks, on ``yolo`` and ``coco``
    datumaro       Dataset.import_from voc_segmentation (as CVAT) and ade20k2020, on ``cvatmask`` and ``ade20kfull``
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from segcore.formats.export import export_project
from segcore.formats.export_options import ExportOptions
from segcore.labels.classes import ClassSet
from segcore.progress import drive
from segcore.project.project import Project

NAMES = ["background", "road", "car", "tree"]
KEYS = ["labelme", "yolo", "coco", "cvatmask", "ade20kfull"]
SHAPE = (240, 320)
Maps = dict[str, np.ndarray]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="an empty folder")
    parser.add_argument("--images", type=int, default=3)
    args = parser.parse_args()
    maps = {f"image_{n}.jpg": blobs(np.random.default_rng(n)) for n in range(args.images)}
    exported = export(args.out.absolute(), maps)
    result: dict[str, object] = {"benchmark": "other_readers", "images": args.images}
    for name, (program, read) in READERS.items():
        try:
            found = read(exported, list(maps))
        except ImportError as error:
            print(f"{program}: {error}", file=sys.stderr)
            result[name] = None
        else:
            result[name] = {"version": version(program), "lowest_iou": round(lowest_iou(maps, found), 5)}
    print(json.dumps(result))


def blobs(rng: np.random.Generator) -> np.ndarray:
    """Smooth regions that touch, with a hole; a band is ignored."""
    scores = [cv2.resize(rng.random((6, 8)), SHAPE[::-1], interpolation=cv2.INTER_CUBIC) for _ in NAMES]
    labels = np.argmax(scores, 0).astype(np.uint8)
    labels[100:140, 100:150] = 2
    labels[110:120, 110:130] = 0
    labels[:10] = 255
    return labels


def export(out: Path, maps: Maps) -> Path:
    """Export a project with these label maps and random images; return the folder of the formats."""
    (out / "images").mkdir(parents=True)
    for n, name in enumerate(maps):
        pixels = np.random.default_rng(n).integers(0, 256, (*SHAPE, 3), np.uint8)
        Image.fromarray(pixels).save(out / "images" / name)
    with Project.create(out / "project", out / "images", ClassSet.from_names(NAMES)) as project:
        for name, labels in maps.items():
            project.import_labels(name, labels)
        drive(export_project(project, KEYS, out / "exported", ExportOptions(copy_images=True)))
    return out / "exported"


def lowest_iou(maps: Maps, found: Maps) -> float:
    """Return the lowest IoU of a class but the background; pixels of none are 0 in ``found``."""
    assert set(maps) == set(found), "every image is found"
    shares = []
    for name, labels in maps.items():
        for value in range(1, len(NAMES)):
            one, other = labels == value, found[name] == value
            if one.any() or other.any():
                shares.append((one & other).sum() / (one | other).sum())
    return float(min(shares))


def by_labelme(exported: Path, names: list[str]) -> Maps:
    from labelme.label_file import LabelFile
    from labelme.utils import shape_to_mask

    found = {}
    for name in names:
        labels = np.zeros(SHAPE, np.uint8)
        for shape in LabelFile(str(exported / "labelme" / name.replace(".jpg", ".json"))).shapes:
            value = NAMES.index(shape["label"])
            if shape["shape_type"] == "mask":
                (left, top), (right, bottom) = ((int(x), int(y)) for x, y in shape["points"])
                labels[top : bottom + 1, left : right + 1][shape["mask"].astype(bool)] = value
            else:
                labels[shape_to_mask(SHAPE, shape["points"], shape["shape_type"])] = value
        found[name] = labels
    return found


def by_ultralytics(exported: Path, names: list[str]) -> Maps:
    from ultralytics.data.utils import polygon2mask, verify_image_label

    found = {}
    for name in names:
        (image,) = (exported / "yolo" / "images").glob(f"*/{name}")
        text = exported / "yolo" / "labels" / image.parent.name / name.replace(".jpg", ".txt")
        _, boxes, shape, segments, _, missing, present, _, corrupt, message = verify_image_label(
            (str(image), str(text), "", False, len(NAMES), 0, 0, False)
        )
        assert (shape, missing, present, corrupt) == (SHAPE, 0, 1, 0), message
        labels = np.zeros(SHAPE, np.uint8)
        for (value, *_), segment in zip(boxes, segments, strict=True):
            polygon = (segment * SHAPE[::-1]).reshape(1, -1)
            labels[polygon2mask(SHAPE, list(polygon)) == 1] = int(value)
        found[name] = labels
    return found


def by_supervision(exported: Path, key: str) -> Maps:
    import supervision

    data, place = supervision.DetectionDataset, exported / key
    if key == "yolo":
        parts = [part.name for part in (place / "labels").iterdir() if any(part.iterdir())]
        folders = [(str(place / "images" / part), str(place / "labels" / part)) for part in parts]
        sets = [data.from_yolo(*each, str(place / "data.yaml"), force_masks=True) for each in folders]
    else:
        files = sorted((place / "annotations").glob("*.json"))
        sets = [data.from_coco(str(place / "images"), str(file), force_masks=True) for file in files]
    read = [(path, found, each.classes) for each in sets for path, _, found in each]
    found = {}
    for path, objects, classes in read:
        labels = np.zeros(SHAPE, np.uint8)
        for number, mask in zip(objects.class_id, objects.mask, strict=True):
            labels[np.asarray(mask, bool)] = NAMES.index(classes[number])
        found[Path(path).name] = labels
    return found


def by_datumaro(exported: Path, names: list[str], key: str, format_name: str) -> Maps:
    logging.disable(logging.WARNING)
    from datumaro.components.annotation import AnnotationType
    from datumaro.components.dataset import Dataset

    read = Dataset.import_from(str(exported / key), format_name)
    classes = [each.name for each in read.categories()[AnnotationType.label]]
    stems = {Path(name).stem: name for name in names}
    found = {}
    for item in read:
        labels = np.zeros(SHAPE, np.uint8)
        for each in item.annotations:
            if each.type == AnnotationType.mask:
                labels[np.asarray(each.image, bool)] = NAMES.index(classes[each.label])
        found[stems[Path(item.id).name]] = labels
    return found


READERS: dict[str, tuple[str, Callable[[Path, list[str]], Maps]]] = {
    "labelme": ("labelme", by_labelme),
    "ultralytics": ("ultralytics", by_ultralytics),
    "supervision_yolo": ("supervision", lambda exported, _: by_supervision(exported, "yolo")),
    "supervision_coco": ("supervision", lambda exported, _: by_supervision(exported, "coco")),
    "datumaro_cvatmask": (
        "datumaro",
        lambda exported, names: by_datumaro(exported, names, "cvatmask", "voc_segmentation"),
    ),
    "datumaro_ade20k": ("datumaro", lambda exported, names: by_datumaro(exported, names, "ade20kfull", "ade20k2020")),
}

if __name__ == "__main__":
    main()
