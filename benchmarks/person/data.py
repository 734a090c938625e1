"""Labelled images: a folder of the benchmark's data -> samples."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from segcore.images.image import read_image
from segcore.images.indexed_png import read_indexed_png
from segcore.labels.classes import IGNORE_INDEX, ClassSet, SegClass, voc_color

CAMVID_UNLABELLED = 11


@dataclass(frozen=True)
class Sample:
    """An image, uint8 [H, W, 3], and what is true of it, uint8 [H, W] with 255 where nobody knows."""

    name: str
    image: np.ndarray
    truth: np.ndarray


class Samples:
    """The images of one folder in the order of their names.

    Parameters
    ----------
    folder : Path
        Holds ``images/``, ``labels/`` and ``classes.json``; or, for CamVid, ``train/`` and ``val/`` with ``…annot/``.
    part : str
        Of CamVid: "train" or "val".
    longest : int
        Larger images are made smaller, so that no side has more pixels; 0 leaves them as they are.
    """

    def __init__(self, folder: Path, part: str = "val", longest: int = 0) -> None:
        camvid = (folder / part).is_dir()
        self.images = folder / (part if camvid else "images")
        self.labels = folder / (f"{part}annot" if camvid else "labels")
        self.longest = longest
        self.unlabelled = CAMVID_UNLABELLED if camvid else None
        self.files = sorted(path for path in self.images.iterdir() if path.is_file())
        if camvid:
            self.classes = ClassSet([SegClass(i, f"class {i}", voc_color(i + 1)) for i in range(CAMVID_UNLABELLED)])
        else:
            listed = json.loads((folder / "classes.json").read_text())
            self.classes = ClassSet([SegClass(c["index"], c["name"], voc_color(c["index"] + 1)) for c in listed])

    def __len__(self) -> int:
        return len(self.files)

    def read(self, numbers: Iterable[int]) -> Iterator[Sample]:
        """Yield the images with these numbers."""
        for number in numbers:
            file = self.files[number]
            image = read_image(file)
            truth = read_indexed_png(self.labels / f"{file.stem}.png", image.shape[:2])
            if self.unlabelled is not None:
                truth = np.where(truth == self.unlabelled, np.uint8(IGNORE_INDEX), truth)
            shrink = max(image.shape[:2]) / self.longest if self.longest else 1.0
            if shrink > 1.0:
                size = round(image.shape[1] / shrink), round(image.shape[0] / shrink)
                image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
                truth = cv2.resize(truth, size, interpolation=cv2.INTER_NEAREST)
            yield Sample(file.stem, image, np.ascontiguousarray(truth))
