"""Import of a COCO file of very many annotations; prints one JSON object.

    python benchmarks/million_annotations.py [--annotations 1000000] [--images 2000]

Polygons of 12 points in images of 640x480 pixels. Seconds are those of the processor (``seconds``) and of the clock;
``memory_mb`` is the most that the process took (Linux).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from segcore.formats.import_labels import ImportChoices, import_labels
from segcore.formats.import_plan import plan_import
from segcore.labels.classes import ClassSet
from segcore.progress import drive
from segcore.project.project import Project

NAMES = ["background", *(f"class {n}" for n in range(9))]


def write(path: Path, annotations: int, images: int) -> None:
    random, angles = np.random.default_rng(0), np.linspace(0, 2 * np.pi, 12, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)], 1)
    sizes = [{"id": n, "file_name": f"{n}.jpg", "width": 640, "height": 480} for n in range(images)]
    head = {"images": sizes, "categories": [{"id": n, "name": name} for n, name in enumerate(NAMES, 1)]}
    with path.open("w") as file:
        file.write(json.dumps(head)[:-1] + ', "annotations": [')
        for n in range(annotations):
            centre, radius = random.uniform((10, 10), (630, 470)), random.uniform(3, 15)
            points = np.round(centre + radius * circle, 2).ravel().tolist()
            each = {"id": n, "image_id": n % images, "category_id": n % 10 + 1, "iscrowd": 0, "segmentation": [points]}
            each |= {"area": round(3 * radius**2, 1)}
            file.write((",\n" if n else "") + json.dumps(each))
        file.write("]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--annotations", type=int, default=1_000_000)
    parser.add_argument("--images", type=int, default=2000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        place = Path(work)
        (place / "images").mkdir()
        for n in range(given.images):
            Image.new("RGB", (640, 480)).save(place / "images" / f"{n}.jpg")
        write(place / "coco.json", given.annotations, given.images)
        with Project.create(place / "p", place / "images", ClassSet.from_names(NAMES)) as project:
            start, clock = time.process_time(), time.perf_counter()
            plan = drive(plan_import(project, place / "coco.json"))
            report = drive(import_labels(project, plan, ImportChoices(plan.mapping())))
            used, passed = time.process_time() - start, time.perf_counter() - clock
    result = {"benchmark": "million_annotations", "annotations": given.annotations, "imported": len(report.imported)}
    result |= {"seconds": round(used, 1), "clock_seconds": round(passed, 1), "load": round(os.getloadavg()[0], 1)}
    print(json.dumps(result | {"memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000}))


if __name__ == "__main__":
    main()
