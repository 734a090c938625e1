"""Record the strokes of the sample project `nuclei`: what the simulated person of benchmarks/person draws there.

    python benchmarks/sample_strokes.py

The person labels each image of ``resources/sample/nuclei/labels`` with brush and live adaptation until it is accepted.
Writes ``strokes.json`` beside that folder: for each stroke the image, the class value, the radius and the way, (x, y)
in pixels, simplified by at most half a pixel.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.person.data import Sample
from benchmarks.person.desk import Desk
from benchmarks.person.gesture import Stroke
from benchmarks.person.labelling import label
from benchmarks.person.live import Live
from segcore.adaptation.live_options import LiveOptions
from segcore.editing.brush import Covered
from segcore.images.image import read_image
from segcore.images.indexed_png import read_indexed_png
from segcore.labels.classes import ClassSet
from segcore.project.sample_project import NUCLEI

TOLERANCE = 0.5
"""Pixels."""


class RecordingDesk(Desk):
    """A desk that keeps the strokes as JSON values in ``rows``."""

    def __init__(self, classes: ClassSet) -> None:
        super().__init__(classes)
        self.rows: list[dict[str, object]] = []

    def draw(self, stroke: Stroke, allowed: np.ndarray, smart: bool = False) -> Covered:
        """Draw a stroke and keep it."""
        way = np.array([(x, y) for y, x in stroke.way], np.int32)
        points = [[int(x), int(y)] for x, y in cv2.approxPolyDP(way, TOLERANCE, False)[:, 0]]
        self.rows.append(
            {
                "image": self.document.image_id,
                "class": int(stroke.value),
                "radius": round(stroke.radius, 1),
                "way": points,
            }
        )
        return super().draw(stroke, allowed, smart)


def main() -> None:
    classes = ClassSet.from_file(NUCLEI.source / "classes.json")
    desk, live = RecordingDesk(classes), Live(LiveOptions(), classes)
    try:
        for image_id, path in NUCLEI.labels().items():
            image = read_image(NUCLEI.source / "images" / image_id)
            label(desk, Sample(image_id, image, read_indexed_png(path)), "brush", live)
    finally:
        desk.close()
    lines = ",\n ".join(json.dumps(each) for each in desk.rows)
    (NUCLEI.source / "strokes.json").write_text(f"[\n {lines}\n]\n", "utf-8")


if __name__ == "__main__":
    main()
