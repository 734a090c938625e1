"""Forward passes as Maskwright makes them against the bare eager float32 module; prints one JSON object a line.

    python benchmarks/throughput.py [--models starter fcn_resnet50 …] [--sizes 480x360 1024x1024] [--rounds 5]

A model is a name of the architectures (random weights) or a checkpoint file, whose labels mean something: ``labels``
is the share of pixels with the same label both ways. Each way runs in a process of its own, the bare one without
anything of ours: the module as it is built, in torch's default memory format. Both get the same normalised input; the
softmax and the copy to the host are not in it. ``ratio`` is median against median, the limit 1.5 on the CPU and 3 on
a GPU. ``peak_mb`` is the largest resident memory of each process, on CUDA the largest allocation.
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

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

MODELS = ("starter", "lraspp_mobilenetv3", "deeplabv3_mobilenetv3", "fcn_resnet50", "deeplabv3_resnet50", "pspnet")
LIMITS = {"cpu": 1.5, "cuda": 3.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", default=list(MODELS))
    parser.add_argument("--sizes", nargs="+", default=["480x360", "1024x1024"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--classes", type=int, default=11)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--image", type=Path, help="picture to be resized for the input (default: a sample image)")
    parser.add_argument("--way", choices=("bare", "ours"), help=argparse.SUPPRESS)
    parser.add_argument("--labels", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.way:
        print(json.dumps(measured(args)))
        return
    for model in args.models:
        for size in args.sizes:
            print(json.dumps(compared(args, model, size)), flush=True)


def compared(args: argparse.Namespace, model: str, size: str) -> dict[str, Any]:
    """Run both ways in processes of their own."""
    import numpy as np

    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for way in ("bare", "ours"):
            command = [sys.executable, __file__, "--way", way, "--labels", f"{folder}/{way}.npy"]
            command += ["--models", model, "--sizes", size, "--rounds", str(args.rounds)]
            command += ["--classes", str(args.classes), "--device", args.device, "--precision", args.precision]
            command += ["--image", str(args.image)] if args.image else []
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                return {"benchmark": "throughput", "model": model, "size": size, "error": done.stderr[-500:]}
            found[way] = json.loads(done.stdout.splitlines()[-1])
        agreement = float((np.load(f"{folder}/bare.npy") == np.load(f"{folder}/ours.npy")).mean())
    bare, ours = found["bare"], found["ours"]
    ratio = bare["seconds"] / ours["seconds"]
    return {
        "benchmark": "throughput",
        "model": model,
        "size": size,
        "ratio": round(ratio, 3),
        "limit": LIMITS.get(ours["device"]),
        "within": ratio >= LIMITS.get(ours["device"], 1.0),
        "bare_s": bare["seconds"],
        "ours_s": ours["seconds"],
        "first_s": ours["first"],
        "labels": round(agreement, 6),
        "precision": ours["precision"],
        "notes": ours["notes"],
        "peak_mb": {way: one["peak_mb"] for way, one in found.items()},
        "device": ours["device"],
        "threads": ours["threads"],
        "cores": os.cpu_count(),
        "torch": ours["torch"],
    }


def measured(args: argparse.Namespace) -> dict[str, Any]:
    """One way, one model, one size."""
    import cv2
    import numpy as np
    import torch

    from resources import resource
    from segcore.hardware.memory import keep_freed_memory
    from segcore.images.image import read_image
    from segcore.images.list_images import list_images
    from segcore.prediction import choose_device

    if args.way == "ours":
        keep_freed_memory()
    device = choose_device(args.device)
    width, height = (int(side) for side in args.sizes[0].split("x"))
    sample = resource("sample") / "roads"
    picture = args.image or next(sample / name for name in list_images(sample) if "labels" not in name)
    pixels = cv2.resize(read_image(picture), (width, height))
    model = loaded(args.models[0], args.classes)
    x = model.preprocess.normalise(torch.from_numpy(pixels).permute(2, 0, 1)[None].contiguous()).to(device)
    notes: list[str] = []
    precision = "float32"
    if args.way == "bare":
        network = model.segmenter.to(device).eval()

        def forward() -> torch.Tensor:
            with torch.inference_mode():
                return network(x)["out"]

    else:
        from segcore.prediction import PredictOptions, Predictor

        predictor = Predictor(model, device.type, PredictOptions(args.precision))
        way = predictor.network

        def forward() -> torch.Tensor:
            return way.logits(x)

    began = time.perf_counter()
    labels = forward().argmax(1)[0].cpu().numpy().astype(np.uint8)
    first = time.perf_counter() - began
    for _ in range(3):  # on CUDA a size is recorded when it comes again
        forward()
    seconds = []
    for _ in range(args.rounds):
        synchronise(device)
        began = time.perf_counter()
        forward()
        synchronise(device)
        seconds.append(time.perf_counter() - began)
    if args.way == "ours":
        notes, precision = predictor.notes, predictor.precision
    np.save(args.labels, labels)
    return {
        "seconds": round(median(seconds), 5),
        "first": round(first, 3),
        "device": device.type,
        "precision": precision,
        "notes": notes,
        "peak_mb": peak_megabytes(device),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
    }


def loaded(name: str, classes: int) -> Any:
    """Load a checkpoint file, or build an architecture with classifiers that are not all zero."""
    import torch

    from segcore.labels.classes import ClassSet
    from segcore.models.architectures import build
    from segcore.models.checkpoint import load_checkpoint
    from segcore.models.model import Model

    if Path(name).suffix == ".safetensors":
        return load_checkpoint(Path(name))
    torch.manual_seed(0)
    network = build(name, classes)
    for conv in network.classifiers():
        torch.nn.init.normal_(conv.weight, std=0.05)
    return Model(network, name, ClassSet.from_names([f"class {i}" for i in range(classes)]), network.preprocess, name)


def synchronise(device: Any) -> None:
    """Wait until the device has done what it was told."""
    import torch

    if device.type == "cuda":
        torch.cuda.synchronize()


def peak_megabytes(device: Any) -> int:
    """Megabytes at most so far."""
    import torch

    if device.type == "cuda":
        return round(torch.cuda.max_memory_allocated() / 1e6)
    import resource as system

    return round(system.getrusage(system.RUSAGE_SELF).ru_maxrss * 1024 / 1e6)


if __name__ == "__main__":
    main()
