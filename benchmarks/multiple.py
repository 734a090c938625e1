"""What the starter's option ``multiple`` changes: the same weights measured on the same images with each value.

    python benchmarks/multiple.py CHECKPOINT … --data CAMVID [--multiples 1 32] [--every 1]

CAMVID holds ``val/`` and ``valannot/`` (480x360, label 11 = unlabelled). Prints one JSON object a checkpoint and value;
``cpu_ms`` is the processor time of an image, prediction and measuring.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from segcore.models.checkpoint import load_checkpoint
from segcore.models.starter import Starter
from segcore.prediction import Predictor
from segcore.progress import drive
from segcore.training.evaluate import evaluate
from segcore.training.folder_pairs import pair_folders

UNLABELLED = 11


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoints", nargs="+", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--multiples", type=int, nargs="+", default=[1, 32])
    parser.add_argument("--every", type=int, default=1, help="measure every so many images only")
    args = parser.parse_args()
    pairs = pair_folders(args.data / "val", args.data / "valannot")[0][:: args.every]
    for checkpoint in args.checkpoints:
        for multiple in args.multiples:
            model = load_checkpoint(checkpoint)
            assert isinstance(model.segmenter, Starter), f"{checkpoint} is no starter"
            model.segmenter.multiple = multiple
            predictor = Predictor(model, "cpu")
            began = time.process_time()
            scores = drive(evaluate(predictor, pairs, model.classes, UNLABELLED))
            print(
                json.dumps(
                    {
                        "checkpoint": checkpoint.name,
                        "multiple": multiple,
                        "mean_iou": round(scores.mean_iou, 4),
                        "iou": {name: iou and round(iou, 4) for name, iou in scores.iou.items()},
                        "images": len(pairs),
                        "cpu_ms": round(1000 * (time.process_time() - began) / len(pairs)),
                    }
                ),
                flush=True,
            )


if __name__ == "__main__":
    main()
