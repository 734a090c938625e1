"""How well one smart stroke takes a region back that was flooded with a wrong class; prints one JSON object.

    python benchmarks/retake.py --data FOLDER [--images 8] [--regions 3]

FOLDER holds ``images/`` and ``labels/``. For each of an image's largest regions, a stroke of the right class along its
middle is decided on an empty label map, and again after something wrong was painted:

- ``over``: a smart stroke of a wrong class in the same place;
- ``beside``: a smart stroke of a wrong class in another part of the region that flooded some of what is under the pen;
- ``reloaded``: the same as beside, after the image was opened again, so that nobody knows what was the scribble;
- ``filled``: everything, with Fill.

"taken" is the mean share of what the stroke gets on the empty map that it gets then, "median" and "worst" say the
same of it, "enough" is how many strokes reach 0.8.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.scribbles import IGNORE, Person, scribble, wrong_regions
from benchmarks.smart_stroke import LEAST, Case, cases
from segcore.editing.brush import Covered
from segcore.interactive.window import Windows

STARTS = ("over", "beside", "reloaded", "filled")
ENOUGH = 0.8
GAP = 3
"""Radii of the pen between a stroke and the one beside it."""


def retaken(case: Case, args: argparse.Namespace) -> Iterator[tuple[str, float]]:
    """Yield (start, share taken back)."""
    windows = Windows(case.image)
    empty = np.full(case.truth.shape, IGNORE, np.uint8)
    for value, region in wrong_regions(empty, case.truth, LEAST)[: args.regions]:
        wrong = next(int(other) for other in np.unique(case.truth) if other not in (value, IGNORE))
        allowed = case.truth == value
        pen = scribble(region, allowed, args.radius, args.share)
        beside = _beside(case.truth.shape, region, pen, args)
        reference = Person(windows, empty)
        reference.smart_stroke(pen, value)
        wanted = reference.labels == value
        for start in STARTS:
            if beside is None and start in ("beside", "reloaded"):
                continue
            person = Person(windows, empty)
            if start == "filled":
                person.fill(wrong)
            else:
                other = pen if start == "over" or beside is None else beside
                person.smart_stroke(other, wrong)
            if not (person.labels[pen.box.slices][pen.mask] == wrong).any():
                continue
            if start == "reloaded":
                person.forget()
            person.smart_stroke(pen, value)
            got = person.labels == value
            yield start, float((got & wanted).sum() / wanted.sum())


def _beside(shape: tuple[int, ...], region: Covered, pen: Covered, args: argparse.Namespace) -> Covered | None:
    """Return a scribble in what the region has beyond a gap round ``pen``; None when there is no room for it."""
    truth, drawn = np.full(shape, IGNORE, np.uint8), np.zeros(shape, np.uint8)
    truth[region.box.slices][region.mask] = 1
    drawn[pen.box.slices][pen.mask] = 1
    size = 2 * GAP * args.radius + 1
    truth[cv2.dilate(drawn, np.ones((size, size), np.uint8)) > 0] = IGNORE
    left = wrong_regions(np.full(shape, IGNORE, np.uint8), truth, LEAST)
    return scribble(left[0][1], truth == 1, args.radius, args.share) if left else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--images", type=int, default=8)
    parser.add_argument("--regions", type=int, default=3)
    parser.add_argument("--radius", type=int, default=3, help="of the pen, in pixels")
    parser.add_argument("--share", type=float, default=0.8, help="of a region's longest way that a scribble follows")
    args = parser.parse_args()
    source = SimpleNamespace(
        data=args.data,
        labels=None,
        predictions=None,
        model=None,
        start="empty",
        ignore=IGNORE,
        half="all",
        images=args.images,
    )
    found: dict[str, list[float]] = {start: [] for start in STARTS}
    for case in cases(source):
        for start, share in retaken(case, args):
            found[start].append(share)
    report = {
        start: {
            "strokes": len(shares),
            "taken": round(float(np.mean(shares)), 3),
            "median": round(float(np.median(shares)), 3),
            "worst": round(min(shares), 3),
            "enough": round(float(np.mean([share >= ENOUGH for share in shares])), 3),
        }
        for start, shares in found.items()
        if shares
    }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
