"""``maskwright new``: a project for a folder of images."""

from __future__ import annotations

import argparse
from pathlib import Path

from segcore.cli.console import say, show, warn
from segcore.formats.import_labels import ImportChoices, import_labels
from segcore.formats.import_plan import plan_import
from segcore.formats.label_picture import value_text
from segcore.formats.label_source import read_class_list
from segcore.project.project import Project


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    parser = subparsers.add_parser("new", help="make a project for a folder of images")
    parser.add_argument("project", type=Path, metavar="PROJECT", help="folder to make the project in")
    parser.add_argument(
        "--images", type=Path, required=True, metavar="DIR", help="folder with the images; never changed"
    )
    parser.add_argument(
        "--classes",
        type=Path,
        required=True,
        metavar="FILE",
        help="classes.json, labelmap.txt, or a text file with one name on each line",
    )
    parser.add_argument("--labels", type=Path, metavar="DIR", help="label maps (PNG) to import, named like the images")
    parser.add_argument(
        "--labels-are",
        choices=("done", "painted", "predicted"),
        default="done",
        help="done (default): a person made the label maps, and the images are done; painted: a person made them; "
        "predicted: a model made them",
    )
    parser.add_argument(
        "--ignore-index", type=int, metavar="N", help="a value of the label maps that means no label, besides 255"
    )
    return parser


def run(args: argparse.Namespace) -> int:
    """Make the project; with --labels exit 1 when a label map could not be imported."""
    with Project.create(args.project, args.images, read_class_list(args.classes)) as project:
        count = len(project.image_ids())
        say(f"{project.root}: {count} image{'' if count == 1 else 's'}, {len(project.classes)} classes.")
        if not count:
            warn(f"{project.images} holds no image that Maskwright can read.")
        return 0 if args.labels is None else _import(project, args)


def _import(project: Project, args: argparse.Namespace) -> int:
    plan = show(plan_import(project, args.labels), "Read label maps")
    if plan.warning:
        warn(plan.warning)
    mapping = plan.mapping()
    if args.ignore_index is not None:
        mapping[args.ignore_index] = None
    choices = ImportChoices(mapping, predicted=args.labels_are == "predicted", done=args.labels_are == "done")
    report = show(import_labels(project, plan, choices), "Import labels")
    say(report.summary().split("\n")[0])
    for text, names in (("images without a label map", plan.without), ("label maps without an image", plan.unused)):
        if names:
            say(f"{len(names)} {text}: {', '.join(names[:5])}{', …' if len(names) > 5 else ''}")
    if unknown := [value_text(found.value) for found in plan.values if found.value not in mapping]:
        warn(f"Values of no class: {', '.join(unknown[:20])}. Add classes for them, or give --ignore-index.")
    for each in report.skipped:
        warn(each.reason)
    return 1 if report.skipped else 0
