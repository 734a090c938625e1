"""Write the sample project `nuclei` that Maskwright brings, from the data set of cell nuclei.

    python benchmarks/nuclei_sample.py NUCLEI OUT

NUCLEI holds ``images/``, ``labels/`` and ``classes.json``. The rule: the first ten images by name that are coloured
(stained tissue, which is visible on any screen) and have at most 320 pixels a side; the first two bring their labels in
``labels/``, for the strokes of the demo, and the next two in ``held_out/``, only to measure.
OUT gets what lies in ``resources/sample/nuclei``, less its notes, its picture and its strokes.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from segcore.images.image import read_image
from segcore.images.indexed_png import read_indexed_png, write_indexed_png
from segcore.labels.classes import ClassSet

IMAGES, LABELLED, HELD_OUT = 10, 2, 2
LONGEST = 320
"""Pixels."""
COLOUR = "#ffe119"
"""Of the nuclei: yellow over violet tissue can be seen; the green of the data set turns grey there."""
LEAST_COLOUR = 5.0
"""Mean distance of a pixel's three values from their mean, 0-255; 0 for a grey image."""


def fits(image: np.ndarray) -> bool:
    """Whether an image, uint8 [H, W, 3], is small and coloured."""
    grey = image.mean(axis=2, keepdims=True)
    return max(image.shape[:2]) <= LONGEST and float(np.abs(image - grey).mean()) >= LEAST_COLOUR


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nuclei", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    listed = json.loads((args.nuclei / "classes.json").read_text("utf-8"))
    listed[1]["color"] = COLOUR
    classes = ClassSet.from_json(listed)
    (args.out / "images").mkdir(parents=True, exist_ok=True)
    chosen = [path for path in sorted((args.nuclei / "images").iterdir()) if fits(read_image(path))][:IMAGES]
    for number, path in enumerate(chosen):
        shutil.copyfile(path, args.out / "images" / path.name)
        if number < LABELLED + HELD_OUT:
            labels = read_indexed_png(args.nuclei / "labels" / f"{path.stem}.png")
            folder = "labels" if number < LABELLED else "held_out"
            write_indexed_png(args.out / folder / f"{path.stem}.png", labels, classes.palette())
    (args.out / "classes.json").write_text(json.dumps(listed, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
