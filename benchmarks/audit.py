"""How well the audit finds labels that were broken on purpose; prints one JSON object.

    python benchmarks/audit.py --data FOLDER [--part val] [--images 40] [--broken 20] [--longest 480] [--seed 0]

All images are confirmed with their true labels. Then in ``broken`` images a connected region of one class, 200 to
20,000 pixels, gets another class that the data set has. precision@10: how many of the first ten issues cover a broken
region (at least a quarter of the issue's pixels are broken); recall: broken regions that an issue of the first
``2 x broken`` covers.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.person.data import Samples
from segcore.images.image import read_image
from segcore.labels.label_map import LabelMap
from segcore.progress import drive
from segcore.project.project import Project
from segcore.worklist.audit import audit

LEAST, MOST = 200, 20_000
"""Pixels of a region that is broken."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--part", default="val")
    parser.add_argument("--images", type=int, default=40)
    parser.add_argument("--broken", type=int, default=20)
    parser.add_argument("--longest", type=int, default=480)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    samples = Samples(args.data, args.part, args.longest)
    rng = np.random.default_rng(args.seed)
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(run(samples, args.images, args.broken, rng, Path(folder))))


def run(samples: Samples, images: int, broken: int, rng: np.random.Generator, folder: Path) -> dict[str, object]:
    """Break labels, audit, and count."""
    chosen = list(samples.read(spread(len(samples.files), images)))
    (folder / "images").mkdir()
    for sample in chosen:
        cv2.imwrite(str(folder / "images" / f"{sample.name}.png"), sample.image[..., ::-1])
    values = [int(value) for value in samples.classes.indices]
    masks: dict[str, np.ndarray] = {}
    with Project.create(folder / "p", folder / "images", samples.classes) as project:
        order = list(rng.permutation(len(chosen)))
        for place, number in enumerate(order):
            sample = chosen[number]
            labels = sample.truth.copy()
            mask = break_one(labels, values, rng) if len(masks) < broken else None
            if mask is not None:
                masks[f"{sample.name}.png"] = mask
            shape = read_image(project.image_path(f"{sample.name}.png")).shape[:2]
            assert labels.shape == shape, place
            project.save_label_map(f"{sample.name}.png", LabelMap(labels, np.full_like(labels, 3)))
        start = time.perf_counter()
        found = drive(audit(project))
        seconds = time.perf_counter() - start
        hits, covered = [], set()
        for issue in found.issues[: 2 * broken]:
            mask = masks.get(issue.image_id)
            labels = project.load_labels(issue.image_id).label_map.labels
            pixels = issue.mask(labels)
            hit = mask is not None and bool((mask[issue.box.slices] & pixels).sum() >= 0.25 * pixels.sum())
            hits.append(hit)
            if hit:
                covered.add(issue.image_id)
    return {
        "images": len(chosen),
        "broken": len(masks),
        "issues": len(found.issues),
        "precision_at_10": float(np.mean(hits[:10])) if hits else 0.0,
        "precision_at_broken": float(np.mean(hits[: len(masks)])) if hits else 0.0,
        "recall": len(covered) / max(1, len(masks)),
        "seconds_an_image": round(seconds / len(chosen), 3),
    }


def spread(number: int, images: int) -> list[int]:
    """Return so many numbers, evenly spread over ``number``: neighbours in a folder are often alike."""
    return sorted({int(each) for each in np.linspace(0, number - 1, min(number, images))})


def break_one(labels: np.ndarray, values: list[int], rng: np.random.Generator) -> np.ndarray | None:
    """Give one connected region of ``labels`` another class; return its mask, None where there is no such region."""
    regions = []
    for value in values:
        number, parts, stats, _ = cv2.connectedComponentsWithStats((labels == value).astype(np.uint8))
        regions += [
            (value, parts == part) for part in range(1, number) if LEAST <= stats[part, cv2.CC_STAT_AREA] <= MOST
        ]
    if not regions:
        return None
    value, mask = regions[rng.integers(len(regions))]
    labels[mask] = rng.choice([other for other in values if other != value])
    return mask


if __name__ == "__main__":
    main()
