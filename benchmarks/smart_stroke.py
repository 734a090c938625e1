"""What a stroke of the smart brush, and of edge refine, is worth on real labelled images; prints one JSON object.

    python benchmarks/smart_stroke.py --data FOLDER [--start empty|CLASS] [--half second] [--images 20]
    python benchmarks/smart_stroke.py --data FOLDER --labels LABELS --ignore 11 --model CHECKPOINT.safetensors
    python benchmarks/smart_stroke.py --predictions FILE.npz --ignore 11

FOLDER holds ``images/`` and ``labels/``, or images beside LABELS. FILE.npz holds P, float [N, C, H, W], I, uint8
[N, H, W, 3], and L, uint8 [N, H, W]. A simulated person (`scribbles`) draws over the largest wrong regions; "brush" is
the same pen painting only what it covers. "gain" is pixels put right less pixels broken, as a share of the region.
Edge refine gets the truth with its borders shifted by smooth noise, and bands along them.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.scribbles import IGNORE, Person, bands, scribble, shifted, wrong_regions
from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.images.image import read_image
from segcore.images.indexed_png import read_indexed_png
from segcore.interactive.edge_refine import EdgeRefine
from segcore.interactive.smart_stroke import SmartStroke
from segcore.interactive.window import Windows
from segcore.labels.label_map import Provenance
from segcore.progress import drive

LEAST = 60
"""Pixels; smaller wrong regions are not worth a stroke."""


@dataclass
class Case:
    """An image, what is true, what the labels say at first, and a model's float [C, H, W]."""

    image: np.ndarray
    truth: np.ndarray
    labels: np.ndarray
    shares: np.ndarray | None

    @property
    def values(self) -> np.ndarray:
        """Class value of each channel."""
        return np.arange(0 if self.shares is None else len(self.shares), dtype=np.uint8)

    def probabilities(self, box: Box) -> np.ndarray:
        """Cut out a box."""
        return self.shares[:, box.top : box.bottom, box.left : box.right].astype(np.float32)

    @property
    def source(self) -> Callable[[Box], np.ndarray] | None:
        """What the strokes ask for probabilities."""
        return None if self.shares is None else self.probabilities


def cases(args: argparse.Namespace) -> Iterator[Case]:
    if args.predictions:
        with np.load(args.predictions) as file:
            shares, images, truths = file["P"], file["I"], file["L"]
        for number in chosen(len(images), args):
            truth = np.where(truths[number] == args.ignore, IGNORE, truths[number]).astype(np.uint8)
            labels = shares[number].astype(np.float32).argmax(axis=0).astype(np.uint8)
            yield Case(images[number], truth, labels, shares[number])
        return
    folder = args.data / "images" if (args.data / "images").is_dir() else args.data
    files = sorted(folder.iterdir())
    predictor = None
    if args.model:
        from segcore.models.catalogue import load_model
        from segcore.prediction import Predictor

        predictor = Predictor(drive(load_model(args.model)), "cpu")
    for number in chosen(len(files), args):
        image = read_image(files[number])
        truth = read_indexed_png((args.labels or args.data / "labels") / f"{files[number].stem}.png", image.shape[:2])
        truth = np.where(truth == args.ignore, IGNORE, truth).astype(np.uint8)
        shares = None if predictor is None else drive(predictor.probabilities(image))
        start = IGNORE if args.start == "empty" else int(args.start)
        labels = np.full(truth.shape, start, np.uint8) if shares is None else shares.argmax(axis=0).astype(np.uint8)
        yield Case(image, truth, labels, shares)


