"""Predicting images to files against the bare forward passes of the same network; prints one JSON object.

    python benchmarks/predict.py [--images DIR] [--count 50] [--rounds 3] [--model starter]

One round decodes, predicts and writes ``--count`` images by `predict_many`, and puts the same inputs, normalised
before, through the same network, made as fast, on the same device; the rounds take turns. ``ratio`` is median against
median; the limit is 1.176: 0.85 of the throughput of the forward passes alone. Without ``--images`` the bundled sample
images are taken, repeated.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path
from statistics import median

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from resources import resource
from segcore.errors import WeightsUnavailableError
from segcore.hardware.memory import keep_freed_memory
from segcore.images.image import read_image
from segcore.images.indexed_png import write_indexed_png
from segcore.images.list_images import list_images
from segcore.labels.classes import ClassSet
from segcore.models.catalogue import load_model, model_for_training
from segcore.models.model import Model
from segcore.prediction import Predictor, to_labels
from segcore.prediction.batch import BatchItem, predict_many
from segcore.progress import drive

LIMIT = 1 / 0.85


def main() -> None:
    keep_freed_memory()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, default=resource("sample") / "roads")
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--model", default="starter")
    parser.add_argument("--device", default="auto")
    args = parser.parse_args()

    paths = [args.images / name for name in list_images(args.images) if "labels" not in name.split("/")]
    if not paths:
        parser.error(f"no images in {args.images}")
    chosen = list(islice(cycle(paths), args.count))
    predictor = Predictor(loaded(args.model), args.device)
    preprocess = predictor.model.preprocess
    inputs = {path: preprocess(read_image(path)).contiguous(memory_format=torch.channels_last) for path in paths}

    drive(predictor.probabilities(read_image(paths[0])))
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(args.rounds):
            ours.append(predicting(predictor, chosen, Path(folder)))
            bare.append(forward(predictor, [inputs[path] for path in chosen]))
    print(
        json.dumps(
            {
                "benchmark": "predict",
                "ratio": round(median(ours) / median(bare), 3),
                "limit": round(LIMIT, 3),
                "within": median(ours) / median(bare) <= LIMIT,
                "predict_s": round(median(ours), 3),
                "forward_s": round(median(bare), 3),
                "rounds": [[round(a, 3), round(b, 3)] for a, b in zip(ours, bare, strict=True)],
                "images": args.count,
                "size": sorted({f"{x.shape[-1]}x{x.shape[-2]}" for x in inputs.values()}),
                "model": predictor.model.name,
                "device": predictor.device_name,
                "precision": predictor.precision,
                "threads": torch.get_num_threads(),
                "machine": f"{platform.machine()}, {os.cpu_count()} cores",
                "torch": torch.__version__,
            }
        )
    )


def loaded(name: str) -> Model:
    """Load the model; the starter's speed is that of its architecture, so that its checkpoint may be missing."""
    try:
        return drive(load_model(name))
    except WeightsUnavailableError:
        if name != "starter":
            raise
        return drive(model_for_training(name, ClassSet.from_names(["background", "lane", "crack", "pothole"])))


def predicting(predictor: Predictor, paths: list[Path], folder: Path) -> float:
    """Seconds from files to files."""
    classes = predictor.model.classes
    palette = classes.palette()
    items = [BatchItem(str(number), path) for number, path in enumerate(paths)]
    started = time.perf_counter()
    report = drive(
        predict_many(
            predictor,
            items,
            lambda item, image, p: write_indexed_png(folder / f"{item.key}.png", to_labels(p, classes), palette),
        )
    )
    seconds = time.perf_counter() - started
    assert not report.failures, report.failures
    return seconds


def forward(predictor: Predictor, inputs: list[torch.Tensor]) -> float:
    """Seconds in the network alone."""
    device = next(predictor.model.segmenter.parameters()).device
    started = time.perf_counter()
    for x in inputs:
        predictor.network.logits(x.to(device))
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
