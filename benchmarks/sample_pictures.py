"""Draw the picture that the start page shows for each sample project: half an image, half its labels.

    python benchmarks/sample_pictures.py

Writes ``resources/sample/KEY/picture.jpg`` from the first labelled image of each sample.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from segcore.images.image import read_image
from segcore.images.indexed_png import read_indexed_png
from segcore.images.overlay import overlay
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.project.sample_project import SAMPLES, Sample

WIDTH, HEIGHT = 400, 220
"""Pixels: more than twice what the page shows, for sharp screens."""
QUALITY = 85
OPACITY = 0.6


def picture(sample: Sample) -> np.ndarray:
    """Return uint8 [HEIGHT, WIDTH, 3]."""
    image_id, path = next(iter(sample.labels().items()))
    image, labels = read_image(sample.source / "images" / image_id), read_indexed_png(path)
    rows = min(image.shape[0], image.shape[1] * HEIGHT // WIDTH)
    top = (image.shape[0] - rows) // 2
    image, labels = image[top : top + rows], labels[top : top + rows]
    image = cv2.resize(image, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    labels = cv2.resize(labels, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)
    labels = np.where(labels == 0, np.uint8(IGNORE_INDEX), labels)  # the background stays as it is
    labels[:, : WIDTH // 2] = IGNORE_INDEX
    return overlay(image, labels, ClassSet.from_file(sample.source / "classes.json"), OPACITY)


def main() -> None:
    for sample in SAMPLES.values():
        Image.fromarray(picture(sample)).save(sample.source / "picture.jpg", quality=QUALITY)


if __name__ == "__main__":
    main()