def chosen(count: int, args: argparse.Namespace) -> list[int]:
    first, last = {"first": (0, count // 2), "second": (count // 2, count), "all": (0, count)}[args.half]
    return np.unique(np.linspace(first, last - 1, min(args.images, last - first)).astype(int)).tolist()


def apply(
    case: Case, labels: np.ndarray, provenance: np.ndarray, value: int, pen: Covered, windows: Windows
) -> Covered:
    stroke = SmartStroke(case.image, labels, provenance, case.source, case.values, value, windows=windows)
    decision = drive(stroke.decide(pen))
    return Covered(decision.box, decision.mask)


def single(case: Case, args: argparse.Namespace, times: list[float]) -> Iterator[dict[str, float]]:
    """Give each of the largest regions one stroke, on the labels as they were."""
    provenance = np.where(case.labels == IGNORE, Provenance.UNTOUCHED, Provenance.PREDICTED).astype(np.uint8)
    windows = Windows(case.image)
    for value, region in wrong_regions(case.labels, case.truth, LEAST)[: args.regions]:
        pen = scribble(region, case.truth == value, args.radius)
        apply(case, case.labels, provenance, value, pen, windows)
        started = process_time()
        found = apply(case, case.labels, provenance, value, pen, windows)
        times.append(process_time() - started)
        yield {
            "smart": worth(case, found, value, region),
            "brush": worth(case, pen, value, region),
            "broken": broken(case, found, value) / region.mask.sum(),
            "overlap": overlap(case, found, value, region),
            "brush_overlap": overlap(case, pen, value, region),
        }


def changed(case: Case, covered: Covered, value: int) -> np.ndarray:
    at = covered.box.slices
    return covered.mask & (case.labels[at] != value) & (case.truth[at] != IGNORE)


def broken(case: Case, covered: Covered, value: int) -> int:
    """Count pixels that were right, or without a class, and are wrong now."""
    before, truth = case.labels[covered.box.slices], case.truth[covered.box.slices]
    was_harmless = (before == truth) | (before == IGNORE)
    return int((changed(case, covered, value) & (truth != value) & was_harmless).sum())


def worth(case: Case, covered: Covered, value: int, region: Covered) -> float:
    fixed = int((changed(case, covered, value) & (case.truth[covered.box.slices] == value)).sum())
    return (fixed - broken(case, covered, value)) / float(region.mask.sum())


def overlap(case: Case, covered: Covered, value: int, region: Covered) -> float:
    """Return the intersection over union of what the stroke changed and the wrong region."""
    there = np.zeros(case.truth.shape, np.bool_)
    there[region.box.slices] = region.mask
    here = np.zeros(case.truth.shape, np.bool_)
    here[covered.box.slices] = changed(case, covered, value)
    return float((there & here).sum() / (there | here).sum())


def strokes_needed(case: Case, args: argparse.Namespace, smart: bool) -> tuple[int, float]:
    """Count strokes, one after the other over what is then the largest wrong region, until enough pixels are right."""
    windows, counted = Windows(case.image), case.truth != IGNORE
    person = Person(windows, case.labels, case.source, case.values)
    for number in range(args.most + 1):
        accuracy = float((person.labels == case.truth)[counted].mean())
        regions = wrong_regions(person.labels, case.truth, 1)
        if accuracy >= args.goal or number == args.most or not regions:
            return number, accuracy
        value, region = regions[0]
        pen = scribble(region, case.truth == value, args.radius)
        if smart:
            person.smart_stroke(pen, value)
        else:
            person.brush(pen, value)
    raise AssertionError


def edges(case: Case, args: argparse.Namespace, seed: int, times: list[float]) -> Iterator[dict[str, float]]:
    """Give the share of wrong pixels in a band before and after, and after on borders that were right."""
    windows = Windows(case.image)
    labels = shifted(case.truth, args.shift, seed)
    for band in bands(labels, args.regions, args.band, seed):
        row = {}
        for name, source in (("with", case.source), ("without", None)):
            decider = EdgeRefine(case.image, labels, np.zeros_like(labels), source, case.values, windows=windows)
            drive(decider.decide(band))
            started = process_time()
            answer = drive(decider.decide(band))
            times.append(process_time() - started)
            at, counted = band.box.slices, band.mask & (case.truth[band.box.slices] != IGNORE)
            if not counted.any():
                break
            row["before"] = float((labels[at] != case.truth[at])[counted].mean())
            row[f"after_{name}_model"] = float((answer.labels != case.truth[at])[counted].mean())
        else:
            yield row


def means(rows: list[dict[str, float]]) -> dict[str, float]:
    return {key: round(float(np.mean([row[key] for row in rows])), 3) for key in (rows[0] if rows else ())}


def milliseconds(times: list[float]) -> dict[str, float]:
    """Sum up process time, with the window known."""
    if not times:
        return {}
    return {"median_ms": round(1000 * float(np.median(times)), 1), "worst_ms": round(1000 * max(times), 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--labels", type=Path, help="folder of the label maps, when it is not DATA/labels")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--predictions", type=Path)
    parser.add_argument(
        "--start", default="empty", help="empty, or the class value that all pixels have without a model"
    )
    parser.add_argument("--ignore", type=int, default=IGNORE)
    parser.add_argument("--half", choices=("first", "second", "all"), default="all")
    parser.add_argument("--images", type=int, default=20)
    parser.add_argument("--regions", type=int, default=3, help="strokes, and bands, an image")
    parser.add_argument("--radius", type=int, default=3, help="of the pen, in pixels")
    parser.add_argument("--goal", type=float, default=0.95, help="share of right pixels to stroke for")
    parser.add_argument("--most", type=int, default=40, help="strokes an image for the goal; 0 leaves it out")
    parser.add_argument("--shift", type=float, default=4.0, help="of the borders, in pixels")
    parser.add_argument("--band", type=int, default=8, help="radius of the pen along a border")
    args = parser.parse_args()
    if (args.data is None) == (args.predictions is None):
        parser.error("give --data or --predictions")
    strokes: list[dict[str, float]] = []
    redone: list[dict[str, float]] = []
    needed: list[dict[str, float]] = []
    stroke_times: list[float] = []
    edge_times: list[float] = []
    for seed, case in enumerate(cases(args)):
        strokes += single(case, args, stroke_times)
        redone += edges(case, args, seed, edge_times)
        if args.most:
            row = {}
            for name in ("smart", "brush"):
                number, accuracy = strokes_needed(case, args, name == "smart")
                row |= {
                    f"{name}_strokes": number,
                    f"{name}_accuracy": accuracy,
                    f"{name}_reached": accuracy >= args.goal,
                }
            needed.append(row)
    result = {
        "strokes": len(strokes),
        "one_stroke": means(strokes),
        "better_than_brush": round(float(np.mean([row["smart"] >= row["brush"] for row in strokes])), 3),
        "to_the_goal": means(needed),
        "edges": means(redone),
        "edges_better": round(float(np.mean([row["after_with_model"] <= row["before"] for row in redone])), 3),
        "stroke": milliseconds(stroke_times),
        "edge": milliseconds(edge_times),
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
