"""How often many looks at the same held-out images call a model better; prints a table in Markdown.

    python benchmarks/looks.py [--trials 1000] [--looks 20] [--seed 0]

Simulated gains of a new model on each held-out image, of standard deviation 1: normally distributed, or skewed (an
exponential distribution). "Equal": their mean is 0, so each "better" is wrong. "Gain": their mean is 1, so the new
model is better. A share of trials is given in which one of the first looks says "better", without and with the
correction of `segcore.training.comparison.level_of`. The gains of one look do not depend on those of another, which is
the worst case: states of one training are alike.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from segcore.metrics.bootstrap import LEVEL, interval, resampled
from segcore.training.comparison import level_of

IMAGES = (5, 10, 30)
SHAPES: dict[str, Callable[[np.random.Generator, tuple[int, int]], np.ndarray]] = {
    "normal": lambda random, shape: random.normal(0.0, 1.0, shape),
    "skewed": lambda random, shape: random.exponential(1.0, shape) - 1.0,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--looks", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    print(f"| gains | images | equal: first look | {args.looks} looks, uncorrected | corrected | gain: corrected |")
    print("|---|---|---|---|---|---|")
    for name, draw in SHAPES.items():
        for images in IMAGES:
            random = np.random.default_rng(args.seed)
            equal = [draw(random, (images, args.looks)) for _ in range(args.trials)]
            plain, strict = (lows(equal, level) for level in (lambda _: LEVEL, level_of))
            gained = lows([1.0 + gains for gains in equal], level_of)
            shares = plain[:, 0] > 0, (plain > 0).any(1), (strict > 0).any(1), (gained > 0).any(1)
            print(f"| {name} | {images} | " + " | ".join(f"{100 * share.mean():.1f} %" for share in shares) + " |")


def lows(trials: list[np.ndarray], level: Callable[[int], float]) -> np.ndarray:
    """Return the lower ends of the intervals, [trials, looks]; ``trials`` are gains [images, looks]."""
    images, looks = trials[0].shape
    drawn = resampled(images) / images
    found = []
    for gains in trials:
        means = drawn @ gains
        ends = [interval(means[:, look], images, level(look + 1), student=True) for look in range(looks)]
        found.append([end[0] for end in ends if end is not None])
    return np.array(found)


if __name__ == "__main__":
    main()
