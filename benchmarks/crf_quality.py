"""What the CRF is worth on CamVid: parameters learned on ``train``, measured on ``val``.

    python benchmarks/crf_quality.py --data CAMVID CHECKPOINT [CHECKPOINT ...] [--minutes 2] [--fresh]

CAMVID holds ``train/``, ``trainannot/``, ``val/`` and ``valannot/`` (480x360, label 11 = unlabelled). Of each
checkpoint: mean IoU, boundary F-score (3 pixels) and both for each class, of the network alone, with the default
parameters, with the learned ones, and with those and the classes protected that they hurt on ``train``. Prints one JSON
object a checkpoint.

The networks were trained on ``train``: there they are surer and better than on ``val``, so what is learned there is
likely too weak a CRF, and a class that is hurt on ``val`` need not be hurt on ``train``. With ``--fresh`` the
parameters are learned a second time as a person does who corrects new images: on the even images of ``val``, measured
on the odd ones, and the other way round.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from segcore.crf import Crf, CrfParameters, crf_available
from segcore.crf.protection import protect
from segcore.crf_tuning.training_images import folder_training_images
from segcore.crf_tuning.tuning import Tuned, tune
from segcore.images.image import read_image
from segcore.metrics.boundary import BoundaryScore
from segcore.metrics.scores import ConfusionMatrix
from segcore.models.catalogue import load_model
from segcore.prediction import Predictor
from segcore.progress import drive
from segcore.training.dataset import Pair, read_truth
from segcore.training.folder_pairs import pair_folders

UNLABELLED = 11
Seen = tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.uint8]]


class Row:
    """The scores of one way to decide."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self.matrix, self.boundary = ConfusionMatrix(len(names)), BoundaryScore(len(names))

    def add(self, truth: NDArray[np.uint8], probabilities: NDArray[np.float32]) -> None:
        """Count one image."""
        labels = probabilities.argmax(0)
        self.matrix.update(truth, labels)
        self.boundary.update(truth, labels)

    def report(self) -> dict[str, Any]:
        """Percent, to a hundredth."""
        scores = self.matrix.scores(self.names, self.boundary)
        return {
            "mean_iou": percent(scores.mean_iou),
            "boundary_f": percent(scores.boundary_f),
            "iou": {name: percent(value) for name, value in scores.iou.items()},
            "boundary": {name: percent(value) for name, value in scores.boundary.items()},
        }


def percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoints", nargs="+", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--engine", default="fast", choices=("fast", "exact"))
    parser.add_argument("--device", default="auto")
    parser.add_argument("--minutes", type=float, default=2.0, help="of searching, at most")
    parser.add_argument("--images", type=int, default=36, help="of train, a third of which is held out")
    parser.add_argument("--step", type=int, default=1, help="every so many images of val")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fresh", action="store_true", help="learn on the two halves of val as well")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    for checkpoint in args.checkpoints:
        print(json.dumps(measure(checkpoint, args)), flush=True)


def measure(checkpoint: Path, args: argparse.Namespace) -> dict[str, Any]:
    """One checkpoint: learn, then decide ``val`` in each way."""
    predictor = Predictor(drive(load_model(checkpoint)), args.device)
    train, _ = pair_folders(args.data / "train", args.data / "trainannot")
    val, _ = pair_folders(args.data / "val", args.data / "valannot")
    val = val[:: args.step]
    lesson, seconds = taught(predictor, train, args)
    result = {
        "checkpoint": checkpoint.stem,
        "architecture": predictor.model.architecture,
        "engine": args.engine,
        "pydensecrf": crf_available(),
        "images": len(val),
        "learned_on_train": {**said(lesson), "seconds": round(seconds, 1)},
        "val": decided(predictor, val, lesson, args),
    }
    if args.fresh:
        halves = (val[::2], val[1::2])
        lessons = [taught(predictor, half, args)[0] for half in halves]
        rows: dict[str, Row] = {}
        for half, other in ((halves[1], lessons[0]), (halves[0], lessons[1])):
            decide(rows, predictor, half, other, args)
        result["learned_on_the_other_half_of_val"] = [said(other) for other in lessons]
        result["val_halves"] = {name: row.report() for name, row in rows.items()}
    return result


def taught(predictor: Predictor, pairs: Sequence[Pair], args: argparse.Namespace) -> tuple[Tuned, float]:
    """Learn from these images; return the seconds of the search, too."""
    classes = predictor.model.classes
    training_images = drive(folder_training_images(pairs, classes, predictor, UNLABELLED, args.images))
    began = time.monotonic()
    task = tune(training_images, None, classes.names, (), args.seed, args.minutes, args.engine, args.device)
    return drive(task), time.monotonic() - began


def said(lesson: Tuned) -> dict[str, Any]:
    return {
        "parameters": asdict(lesson.parameters),
        "protected": list(lesson.protected),
        "improved": lesson.improved,
        "tried": lesson.tried,
        "searched": len(lesson.searched),
        "held_out": len(lesson.held_out),
        "held_out_mean_iou": [percent(s.mean_iou) for s in (lesson.without, lesson.before, lesson.after)],
        "held_out_boundary_f": [percent(s.boundary_f) for s in (lesson.without, lesson.before, lesson.after)],
        "notes": list(lesson.notes),
    }


def decided(
    predictor: Predictor, pairs: Sequence[Pair], lesson: Tuned, args: argparse.Namespace
) -> dict[str, dict[str, Any]]:
    rows: dict[str, Row] = {}
    decide(rows, predictor, pairs, lesson, args)
    return {name: row.report() for name, row in rows.items()}


def decide(
    rows: dict[str, Row], predictor: Predictor, pairs: Sequence[Pair], lesson: Tuned, args: argparse.Namespace
) -> None:
    """Add the images to the rows "none", "defaults", "learned" and "learned_protected"."""
    names = predictor.model.classes.names
    protected = [names.index(name) for name in lesson.protected]
    defaults, learned = (
        Crf(parameters, args.engine, args.device) for parameters in (CrfParameters(), lesson.parameters)
    )
    for image, probabilities, truth in read(predictor, pairs):
        refined = drive(learned.refine(image, probabilities))
        ways = {
            "none": probabilities,
            "defaults": drive(defaults.refine(image, probabilities)),
            "learned": refined,
            "learned_protected": protect(refined, probabilities, protected),
        }
        for name, answer in ways.items():
            rows.setdefault(name, Row(names)).add(truth, answer)


def read(predictor: Predictor, pairs: Sequence[Pair]) -> Iterator[Seen]:
    """Yield image, probabilities and truth."""
    for pair in pairs:
        image = read_image(pair.image)
        truth = read_truth(pair, predictor.model.classes, (image.shape[0], image.shape[1]), UNLABELLED)
        yield image, drive(predictor.probabilities(image)), truth


if __name__ == "__main__":
    main()
