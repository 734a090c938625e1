"""One-click fine-tuning on CPU: what a click on "Fine-tune" reaches within 90 seconds on 20 labelled images.

Takes every 18th of CamVid's training images (20 in all, 4 of which `maskwright train` holds out by itself), trains the
starter through the real command line in a process of its own, and measures the checkpoint on all images of ``val``.
Prints one JSON object. Usage::

    python benchmarks/finetune.py --data CAMVID [--seconds 90] [--threads 2]

CAMVID holds ``train/``, ``trainannot/``, ``val/`` and ``valannot/``; label 11 is unlabelled.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

NAMES = ["Sky", "Building", "Pole", "Road", "Pavement", "Tree", "SignSymbol", "Fence", "Car", "Pedestrian", "Bicyclist"]
STRIDE, COUNT, UNLABELLED = 18, 20, 11
START_SECONDS = 5.0
"""Python and torch start, and the process ends, within the time that a person waits; the rest is for training."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=90.0, help="from the start of the process to its end")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(args, Path(folder)), indent=2))


def measure(args: argparse.Namespace, folder: Path) -> dict[str, object]:
    for image in sorted((args.data / "train").iterdir())[::STRIDE][:COUNT]:
        for source, kind in ((image, "images"), (args.data / "trainannot" / f"{image.stem}.png", "labels")):
            (folder / kind).mkdir(exist_ok=True)
            shutil.copyfile(source, folder / kind / source.name)
    (folder / "classes.txt").write_text("\n".join(NAMES))
    out = folder / "finetuned.safetensors"
    train = ["train", "--images", str(folder / "images"), "--labels", str(folder / "labels")]
    train += ["--classes", str(folder / "classes.txt"), "--ignore-index", str(UNLABELLED), "--model", "starter"]
    train += ["--out", str(out), "--minutes", f"{(args.seconds - START_SECONDS) / 60:.4f}", "--seed", str(args.seed)]
    train += ["--device", "cpu", "--json-lines"]
    began = time.monotonic()
    result = json.loads(maskwright(train, args.threads).splitlines()[-1])
    seconds = time.monotonic() - began
    evaluate = ["evaluate", "--model", str(out), "--images", str(args.data / "val")]
    evaluate += ["--labels", str(args.data / "valannot"), "--ignore-index", str(UNLABELLED), "--device", "cpu"]
    scores = json.loads(maskwright([*evaluate, "--json"], args.threads))
    return {
        "mean_iou": round(scores["mean_iou"], 4),
        "pixel_accuracy": round(scores["pixel_accuracy"], 4),
        "iou": {name: iou and round(iou, 4) for name, iou in scores["iou"].items()},
        "images": scores["images"],
        "held_out_mean_iou": round(result["after"]["mean_iou"], 4),
        "seconds": round(seconds, 1),
        "steps": result["steps"],
        "threads": args.threads,
        "machine": f"{platform.machine()}, {os.cpu_count()} CPUs, {platform.system()}",
        "command": "maskwright " + " ".join(word.replace(str(folder), "DIR") for word in train),
    }


def maskwright(words: list[str], threads: int) -> str:
    home = str(Path(__file__).resolve().parent.parent)
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "PYTHONPATH": home}
    command = [sys.executable, "-m", "segcore", *words]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return done.stdout


if __name__ == "__main__":
    main()
