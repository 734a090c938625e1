"""Two processes against one that pre-label the same images; prints one JSON object.

    python benchmarks/shards.py [--images 300] [--rounds 3] [--processes 2] [--whole-machine]

Each process has one thread for the network and, as under SLURM with one core a task, a core of its own. With
``--whole-machine`` it may use all of them: then one process alone already decodes images on another core. One round
runs `maskwright predict` by one process over all images, then by ``--processes`` at once, each with its ``--shard``;
rounds alternate in order. ``wall`` is the time of the slowest process against that of one process, medians of the
rounds; the limit is 0.55 for two. ``cpu`` is the largest processor time of one of the processes against that of one:
what wall would be on a machine where no other program runs, apart from shared memory bandwidth. Loading Python, torch
and the model is part of both, so few images make both worse than many.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 0.55
"""Of two processes; eight are to take a seventh, 0.143."""
SIDE = 128, 160

CHILD = """
import json, os, resource, sys, time
core = int(sys.argv.pop(1))
if core >= 0:
    os.sched_setaffinity(0, {core})
from segcore.cli import main
began = time.monotonic()
code = main(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([code, time.monotonic() - began, used.ru_utime + used.ru_stime]))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--model", default="starter")
    parser.add_argument("--whole-machine", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        images = Path(folder) / "images"
        images.mkdir()
        random = np.random.default_rng(0)
        for number in range(args.images):
            Image.fromarray(random.integers(0, 256, (*SIDE, 3), np.uint8)).save(images / f"{number:05}.png")
        rounds = []
        for number in range(args.rounds):
            order = [1, args.processes] if number % 2 == 0 else [args.processes, 1]
            took = {count: predict(images, Path(folder) / f"{number}-{count}", args, count) for count in order}
            for count in order:
                found = len(list((Path(folder) / f"{number}-{count}").glob("*.png")))
                assert found == args.images, (count, found)
            rounds.append([took[1], took[args.processes]])
    wall, cpu = (median(many[i] / one[i] for one, many in rounds) for i in (0, 1))
    print(
        json.dumps(
            {
                "benchmark": "shards",
                "processes": args.processes,
                "wall": round(wall, 3),
                "cpu": round(cpu, 3),
                "limit": LIMIT if args.processes == 2 else round(8 / 7 / args.processes, 3),
                "images": args.images,
                "core_each": not args.whole_machine,
                "size": f"{SIDE[1]}x{SIDE[0]}",
                "rounds_wall_cpu_s": [[[round(x, 2) for x in each] for each in pair] for pair in rounds],
                "load": [round(x, 1) for x in os.getloadavg()],
                "cores": len(os.sched_getaffinity(0)),
            }
        )
    )


def predict(images: Path, out: Path, args: argparse.Namespace, count: int) -> tuple[float, float]:
    """Return seconds on the clock until all are done, and the largest processor time of one process."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    words = ["predict", str(images), "--model", args.model, "--out", str(out), "--device", "cpu"]
    words += ["--precision", "float32"]
    cores = [] if args.whole_machine else sorted(os.sched_getaffinity(0))
    began = time.monotonic()
    children = []
    for number in range(count):
        core = cores[number % len(cores)] if cores else -1
        line = [sys.executable, "-c", CHILD, str(core), *words, "--shard", f"{number + 1}/{count}"]
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
        children.append(subprocess.Popen(line, env=environment, **pipes))
    answers = [json.loads(child.communicate()[0].splitlines()[-1]) for child in children]
    wall = time.monotonic() - began
    assert all(code == 0 for code, _, _ in answers), answers
    return wall, max(used for _, _, used in answers)


if __name__ == "__main__":
    main()
