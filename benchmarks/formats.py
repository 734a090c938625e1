"""How many label maps a second are exported and imported, and what an import's memory peak is; one JSON line each.

    python benchmarks/formats.py [--images 10000] [--size 480x360] [--formats png,voc,coco] [--folder DIR]

The label maps are blobs of eight classes, as smooth as those that people draw.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from segcore.formats.export import export_project
from segcore.formats.import_labels import ImportChoices, import_labels
from segcore.formats.import_plan import plan_import
from segcore.labels.classes import ClassSet
from segcore.progress import drive
from segcore.project.project import Project

CLASSES = ClassSet.from_names([f"class {n}" for n in range(8)])
VARIANTS = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--size", default="480x360")
    parser.add_argument("--formats", default="png,voc,coco")
    parser.add_argument("--folder", type=Path)
    args = parser.parse_args()
    width, height = map(int, args.size.split("x"))
    with tempfile.TemporaryDirectory(dir=args.folder) as place:
        measure(Path(place), args.images, (height, width), args.formats.split(","))


def measure(place: Path, count: int, shape: tuple[int, int], formats: list[str]) -> None:
    images, labels = place / "images", place / "labels"
    for folder in (images, labels):
        folder.mkdir()
    maps = [blobs(np.random.default_rng(n), shape) for n in range(VARIANTS)]
    for n in range(count):
        Image.new("1", shape[::-1]).save(images / f"{n:06d}.png")
        write_fast(labels / f"{n:06d}.png", maps[n % VARIANTS])
    with Project.create(place / "p", images, CLASSES) as project:
        with timed("plan an import of", "png", count):
            plan = drive(plan_import(project, labels))
        with timed("import", "png", count):
            report = drive(import_labels(project, plan, ImportChoices(plan.mapping())))
        assert len(report.imported) == count
        for key in formats:
            with timed("export", key, count):
                drive(export_project(project, [key], place / f"out-{key}"))
            if key != "png":
                with timed("plan an import of", key, count):
                    plan = drive(plan_import(project, place / f"out-{key}", key))
                with timed("read again", key, count):
                    for image_id, name in plan.names.items():
                        plan.label_set.picture(name, project.size(image_id))


def blobs(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    small = rng.integers(0, 8, (6, 8)).astype(np.uint8)
    scores = [cv2.resize((small == n).astype(np.float32), shape[::-1], interpolation=cv2.INTER_CUBIC) for n in range(8)]
    return np.argmax(scores, 0).astype(np.uint8)


def write_fast(path: Path, labels: np.ndarray) -> None:
    Image.fromarray(labels).save(path, compress_level=1)


class timed:  # noqa: N801
    """Prints what was done, how many a second, and the memory peak of the process."""

    def __init__(self, what: str, key: str, count: int) -> None:
        self.what, self.key, self.count = what, key, count

    def __enter__(self) -> None:
        self.start, self.cpu = time.perf_counter(), time.process_time()

    def __exit__(self, *_: object) -> None:
        seconds = time.perf_counter() - self.start
        cpu = 1000 * (time.process_time() - self.cpu) / self.count
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        found = {"what": self.what, "format": self.key, "images": self.count, "seconds": round(seconds, 2)}
        print(
            json.dumps(
                found | {"a_second": round(self.count / seconds, 1), "cpu_ms": round(cpu, 2), "peak_mb": round(peak)}
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()
