"""The fast CRF against pydensecrf: time, equal labels, mean IoU against the truth, peak memory.

    python benchmarks/crf.py --data CAMVID --model CHECKPOINT [--device cpu] [--rounds 3] [--cases 1920x1080x21,…]

CAMVID holds ``val/`` and ``valannot/`` (480x360, 11 classes, label 11 = unlabelled); CHECKPOINT is a model trained on
its ``train``. Large pictures are mosaics of whole ``val`` images with their predictions, none of them scaled. For 21
classes each tile's 11 are dealt to a random 11 of the 21, so that all 21 are at home in the picture; for 4 they are
summed in groups. Each engine runs in a process of its own, alone, in turns; seconds are the median of the rounds and
run from arrays to marginals. ``--vectors DIR`` adds the test vectors of pydensecrf (imN.png, annoN.png, outN.png).
Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from segcore.hardware.memory import keep_freed_memory  # noqa: E402
from segcore.hardware.threads import spin_briefly  # noqa: E402

UNLABELLED, TILE = 11, (360, 480)
GROUPS = ((0,), (1, 2, 5, 6, 7), (3, 4), (8, 9, 10))  # sky, what stands, what is driven on, what moves
CASES = {
    "1920x1080x21": (1080, 1920, 21),
    "500x375x21": (375, 500, 21),
    "3840x2160x4": (2160, 3840, 4),
}
SETTINGS = {
    "strong": {"w1": 10.0, "w2": 3.0, "theta_alpha": 80.0, "theta_beta": 13.0, "theta_gamma": 3.0, "iterations": 10},
    "deeplab": {"w1": 4.0, "w2": 3.0, "theta_alpha": 67.0, "theta_beta": 3.0, "theta_gamma": 1.0, "iterations": 10},
    "gentle": {"w1": 1.0, "w2": 0.5, "theta_alpha": 30.0, "theta_beta": 5.0, "theta_gamma": 1.0, "iterations": 10},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--device", default="cpu", help="of the fast engine; pydensecrf is always on the CPU")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cases", default=",".join(CASES))
    parser.add_argument("--settings", default=",".join(SETTINGS))
    parser.add_argument("--run", nargs=4, metavar=("ENGINE", "CASE.npz", "SETTING", "OUT.npz"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.run:
        run(*args.run, device=args.device)
        return
    result: dict[str, Any] = {"device": args.device, "rounds": args.rounds}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        if args.data and args.model:
            tiles = predicted(args.data, args.model)
            for name in args.cases.split(","):
                np.savez(place / "case.npz", **case(tiles, *CASES[name]))
                for setting in args.settings.split(","):
                    result[f"{name} {setting}"] = compared(place, setting, args)
                    print(json.dumps({name: setting, **result[f"{name} {setting}"]}), file=sys.stderr, flush=True)
        if args.vectors:
            result["vectors"] = vectors(args.vectors)
    print(json.dumps(result, indent=1))


def compared(place: Path, setting: str, args: argparse.Namespace) -> dict[str, Any]:
    """Run both engines in turns and compare what they found."""
    runs: dict[str, list[dict[str, Any]]] = {"exact": [], "fast": []}
    for _ in range(args.rounds):
        for engine, outcomes in runs.items():
            words = [engine, str(place / "case.npz"), setting, str(place / f"{engine}.npz")]
            line = [sys.executable, str(Path(__file__).resolve()), "--device", args.device, "--run", *words]
            done = subprocess.run(line, capture_output=True, text=True, check=True)
            outcomes.append(json.loads(done.stdout))
    with np.load(place / "case.npz") as given:
        truth, network = given["truth"], given["probabilities"].argmax(0)
    labels = {engine: np.load(place / f"{engine}.npz")["labels"] for engine in runs}
    seconds = {engine: statistics.median(run["seconds"] for run in outcomes) for engine, outcomes in runs.items()}
    return {
        "seconds": {engine: round(value, 3) for engine, value in seconds.items()},
        "times_faster": round(seconds["exact"] / seconds["fast"], 1),
        "longest_step": round(max(run["longest_step"] for run in runs["fast"]), 3),
        "peak_mb": {engine: round(max(run["peak_mb"] for run in outcomes)) for engine, outcomes in runs.items()},
        "equal_labels": round(float((labels["exact"] == labels["fast"]).mean()), 4),
        "changed_by_exact": round(float((labels["exact"] != network).mean()), 4),
        "mean_iou": {
            name: round(100 * mean_iou(found, truth), 2) for name, found in (("network", network), *labels.items())
        },
    }


def run(engine: str, given: str, setting: str, out: str, device: str) -> None:
    """One engine, once, in this process; prints seconds and what memory it took above its input."""
    with np.load(given) as arrays:
        image, probabilities = arrays["image"], arrays["probabilities"]
    if engine == "fast":
        keep_freed_memory()  # as the window and the command line do
        spin_briefly()
        import torch

        from segcore.crf.fast import mean_field_fast as mean_field
        from segcore.crf.parameters import CrfParameters

        small = np.full((2, 256, 256), 0.5, np.float32)  # torch starts its threads, CUDA its context
        exhaust(mean_field(image[:256, :256].copy(), small, CrfParameters(), device))
        places: tuple[Any, ...] = (device,)
    else:
        from segcore.crf.exact import mean_field
        from segcore.crf.parameters import CrfParameters

        places = ()
    before = forget_peak()
    started = time.perf_counter()
    marginals, longest = exhaust(mean_field(image, probabilities, CrfParameters(**SETTINGS[setting]), *places))
    if device == "cuda" and engine == "fast":
        torch.cuda.synchronize()
    seconds = time.perf_counter() - started
    taken = peak_mb() - before
    np.savez(out, labels=marginals.argmax(0).astype(np.uint8))
    print(json.dumps({"seconds": seconds, "peak_mb": taken, "longest_step": longest}))


def exhaust(task: Any) -> tuple[NDArray[np.float32], float]:
    longest, last = 0.0, time.perf_counter()
    while True:
        try:
            next(task)
        except StopIteration as stop:
            return stop.value, longest
        now = time.perf_counter()
        longest, last = max(longest, now - last), now


def peak_mb() -> float:
    """Of this program; what `getrusage` says includes its parent's, from before it was started."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def forget_peak() -> float:
    """Begin a new peak at what is in use now, where the system can (Linux); returns it."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return peak_mb()


def predicted(data: Path, checkpoint: Path) -> list[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]]:
    """Return 48 images spread over ``val``, with their probabilities and truth."""
    from PIL import Image

    from segcore.images.image import read_image
    from segcore.models.catalogue import load_model
    from segcore.prediction import Predictor
    from segcore.progress import drive

    predictor = Predictor(drive(load_model(checkpoint)), "cpu")
    files = sorted((data / "val").iterdir())
    tiles = []
    for number in np.linspace(0, len(files) - 1, 48).astype(int):
        image = read_image(files[number])
        truth = np.array(Image.open(data / "valannot" / f"{files[number].stem}.png", formats=("PNG",)))
        tiles.append((image, drive(predictor.probabilities(image)), truth))
    return tiles


def case(tiles: list[Any], height: int, width: int, channels: int) -> dict[str, NDArray[Any]]:
    """Lay tiles out to a picture of this size; for less than a tile or so, its middle has the corner of four."""
    rows, columns = -(-height // TILE[0]), -(-width // TILE[1])
    if rows * columns < 4:
        rows = columns = 2
    random = np.random.default_rng(0)
    chosen = [tiles[number] for number in np.linspace(0, len(tiles) - 1, rows * columns).astype(int)]
    image = np.zeros((rows * TILE[0], columns * TILE[1], 3), np.uint8)
    probabilities = np.zeros((channels, *image.shape[:2]), np.float32)
    truth = np.full(image.shape[:2], 255, np.uint8)
    for number, (picture, shares, labels) in enumerate(chosen):
        top, left = number // columns * TILE[0], number % columns * TILE[1]
        place = slice(top, top + TILE[0]), slice(left, left + TILE[1])
        home = np.zeros(11, int)
        if channels == len(GROUPS):
            for group, members in enumerate(GROUPS):
                home[list(members)] = group
        else:
            home = random.permutation(channels)[:11]
        image[place] = picture
        for own, there in enumerate(home):
            probabilities[(there, *place)] += shares[own]
            truth[place][labels == own] = there
    top, left = (image.shape[0] - height) // 2, (image.shape[1] - width) // 2
    cut = slice(top, top + height), slice(left, left + width)
    return {
        "image": np.ascontiguousarray(image[cut]),
        "probabilities": np.ascontiguousarray(probabilities[(slice(None), *cut)]),
        "truth": truth[cut],
    }


def mean_iou(labels: NDArray[Any], truth: NDArray[Any]) -> float:
    """Over the classes that are there, unlabelled pixels left out."""
    known = truth != 255
    ious = []
    for value in np.unique(truth[known]):
        one, other = (labels == value) & known, truth == value
        ious.append((one & other).sum() / (one | other).sum())
    return float(np.mean(ious))


def vectors(folder: Path) -> dict[str, Any]:
    """Return, for each vector, how many labels are those expected: certainty 0.7, full-black unknown, 5 iterations."""
    from PIL import Image

    from segcore.crf import CrfParameters, crf_available, refine
    from segcore.progress import drive

    def colours(name: str) -> NDArray[np.int64]:
        picture = np.array(Image.open(folder / f"{name}.png", formats=("PNG",)).convert("RGB")).astype(np.int64)
        codes: NDArray[np.int64] = picture @ np.array([1, 256, 65536])
        return codes

    parameters = CrfParameters(**{**SETTINGS["strong"], "iterations": 5})
    found: dict[str, Any] = {}
    for name in ("1", "1-b", "2", "3"):
        image = np.array(Image.open(folder / f"im{name[0]}.png", formats=("PNG",)).convert("RGB"))
        scribbles, expected = colours(f"anno{name}"), colours(f"out{name}")
        classes = np.array([code for code in np.unique(scribbles) if code])
        probabilities = np.full((len(classes), *scribbles.shape), 1.0 / len(classes), np.float32)
        for number, code in enumerate(classes):
            probabilities[:, scribbles == code] = 0.3 / (len(classes) - 1)
            probabilities[number, scribbles == code] = 0.7
        for engine in ("exact", "fast") if crf_available() else ("fast",):
            marginals = drive(refine(image, probabilities, parameters, engine))
            equal = float((classes[marginals.argmax(0)] == expected).mean())
            found.setdefault(name, {})[engine] = round(equal, 4)
    return found


if __name__ == "__main__":
    main()
