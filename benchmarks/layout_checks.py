"""Whether exports pass the checks of the programs that they are for; prints one JSON object.

    python benchmarks/layout_checks.py --out DIR [--images 4]

A project of random labels (sub-folders, spaces, ignored pixels, a class without a pixel) is exported with its images in
the formats ``voc``, ``nnunet`` and ``mmseg`` to DIR. nnU-Net's own `verify_dataset_integrity` then reads ``DIR/nnunet``
where the package ``nnunetv2`` can be imported (a folder on PYTHONPATH is enough); without it that entry is null. The
rules of all three, written out, are tested in tests/segcore/formats/test_outside_checks.py.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from segcore.formats.export import export_project
from segcore.formats.export_options import ExportOptions
from segcore.formats.splits import SplitRule
from segcore.labels.classes import ClassSet
from segcore.progress import drive
from segcore.project.project import Project

NAMES = ["background", "road", "car", "unused"]
KEYS = ["voc", "nnunet", "mmseg"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="an empty folder")
    parser.add_argument("--images", type=int, default=4)
    args = parser.parse_args()
    exported = export(args.out.absolute(), args.images)
    result = {"benchmark": "layout_checks", "images": args.images, "formats": KEYS, "nnunetv2_accepts": None}
    if importlib.util.find_spec("nnunetv2") is not None:
        result["nnunetv2_accepts"] = accepted(exported / "nnunet")
    print(json.dumps(result))


def export(out: Path, count: int) -> Path:
    """Export a project of ``count`` images and a quarter of them for validation; return the folder of the formats."""
    random = np.random.default_rng(0)
    (out / "images" / "a b").mkdir(parents=True)
    with Project.create(out / "project", out / "images", ClassSet.from_names(NAMES)) as project:
        names = [f"{'a b/' if n % 2 else ''}image {n}.jpg" for n in range(count)]
        for name in names:
            Image.fromarray(random.integers(0, 256, (48, 64, 3), np.uint8)).save(out / "images" / name)
        drive(project.rescan())
        for name in names:
            project.import_labels(name, random.choice(np.array([0, 1, 2, 255], np.uint8), (48, 64)))
        options = ExportOptions(copy_images=True, split=SplitRule(0.25))
        drive(export_project(project, KEYS, out / "exported", options))
    return out / "exported"


def accepted(folder: Path) -> bool:
    """Run nnU-Net's checker on a raw data set; what it finds is printed to stderr."""
    from nnunetv2.experiment_planning.verify_dataset_integrity import verify_dataset_integrity

    try:
        verify_dataset_integrity(str(folder), num_processes=1)
    except (AssertionError, RuntimeError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return False
    return True


if __name__ == "__main__":
    main()
