"""Draw what maps of stride 32, 16 and 8 can hold at best, for docs/students.md, and print the scores.

    python docs/strides.py [--out docs/images/strides.webp]

The true labels of a photo of the sample project Roads are averaged over squares of 32, 16 and 8 pixels, as scores of
that stride are, enlarged bilinearly and decided again. No network is involved: it is what a perfect one could reach.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from segcore.images.image import read_image  # noqa: E402
from segcore.images.indexed_png import read_indexed_png  # noqa: E402
from segcore.images.overlay import contact_sheet, overlay  # noqa: E402
from segcore.labels.classes import ClassSet  # noqa: E402
from segcore.metrics.scores import ConfusionMatrix  # noqa: E402
from segcore.project.sample_project import ROADS  # noqa: E402

STRIDES = 32, 16, 8
IMAGE = "1014780_RS_386_386RS124739_30826"


def coarse(labels: NDArray[np.uint8], classes: int, stride: int) -> NDArray[np.uint8]:
    """Return the labels after a detour over scores of this stride: uint8 [H, W] -> uint8 [H, W]."""
    height, width = labels.shape
    cells = -(-width // stride), -(-height // stride)
    scores = [
        cv2.resize(
            cv2.resize((labels == value).astype(np.float32), cells, interpolation=cv2.INTER_AREA),
            (width, height),
            interpolation=cv2.INTER_LINEAR,
        )
        for value in range(classes)
    ]
    return np.argmax(scores, axis=0).astype(np.uint8)


def at_best() -> tuple[list[tuple[str, NDArray[np.uint8]]], dict[int, dict[str, float | None]]]:
    """Return the pictures with their titles, RGB, and the IoU of each class (0.0-1.0) by stride."""
    classes = ClassSet.from_file(ROADS.source / "classes.json")
    image = read_image(ROADS.source / "images" / f"{IMAGE}.jpg")
    labels = read_indexed_png(ROADS.source / "labels" / f"{IMAGE}.png")
    pictures, scores = [("true labels", overlay(image, labels, classes))], {}
    for stride in STRIDES:
        found = coarse(labels, len(classes), stride)
        matrix = ConfusionMatrix(len(classes))
        matrix.update(labels, found)
        scores[stride] = matrix.scores(classes.names).iou
        pictures.append((f"stride {stride}", overlay(image, found, classes)))
    return pictures, scores


def main() -> None:
    """Write the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images" / "strides.webp")
    args = parser.parse_args()
    pictures, scores = at_best()
    for stride, iou in scores.items():
        print(stride, {name: None if each is None else round(100 * each, 1) for name, each in iou.items()})
    small = [(title, cv2.resize(each, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)) for title, each in pictures]
    sheet = cv2.cvtColor(contact_sheet(small), cv2.COLOR_RGB2BGR)
    cv2.imwrite(str(args.out), sheet, [cv2.IMWRITE_WEBP_QUALITY, 85])
    print(f"The picture is {args.out}.")


if __name__ == "__main__":
    main()
