"""``maskwright new``: a project for a folder of images."""

from __future__ import annotations

import argparse
from pathlib import Path

from segcore.cli.console import say, show, warn
from segcore.errors import MaskwrightError
from segcore.formats.label_folder import find_labels
from segcore.images.indexed_png import read_indexed_png
from segcore.labels.classes import ClassSet
from segcore.progress import Progress, Task
from segcore.project.project import Project


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    parser = subparsers.add_parser("new", help="make a project for a folder of images")
    parser.add_argument("project", type=Path, metavar="PROJECT", help="folder to make the project in")
    parser.add_argument(
        "--images", type=Path, required=True, metavar="DIR", help="folder with the images; never changed"
    )
    parser.add_argument(
        "--classes", type=Path, required=True, metavar="FILE", help="classes.json, or a text file with one name a line"
    )
    parser.add_argument(
        "--labels",
        type=Path,
        metavar="DIR",
        help="label maps (indexed PNG) to import as confirmed, named like the images",
    )
    return parser


def run(args: argparse.Namespace) -> int:
    """Make the project; with --labels exit 1 when a label map could not be imported."""
    with Project.create(args.project, args.images, ClassSet.from_file(args.classes)) as project:
        count = len(project.image_ids())
        say(f"{project.root}: {count} image{'' if count == 1 else 's'}, {len(project.classes)} classes.")
        if not count:
            warn(f"{project.images} holds no image that Maskwright can read.")
        if args.labels is None:
            return 0
        imported, failures = show(import_folder(project, args.labels), "Import labels")
        say(f"{imported} label map{'' if imported == 1 else 's'} imported.")
        for failure in failures:
            warn(failure)
        return 1 if failures else 0


def import_folder(project: Project, folder: Path) -> Task[tuple[int, list[str]]]:
    """Import ``<image path>.png`` or ``<image path without extension>.png`` of every image, as confirmed.

    Returns how many were imported, and a message for each that was not. Images without a label map are passed over.
    """
    imported, failures = 0, []
    ids = project.image_ids()
    for done, image_id in enumerate(ids):
        yield Progress(done, len(ids), image_id)
        path = find_labels(folder, image_id)
        if path is None:
            continue
        try:
            project.import_labels(image_id, read_indexed_png(path))
            imported += 1
        except MaskwrightError as error:
            failures.append(str(error))
    return imported, failures
