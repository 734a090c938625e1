"""What the starter's option ``multiple`` changes: the same weights measured on the same images with each value.

    python benchmarks/multiple.py CHECKPOINT … --images DIR --labels DIR [--ignore-index 255] [--width W]
        [--multiples 1 32] [--every 1]

With ``--width`` images and label maps are resized to that many columns first, as photos of a smaller camera would be.
Prints one JSON object a checkpoint and value; ``cpu_ms`` is the processor time of an image, prediction and measuring.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from segcore.models.checkpoint import load_checkpoint
from segcore.models.starter import Starter
from segcore.prediction import Predictor
from segcore.progress import drive
from segcore.training.evaluate import evaluate
from segcore.training.folder_pairs import pair_folders


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoints", nargs="+", type=Path)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--ignore-index", type=int, default=255)
    parser.add_argument("--width", type=int)
    parser.add_argument("--multiples", type=int, nargs="+", default=[1, 32])
    parser.add_argument("--every", type=int, default=1, help="measure every so many images only")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if args.width:
            args.images = resized(args.images, args.width, Path(folder) / "images", Image.Resampling.BOX)
            args.labels = resized(args.labels, args.width, Path(folder) / "labels", Image.Resampling.NEAREST)
        measure(args)


def measure(args: argparse.Namespace) -> None:
    pairs = pair_folders(args.images, args.labels)[0][:: args.every]
    for checkpoint in args.checkpoints:
        for multiple in args.multiples:
            model = load_checkpoint(checkpoint)
            assert isinstance(model.segmenter, Starter), f"{checkpoint} is no starter"
            model.segmenter.multiple = multiple
            predictor = Predictor(model, "cpu")
            began = time.process_time()
            scores = drive(evaluate(predictor, pairs, model.classes, args.ignore_index))
            print(
                json.dumps(
                    {
                        "checkpoint": checkpoint.name,
                        "multiple": multiple,
                        "width": args.width,
                        "mean_iou": round(scores.mean_iou, 4),
                        "iou": {name: iou and round(iou, 4) for name, iou in scores.iou.items()},
                        "images": len(pairs),
                        "cpu_ms": round(1000 * (time.process_time() - began) / len(pairs)),
                    }
                ),
                flush=True,
            )


def resized(folder: Path, width: int, out: Path, filter: Image.Resampling) -> Path:
    """Write a folder's pictures with so many columns as PNG; a palette stays."""
    out.mkdir()
    for path in sorted(folder.iterdir()):
        with Image.open(path, formats=("PNG", "JPEG")) as image:
            size = width, round(width * image.height / image.width)
            image.resize(size, filter).save(out / f"{path.stem}.png")
    return out


if __name__ == "__main__":
    main()
