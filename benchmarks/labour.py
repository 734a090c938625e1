"""How much labour it takes to label images, by a simulated person with fixed rules; prints one JSON object.

    python benchmarks/labour.py --data FOLDER --mode brush [--images 50] [--first 0] [--longest 0] [--part val]

The person takes the largest connected region of wrong pixels that are truly of one class (once 95 % are right: of a
class below the bar) and draws one stroke over it, through the document and the tools of the window; the rules are in
`benchmarks/person`. The images are labelled in one pass, in the order of their names. "actions" are strokes, or the
corners of polygons; "seconds" are those of the person and those that the machine lets the person wait.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.person.assistance import Assistance
from benchmarks.person.data import Samples
from benchmarks.person.desk import Desk
from benchmarks.person.labelling import Labour, label
from segcore.labels.classes import ClassSet

MODES = {
    "polygon": "polygon",
    "brush": "brush",
    "smart": "smart",
    "predict": "brush",
    "live": "brush",
    "live-smart": "smart",
    "live-keep": "brush",
}
"""Each with the tool that the person takes; see the modules of `benchmarks/person` for what the machine does."""


def summary(labours: list[Labour]) -> dict[str, float]:
    """Return the means over images, and over the last half, third, and 15 of them."""

    def mean(values: list[float]) -> float:
        return round(float(np.mean(values)), 2) if values else float("nan")

    actions = [float(each.actions) for each in labours]
    count = len(labours)
    return {
        "images": count,
        "accepted": sum(each.accepted for each in labours),
        "actions": mean(actions),
        "actions_second_half": mean(actions[count // 2 :]),
        "actions_last_third": mean(actions[count - count // 3 :]),
        "actions_last_15": mean(actions[-15:]),
        "to_95": mean([each.to_right for each in labours]),
        "to_95_second_half": mean([each.to_right for each in labours[count // 2 :]]),
        "to_95_last_15": mean([each.to_right for each in labours[-15:]]),
        "seconds": mean([each.person + each.machine for each in labours]),
        "person_seconds": mean([each.person for each in labours]),
        "machine_seconds": mean([each.machine for each in labours]),
        "right_at_first": mean([each.first_right for each in labours]),
        "wait_ms_median": mean([1000 * float(np.median([w for each in labours for w in each.waits] or [0.0]))]),
    }


def row(labour: Labour) -> dict[str, object]:
    """Return one point of the curve."""
    return {
        "name": labour.name,
        "actions": labour.actions,
        "to_95": labour.to_right,
        "seconds": round(labour.person + labour.machine, 1),
        "right_at_first": round(labour.first_right, 3),
        "accepted": labour.accepted,
    }


def assistance_for(args: argparse.Namespace, classes: ClassSet) -> Assistance:
    if args.mode == "predict":
        from benchmarks.person.predicted import Predicted

        return Predicted(classes, args.seconds)
    if not args.mode.startswith("live"):
        return Assistance()
    from benchmarks.person.live import Live
    from segcore.adaptation.live_options import LiveOptions

    options = LiveOptions(**{name: json.loads(value) for name, value in (each.split("=") for each in args.set)})
    if args.mode == "live-keep":
        from benchmarks.person.kept_learning import KeptLearning

        return KeptLearning(options, classes)
    return Live(options, classes, args.model)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="a folder; see benchmarks/person/data.py")
    parser.add_argument("--part", default="val", help="of CamVid: train or val")
    parser.add_argument("--mode", choices=sorted(MODES), default="brush")
    parser.add_argument("--images", type=int, default=50, help="so many at most")
    parser.add_argument("--first", type=int, default=0, help="number of the first image")
    parser.add_argument("--longest", type=int, default=0, help="shrink larger images to this side; 0: never")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="of LiveOptions, for trials")
    parser.add_argument("--model", type=Path, help="a checkpoint, in use from the first image on (live, live-smart)")
    parser.add_argument("--seconds", type=float, default=60.0, help="of each fine-tuning (predict)")
    args = parser.parse_args()
    samples = Samples(args.data, args.part, args.longest)
    desk = Desk(samples.classes)
    assistance = assistance_for(args, samples.classes)
    labours = []
    try:
        for sample in samples.read(range(args.first, min(len(samples), args.first + args.images))):
            labours.append(label(desk, sample, MODES[args.mode], assistance))
            print(json.dumps(row(labours[-1])), file=sys.stderr, flush=True)
    finally:
        assistance.close()
        desk.close()
    settings = {"data": args.data.name, "mode": args.mode, "first": args.first, "longest": args.longest}
    print(json.dumps(settings | summary(labours) | {"curve": [row(each) for each in labours]}, indent=1))


if __name__ == "__main__":
    main()
