"""``maskwright new``: a project for a folder of images."""

from __future__ import annotations

import argparse
from pathlib import Path

from segcore.cli.console import say, warn
from segcore.cli.import_labels import add_choices, import_into
from segcore.formats.class_lists import read_class_list
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
    add_choices(parser, "done")
    return parser


def run(args: argparse.Namespace) -> int:
    """Make the project; with --labels exit 1 when a label map could not be imported."""
    with Project.create(args.project, args.images, read_class_list(args.classes)) as project:
        count = len(project.image_ids())
        say(f"{project.root}: {count} image{'' if count == 1 else 's'}, {len(project.classes)} classes.")
        if not count:
            warn(f"{project.images} holds no image that Maskwright can read.")
        return 0 if args.labels is None else import_into(project, args.labels, args)
