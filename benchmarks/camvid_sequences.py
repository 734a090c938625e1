"""Split CamVid's training images by drive, so that a network is measured on streets that it has not seen.

CamVid's ``val`` is one clip of the drive that most of ``train`` is from; its test images are another drive, and the
rest of 0001TP. A file is called ``<drive>_<frame>.jpg``. Usage::

    python benchmarks/camvid_sequences.py CAMVID OUT [--few 20]

CAMVID holds ``train/`` and ``trainannot/``. OUT gets ``train/`` (0016E5 and the second half of 0001TP), ``few/`` (some
of these, evenly spread) and ``unseen/`` (0006R0 and the first half of 0001TP), each with its label maps in
``…annot/``, and ``classes.txt``.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.camvid import NAMES

UNSEEN = "0006R0"
HALVED = "0001TP"


def split(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Names of images -> those to learn from and those to measure on, each in order."""
    halved = sorted(name for name in names if name.startswith(HALVED))
    unseen = set(halved[: len(halved) // 2]) | {name for name in names if name.startswith(UNSEEN)}
    return sorted(set(names) - unseen), sorted(unseen)


def evenly(names: Sequence[str], number: int) -> list[str]:
    """Take ``number`` of the names (at most all), from the first to the last."""
    return [names[round(place)] for place in np.linspace(0, len(names) - 1, min(number, len(names)))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("camvid", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--few", type=int, default=20)
    args = parser.parse_args()
    train, unseen = split([image.name for image in (args.camvid / "train").iterdir()])
    for part, names in (("train", train), ("few", evenly(train, args.few)), ("unseen", unseen)):
        for folder in (args.out / part, args.out / f"{part}annot"):
            folder.mkdir(parents=True)
        for name in names:
            labels = Path(name).with_suffix(".png").name
            shutil.copyfile(args.camvid / "train" / name, args.out / part / name)
            shutil.copyfile(args.camvid / "trainannot" / labels, args.out / f"{part}annot" / labels)
        print(f"{part}: {len(names)} images")
    (args.out / "classes.txt").write_text("\n".join(NAMES), encoding="utf-8")


if __name__ == "__main__":
    main()
