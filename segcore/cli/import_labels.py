"""``maskwright import``: labels of another program become labels of a project."""

from __future__ import annotations

import argparse
from pathlib import Path

from segcore.cli.console import say, show, warn
from segcore.formats import registry
from segcore.formats.import_labels import ImportChoices, import_labels
from segcore.formats.import_plan import plan_import
from segcore.formats.new_classes import ClassesBefore, ClassesKept, unknown_values, with_new_classes
from segcore.labels.classes import IGNORE_INDEX
from segcore.project.project import Project


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    parser = subparsers.add_parser("import", help="import labels of another program into a project")
    parser.add_argument("project", type=Path, metavar="PROJECT")
    parser.add_argument("labels", type=Path, metavar="PATH", help="a folder, a file or a zip file")
    parser.add_argument(
        "--format", choices=registry.format_keys(), help="the format of the labels; without it, it is recognised"
    )
    parser.add_argument("--replace", action="store_true", help="replace what was painted or confirmed before")
    parser.add_argument(
        "--add-classes",
        action="store_true",
        help="make new classes of those that the labels have and the project lacks",
    )
    add_choices(parser, "painted")
    return parser


def add_choices(parser: argparse.ArgumentParser, default: str) -> None:
    """Declare the arguments that say what labels are."""
    parser.add_argument(
        "--labels-are",
        choices=("done", "painted", "predicted"),
        default=default,
        help="done: a person made the labels, and the images are done; painted: a person made them; "
        f"predicted: a model made them ({default} without this option)",
    )
    parser.add_argument(
        "--ignore-index", type=int, metavar="N", help="a value of the label maps that means no label, besides 255"
    )


def run(args: argparse.Namespace) -> int:
    """Import; exit 1 when a file, or the labels of an image, could not be imported."""
    with Project.open(args.project) as project:
        return import_into(project, args.labels, args, args.format, args.replace, args.add_classes)


def import_into(
    project: Project,
    path: Path,
    args: argparse.Namespace,
    key: str | None = None,
    replace: bool = False,
    add_classes: bool = False,
) -> int:
    """Import the labels at ``path`` and print what happened; return the exit code."""
    plan = show(plan_import(project, path, key), "Read labels")
    if plan.label_set.warning:
        warn(plan.label_set.warning)
    mapping = plan.mapping()
    if args.ignore_index is not None:
        mapping[args.ignore_index] = None
    before = None
    if wanted := {each.value for each in unknown_values(plan.values)} - set(mapping) if add_classes else set():
        before = ClassesBefore(project.classes, project.class_history)
        classes, mapping = with_new_classes(project.classes, plan.values, mapping, wanted)
        project.set_classes(classes)
    choices = ImportChoices(mapping, args.labels_are == "predicted", args.labels_are == "done", replace)
    with ClassesKept(project, before) as written:
        report = show(import_labels(project, plan, choices, written=written), "Import labels")
    if added := [each.name for each in project.classes if before and before.classes.find(each.index) is None]:
        say(
            f"{len(added)} new class{'' if len(added) == 1 else 'es'}: {', '.join(added[:20])}"
            f"{', …' if len(added) > 20 else ''}"
        )
    headline, *lines = report.summary().split("\n")
    say(headline)
    for text, names in (("images without a label map", plan.without), ("label maps without an image", plan.unused)):
        if names:
            say(f"{len(names)} {text}: {', '.join(names[:5])}{', …' if len(names) > 5 else ''}")
    if unknown := [found.text for found in plan.values if found.value not in mapping]:
        warn(f"Values of no class: {', '.join(unknown[:20])}. Give --add-classes, or --ignore-index.")
    values = {found.value for found in plan.values}
    if values == {0, IGNORE_INDEX} and mapping.get(IGNORE_INDEX) is None and plan.label_set.classes is None:
        warn(
            "The label maps hold only 0 and 255, and 255 means no label. If it is a class, import them in the window, "
            "where you can choose it."
        )
    for line in lines:
        warn(line.strip())
    return 1 if report.skipped or any(each.is_file for each in report.problems) else 0
