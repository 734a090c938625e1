"""Processor seconds of one training step, with torch's own gradient of depthwise weights and with ours.

    OMP_NUM_THREADS=1 python benchmarks/training_step.py [--model starter] [--batch 2] [--size 384x288] [--frozen]

Steps of both kinds alternate, on random pictures of 11 classes, because the time depends on shapes alone; with one
thread that can be compared on a busy machine, where wall-clock time cannot. ``--frozen`` leaves the early layers as
they are, as a short training does. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch

from segcore.models import depthwise
from segcore.models.architectures import build
from segcore.training.learner import Learner
from segcore.training.recipe import QUICK

CLASSES = 11
FRACTION = 0.5
"""How much of the training is over: head and backbone learn."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="starter")
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--size", default="384x288")
    parser.add_argument("--steps", type=int, default=20, help="of each kind")
    parser.add_argument("--frozen", action="store_true")
    args = parser.parse_args()
    learner, part = prepared(args)
    seconds: dict[str, list[float]] = {"torch's": [], "ours": []}
    widest = sys.maxsize, depthwise.NARROW
    for number in range(2 * args.steps + 2):
        depthwise.NARROW = widest[number % 2]
        began = time.process_time()
        learner.step([part], FRACTION)
        if number > 1:  # the first ones make ready
            seconds["ours" if number % 2 else "torch's"].append(time.process_time() - began)
    found = {name: {"fastest": round(min(all_), 3), "median": round(median(all_), 3)} for name, all_ in seconds.items()}
    print(json.dumps({**vars(args), **found, "threads": torch.get_num_threads()}))


def prepared(args: argparse.Namespace) -> tuple[Learner, tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    """Return the learner and what it learns from."""
    width, height = (int(side) for side in args.size.split("x"))
    torch.manual_seed(0)
    segmenter = build(args.model, CLASSES).to(memory_format=torch.channels_last)
    weights = torch.ones(CLASSES)
    learner = Learner(segmenter, segmenter.preprocess, QUICK, weights, False, 1.0, args.frozen, "auto", False)
    images = torch.randint(0, 256, (args.batch, height, width, 3), dtype=torch.uint8).permute(0, 3, 1, 2)
    truths = torch.randint(0, CLASSES, (args.batch, height, width), dtype=torch.uint8)
    return learner, (images, truths, torch.zeros_like(truths))


if __name__ == "__main__":
    main()
