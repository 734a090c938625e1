"""Split the roads data set by road section, and write the sample project that Maskwright brings.

Frames of one road section are a few metres apart and look alike, so a section is never on two sides. A file is called
``<number>_<state>_<section>_<metre>.jpg``. Usage::

    python benchmarks/roads_split.py ROADS OUT

ROADS holds ``images/``, ``labels/`` and ``classes.json``. OUT gets ``train/``, ``held_out/`` and ``sample/``, each with
``images/`` and ``labels/``, and ``bundle/``: what lies in ``resources/sample/roads``, four of its images labelled for
the person, the others only to measure.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from segcore.images.indexed_png import read_indexed_png, write_indexed_png
from segcore.labels.classes import ClassSet

SAMPLE = ("RS_386_386RS124739",)
HELD_OUT = ("RS_386_386RS191729", "DF_020_020BDF0070", "DF_251_251BDF0530", "DF_080_080BDF0090")
LABELLED = (1, 3, 6, 8)
"""Which of the sample's images, by name, are labelled for the person: far apart, each with a crack or a pothole."""


def section(name: str) -> str:
    """``1014619_RS_386_386RS124739_30020.jpg`` -> ``RS_386_386RS124739``."""
    return name.split("_", 1)[1].rsplit("_", 1)[0]


def side(name: str) -> str:
    """``sample``, ``held_out`` or ``train``."""
    if section(name) in SAMPLE:
        return "sample"
    return "held_out" if section(name) in HELD_OUT else "train"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("roads", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    for image in sorted((args.roads / "images").iterdir()):
        labels = args.roads / "labels" / f"{image.stem}.png"
        for source, kind in ((image, "images"), (labels, "labels")):
            folder = args.out / side(image.name) / kind
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, folder / source.name)
    bundle(args.out / "sample", args.roads / "classes.json", args.out / "bundle")


def bundle(sample: Path, classes_file: Path, out: Path) -> None:
    """Write the images of ``sample``, their label maps with the classes' palette, and the class list."""
    classes = ClassSet.from_file(classes_file)
    (out / "images").mkdir(parents=True, exist_ok=True)
    for number, image in enumerate(sorted((sample / "images").iterdir())):
        shutil.copyfile(image, out / "images" / image.name)
        labels = read_indexed_png(sample / "labels" / f"{image.stem}.png")
        folder = "labels" if number in LABELLED else "held_out"
        write_indexed_png(out / folder / f"{image.stem}.png", labels, classes.palette())
    shutil.copyfile(classes_file, out / "classes.json")


if __name__ == "__main__":
    main()
