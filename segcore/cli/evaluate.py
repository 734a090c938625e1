"""``maskwright evaluate``: how well a model does on labelled images."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from segcore.cli.console import print_json, say, show, warn
from segcore.cli.crf_flags import add_crf_arguments, channels_of, crf_of, protected_names
from segcore.cli.inference import add_inference_arguments, inference_options
from segcore.cli.numbers import label_value
from segcore.labels.classes import IGNORE_INDEX, ClassSet


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    parser = subparsers.add_parser(
        "evaluate",
        help="measure a model on labelled images",
        description="Pixel accuracy, mean accuracy, mean IoU, frequency-weighted IoU, per-class IoU, the confusion "
        "matrix (rows: truth, columns: prediction), and the boundary F-score: how many border pixels lie within 3 "
        "pixels of those of the truth. The model's classes are joined to the labels' by name.",
    )
    parser.add_argument(
        "--model", required=True, metavar="M", help="name of the catalogue (see `maskwright models`) or a checkpoint"
    )
    parser.add_argument("--images", type=Path, required=True, metavar="DIR", help="folder of images")
    parser.add_argument("--labels", type=Path, required=True, metavar="DIR", help="label maps, named like the images")
    parser.add_argument("--classes", type=Path, metavar="FILE", help="classes of the labels (default: the model's)")
    parser.add_argument(
        "--ignore-index", type=label_value, default=IGNORE_INDEX, metavar="N", help="label value that does not count"
    )
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    add_inference_arguments(parser)
    add_crf_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print the scores as JSON")
    return parser


def run(args: argparse.Namespace) -> int:
    """Measure and print."""
    from segcore.models.catalogue import load_model
    from segcore.models.lineage import fingerprint, seen_by
    from segcore.prediction import Predictor, choose_device
    from segcore.training.distributed import current_world
    from segcore.training.evaluate import evaluate
    from segcore.training.folder_pairs import pair_folders

    world = current_world()
    options, crf = inference_options(args), crf_of(args)
    choose_device(args.device)
    pairs, without = pair_folders(args.images, args.labels)
    if without:
        warn(f"{len(without)} images have no label map and are passed over: {', '.join(without[:5])}")
    model = show(world.in_turn(load_model(args.model)), "Load model")
    known = sum(fingerprint(pair.key) in seen_by(model.lineage) for pair in pairs)
    if known:
        warn(f"The model was trained on {known} images of these names: on them the scores are better than on new ones.")
    classes = model.classes if args.classes is None else ClassSet.from_file(args.classes)
    predictor = Predictor(model, args.device, options)
    if crf is not None:
        crf = replace(crf, protected=channels_of(protected_names(args), model.classes))
    failures: list[tuple[str, str]] = []
    scores = show(evaluate(predictor, pairs, classes, args.ignore_index, crf, failures, world), "Evaluate")
    for note in world.notes(predictor.notes):
        warn(note)
    for _, message in failures:
        warn(message)
    precisions = world.gather(predictor.precision if world.share(pairs) else None)
    report = {
        **scores.to_json(),
        "images": len(pairs) - len(failures),
        "precision": ", ".join(sorted(set(precisions) - {None})),
        "without_labels": list(without),
        "failures": [{"image": key, "message": message} for key, message in failures],
    }
    if args.json:
        print_json(report)
    else:
        say(*table(report))
    return world.finish(1 if failures else 0)


def percent(share: float | None) -> str:
    """``0.5`` -> ``50.0 %``; a dash for None."""
    return "-" if share is None else f"{100 * share:.1f} %"


def table(report: Mapping[str, Any]) -> list[str]:
    """Scores as lines: each class with its IoU and its row of the confusion matrix in percent, then the means."""
    names = list(report["iou"])
    width = max(len("frequency-weighted IoU"), *(len(name) for name in names))
    lines = [f"{'class':{width}}  {'IoU':>7}   taken for (% of the class's pixels)"]
    for name, row in zip(names, report["confusion"], strict=True):
        total = sum(row)
        taken = sorted(((n, other) for n, other in zip(row, names, strict=True) if n and other != name), reverse=True)
        shares = ", ".join(f"{other} {percent(n / total)}" for n, other in taken[:3])
        lines.append(f"{name:{width}}  {percent(report['iou'][name]):>7}   {shares}".rstrip())
    lines.append("")
    for title, key in (
        ("mean IoU", "mean_iou"),
        ("pixel accuracy", "pixel_accuracy"),
        ("mean accuracy", "mean_accuracy"),
        ("frequency-weighted IoU", "fw_iou"),
        ("boundary F-score, 3 px", "boundary_f"),
    ):
        lines.append(f"{title:{width}}  {percent(report[key]):>7}")
    lines.append(f"{'images':{width}}  {report['images']:>7}")
    return lines
