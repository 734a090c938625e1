"""How long a stroke waits for the live head, and what an open image costs, by size; prints one JSON object.

    python benchmarks/live_latency.py [--strokes 12] [--classes 6] [--sizes 480x360 1920x1080 4608x3456] [--busy 2]

"visible" is from the stroke's pixels to the decided labels of the part of the image in the middle that a window of
1600x1000 shows at full size, "stroke" to those of the whole image, "cpu" the time of all cores for the latter.
"features" and "open" are what the background prepares for the next image. "memory_mb" is what the process has more with
the image open, "peak_mb" the most it had more while images were opened, painted on and learned; the image, its features
(in another process) and its labels are not counted. The image is noise over blocks of colour; two done images are
known.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from segcore.adaptation.feature_pyramid import FeaturePyramid
from segcore.adaptation.live_head import LiveHead
from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.labels.label_map import LabelMap
from segcore.progress import drive

VISIBLE = 1600, 1000
"""Pixels, (width, height)."""


def picture(width: int, height: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return an image, uint8 [H, W, 3], of noisy blocks, and the class of each pixel, uint8 [H, W]."""
    rng = np.random.default_rng(0)
    blocks = rng.integers(0, classes, (6, 8)).astype(np.uint8)
    truth = cv2.resize(blocks, (width, height), interpolation=cv2.INTER_NEAREST)
    colours = rng.integers(40, 216, (classes, 3)).astype(np.uint8)
    noise = rng.integers(-20, 20, (height, width, 1), np.int16)
    return np.clip(colours[truth] + noise, 0, 255).astype(np.uint8), truth


def look(image: np.ndarray) -> tuple[float, FeaturePyramid]:
    """Return the features of an image, and the seconds that they took."""
    from segcore.adaptation.features import imagenet_features

    features = drive(imagenet_features())
    started = time.perf_counter()
    pyramid = drive(features.of(image))
    return time.perf_counter() - started, pyramid


def middle(width: int, height: int) -> Box:
    """Return the part of an image that a window shows at full size."""
    shown = min(width, VISIBLE[0]), min(height, VISIBLE[1])
    left, top = (width - shown[0]) // 2, (height - shown[1]) // 2
    return Box(left, top, left + shown[0], top + shown[1])


class Memory:
    """What the process uses more than at the beginning, in MB; the peak is known on Linux."""

    def __init__(self) -> None:
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        self._before = psutil.Process().memory_info().rss

    def more(self) -> float:
        """Return the resident memory above that of the beginning."""
        return round((psutil.Process().memory_info().rss - self._before) / 1e6, 1)

    def peak(self) -> float | None:
        """Return the highest of it."""
        with suppress(OSError, StopIteration):
            lines = Path("/proc/self/status").read_text().splitlines()
            high = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
            return round((high * 1024 - self._before) / 1e6, 1)
        return None


def measure(size: str, args: argparse.Namespace) -> dict[str, float | None]:
    width, height = (int(side) for side in size.split("x"))
    image, truth = picture(width, height, args.classes)
    head = LiveHead()
    times: dict[str, list[float]] = {"features": [], "open": [], "visible": [], "stroke": [], "cpu": []}

    def timed(name: str, started: float) -> None:
        times[name].append(time.perf_counter() - started)

    with ProcessPoolExecutor(1, get_context("spawn")) as pool:  # torch keeps freed memory, which would hide ours
        seconds, pyramid = pool.submit(look, image).result()
    times["features"].append(seconds)
    memory = Memory()
    for done in range(3):
        started = time.perf_counter()
        drive(head.open_image(image, pyramid, key=str(done)))
        timed("open", started)
        if done < 2:
            drive(head.finish_image(truth))
    opened = memory.more()
    label_map, rng, visible = LabelMap.blank(height, width), np.random.default_rng(1), middle(width, height)
    side = height // 12
    for _ in range(args.strokes):
        left, top = int(rng.integers(0, width - side)), int(rng.integers(0, height - side))
        box = Box(left, top, left + side, top + side)
        value = int(truth[box.slices][0, 0])
        stroke = Covered(box, truth[box.slices] == value)
        started = time.perf_counter()
        number = head.add_stroke(stroke, value)
        head.decide(label_map.labels, label_map.provenance, visible)
        timed("visible", started)
        head.remove_stroke(number)
        started, cpu = time.perf_counter(), time.process_time()
        head.add_stroke(stroke, value)
        decision = head.decide(label_map.labels, label_map.provenance)
        timed("stroke", started)
        times["cpu"].append(time.process_time() - cpu)
        label_map = label_map.accept(decision.labels)
    found = {f"{name}_ms_median": round(1000 * float(np.median(each)), 1) for name, each in times.items()}
    return found | {
        "features_mb": round(pyramid.nbytes / 1e6, 1),
        "memory_mb": opened,
        "peak_mb": memory.peak(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strokes", type=int, default=12)
    parser.add_argument("--classes", type=int, default=6)
    parser.add_argument("--sizes", nargs="+", default=["480x360", "1920x1080"])
    parser.add_argument("--busy", type=int, default=0, help="processes that compute beside it")
    args = parser.parse_args()
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(args.busy)]
    try:
        print(json.dumps({size: measure(size, args) for size in args.sizes}, indent=1))
    finally:
        for process in busy:
            process.kill()


if __name__ == "__main__":
    main()
