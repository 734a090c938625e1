"""How long a stroke waits for the live head, by size of the image; prints one JSON object.

    python benchmarks/live_latency.py [--strokes 12] [--classes 6] [--sizes 480x360 1920x1080 4608x3456]

"stroke" is from the stroke's pixels to the decided labels of the whole image; "features" and "open" are what the
background prepares for the next image. The image is noise over blocks of colour; one done image is known.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from segcore.adaptation.features import imagenet_features
from segcore.adaptation.live_head import LiveHead
from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.labels.label_map import LabelMap
from segcore.progress import drive


def picture(width: int, height: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return an image, uint8 [H, W, 3], of noisy blocks, and the class of each pixel, uint8 [H, W]."""
    rng = np.random.default_rng(0)
    blocks = rng.integers(0, classes, (6, 8)).astype(np.uint8)
    truth = cv2.resize(blocks, (width, height), interpolation=cv2.INTER_NEAREST)
    colours = rng.integers(40, 216, (classes, 3)).astype(np.uint8)
    return np.clip(colours[truth] + rng.integers(-20, 20, (height, width, 1)), 0, 255).astype(np.uint8), truth


def measure(size: str, args: argparse.Namespace) -> dict[str, float]:
    width, height = (int(side) for side in size.split("x"))
    image, truth = picture(width, height, args.classes)
    features, head = drive(imagenet_features()), LiveHead()
    times: dict[str, list[float]] = {"features": [], "open": [], "stroke": []}

    def timed(name: str, started: float) -> None:
        times[name].append(time.perf_counter() - started)

    for done in range(3):
        started = time.perf_counter()
        pyramid = drive(features.of(image))
        timed("features", started)
        started = time.perf_counter()
        drive(head.open_image(image, pyramid))
        timed("open", started)
        if done < 2:
            drive(head.finish_image(truth))
    label_map, rng = LabelMap.blank(height, width), np.random.default_rng(1)
    side = height // 12
    for _ in range(args.strokes):
        left, top = int(rng.integers(0, width - side)), int(rng.integers(0, height - side))
        box = Box(left, top, left + side, top + side)
        value = int(truth[box.slices][0, 0])
        started = time.perf_counter()
        head.add_stroke(Covered(box, truth[box.slices] == value), value)
        decision = head.decide(label_map.labels, label_map.provenance)
        timed("stroke", started)
        label_map = label_map.accept(decision.labels)
    found = {f"{name}_ms_median": round(1000 * float(np.median(each)), 1) for name, each in times.items()}
    return found | {"features_mb": round(pyramid.nbytes / 1e6, 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strokes", type=int, default=12)
    parser.add_argument("--classes", type=int, default=6)
    parser.add_argument("--sizes", nargs="+", default=["480x360", "1920x1080"])
    args = parser.parse_args()
    print(json.dumps({size: measure(size, args) for size in args.sizes}, indent=1))


if __name__ == "__main__":
    main()
