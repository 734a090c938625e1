"""Training against torchvision's reference: seconds until the same mean IoU on ``val``; prints one JSON object.

    python benchmarks/train_reference.py --data CAMVID --peer REFERENCES [--model lraspp_lite0] [--minutes 8]

REFERENCES is torchvision's own folder ``references/segmentation`` (of its repository, not of the package): its presets
and transforms are run as they are, with the settings of its train.py: SGD, rate 0.01, momentum 0.9, weight decay 1e-4,
poly 0.9 in each step, cross entropy + 0.5 x auxiliary, RandomResize 0.5-2 of ``--base``, ``--crop`` square, float32 in
the default memory format. Both sides train the same network from the same weights on the same images and are measured
by the same code at the images' own size; measuring is not counted as training time on either side. The peer trains for
``--minutes``, its schedule fitted to them and one measurement after every epoch; ours gets half of that, with a
schedule of its own. ``ratio`` is the time ours took to reach the peer's best mean IoU over the time the peer took to
reach it: at most 0.5.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import os
import platform
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from segcore.hardware.memory import keep_freed_memory
from segcore.labels.classes import ClassSet
from segcore.models.catalogue import model_for_training
from segcore.models.model import Model
from segcore.prediction import Predictor
from segcore.progress import drive
from segcore.training.evaluate import evaluate
from segcore.training.folder_pairs import pair_folders
from segcore.training.request import FULL, TrainRequest

NAMES = ["Sky", "Building", "Pole", "Road", "Pavement", "Tree", "SignSymbol", "Fence", "Car", "Pedestrian", "Bicyclist"]
UNLABELLED = 11
LIMIT = 0.5


def main() -> None:
    keep_freed_memory()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--peer", type=Path, required=True)
    parser.add_argument("--model", default="lraspp_lite0")
    parser.add_argument("--weights", type=Path, help="ImageNet weights of the backbone, where they are a file")
    parser.add_argument("--minutes", type=float, default=8.0, help="the peer's training time")
    parser.add_argument("--batch", type=int, default=4, help="of both")
    parser.add_argument("--base", type=int, default=520, help="the peer's: short side before the random resize")
    parser.add_argument("--crop", type=int, default=480, help="the peer's")
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    peer = peer_curve(args)
    goal = max(score for _, score in peer)
    peer_seconds = next(seconds for seconds, score in peer if score == goal)
    ours = our_curve(args)
    reached = next((seconds for seconds, score in ours if score >= goal), None)
    print(
        json.dumps(
            {
                "benchmark": "train_reference",
                "model": args.model,
                "goal_mean_iou": round(goal, 4),
                "peer_seconds": round(peer_seconds, 1),
                "our_seconds": None if reached is None else round(reached, 1),
                "ratio": None if reached is None else round(reached / peer_seconds, 3),
                "limit": LIMIT,
                "within": reached is not None and reached / peer_seconds <= LIMIT,
                "our_best": round(max(score for _, score in ours), 4),
                "peer": [[round(seconds, 1), round(score, 4)] for seconds, score in peer],
                "ours": [[round(seconds, 1), round(score, 4)] for seconds, score in ours],
                "batch": args.batch,
                "device": args.device,
                "threads": torch.get_num_threads(),
                "machine": f"{platform.machine()}, {os.cpu_count()} cores",
                "torch": torch.__version__,
            }
        )
    )


class Folder(torch.utils.data.Dataset):  # type: ignore[type-arg]
    """CamVid as the reference's data sets are: PIL image and PIL label map through its joint transforms."""

    def __init__(self, data: Path, transforms: Any) -> None:
        self.pairs, _ = pair_folders(data / "train", data / "trainannot")
        self.transforms = transforms

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, number: int) -> Any:
        pair = self.pairs[number]
        image = Image.open(pair.image, formats=("JPEG", "PNG")).convert("RGB")
        image, target = self.transforms(image, Image.open(pair.labels, formats=("PNG",)))
        return image, torch.where(target == UNLABELLED, 255, target)


def start(args: argparse.Namespace) -> Model:
    torch.manual_seed(0)
    return drive(model_for_training(args.model, ClassSet.from_names(NAMES), weights=args.weights))


def score(model: Model, args: argparse.Namespace) -> float:
    pairs, _ = pair_folders(args.data / "val", args.data / "valannot")
    return drive(evaluate(Predictor(model, args.device), pairs, model.classes, UNLABELLED)).mean_iou


def peer_curve(args: argparse.Namespace) -> list[tuple[float, float]]:
    """(Seconds of training, mean IoU on val) after each epoch of the reference."""
    sys.path.insert(0, str(args.peer))
    import presets  # type: ignore[import-not-found]

    model = start(args)
    mean_std = {"mean": model.preprocess.mean, "std": model.preprocess.std}
    data = Folder(args.data, presets.SegmentationPresetTrain(base_size=args.base, crop_size=args.crop, **mean_std))
    workers = 0 if args.device == "cpu" else min(16, os.cpu_count() or 1)
    loader = torch.utils.data.DataLoader(data, args.batch, shuffle=True, num_workers=workers, drop_last=True)
    network = model.segmenter.to(args.device)
    inside = [p for p in network.backbone().parameters() if p.requires_grad]
    head = [p for p in network.head_parameters() if p.requires_grad]
    optimizer = torch.optim.SGD([{"params": inside}, {"params": head}], lr=0.01, momentum=0.9, weight_decay=1e-4)
    total = math.inf
    curve: list[tuple[float, float]] = []
    seconds, step = 0.0, 0
    while step < total:
        network.train()
        began = time.perf_counter()
        for images, truths in loader:
            outputs = network(images.to(args.device))
            losses = {
                name: functional.cross_entropy(logits, truths.to(args.device), ignore_index=255)
                for name, logits in outputs.items()
            }
            loss = losses["out"] + 0.5 * losses.get("aux", 0.0)
            optimizer.zero_grad()
            loss.backward()
            rate = 0.01 * (1.0 - step / total) ** 0.9 if step < total else 0.0
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.step()
            step += 1
            if step == 8 and total == math.inf:  # the pace is known: how many epochs the time is enough for
                pace = (time.perf_counter() - began) / step
                total = max(1, round(60.0 * args.minutes / pace / len(loader))) * len(loader)
        seconds += time.perf_counter() - began
        curve.append((seconds, score(copy.deepcopy(model), args)))
        print(f"peer: {seconds:.0f} s, mean IoU {curve[-1][1]:.4f}", file=sys.stderr, flush=True)
    return curve


def our_curve(args: argparse.Namespace) -> list[tuple[float, float]]:
    """(Seconds of training, mean IoU on val) at each validation of our recipe; the data's reading is training time."""
    train, _ = pair_folders(args.data / "train", args.data / "trainannot")
    held_out, _ = pair_folders(args.data / "val", args.data / "valannot")
    from segcore.training.training_loop import train as training

    with tempfile.TemporaryDirectory() as folder:
        request = TrainRequest(
            train=train,
            validate=held_out,
            classes=ClassSet.from_names(NAMES),
            model=args.model,
            weights=args.weights,
            out=Path(folder) / "ours.safetensors",
            minutes=args.minutes / 2.0,
            device=args.device,
            ignore_index=UNLABELLED,
            recipe=FULL,
        )
        task = training(request)
        curve: list[tuple[float, float]] = []
        began = time.perf_counter()
        measuring, since = 0.0, None
        try:
            for step in task:
                now = time.perf_counter()
                if since is not None:
                    measuring += now - since
                    since = None
                if step.message == "Validating":
                    since = now
                if "mean_iou" in step.detail:
                    curve.append((now - began - measuring, step.detail["mean_iou"]))
                    print(f"ours: {curve[-1][0]:.0f} s, mean IoU {curve[-1][1]:.4f}", file=sys.stderr, flush=True)
        finally:
            task.close()
        return curve


if __name__ == "__main__":
    main()
