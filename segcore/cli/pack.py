"""``maskwright pack``: a project becomes one zip file."""

from __future__ import annotations

import argparse
from pathlib import Path

from segcore.cli.console import say, show, warn
from segcore.project.packing import PackChoices, pack
from segcore.project.project import Access, Project


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    parser = subparsers.add_parser("pack", help="pack a project into one zip file")
    parser.add_argument("project", type=Path, metavar="PROJECT")
    parser.add_argument("zip", type=Path, metavar="ZIP", help="the file to write")
    parser.add_argument("--images", action="store_true", help="pack the images, too")
    parser.add_argument("--no-checkpoints", action="store_true", help="leave out the models that were trained here")
    parser.add_argument("--no-predictions", action="store_true", help="leave out what models predicted")
    parser.add_argument("--no-history", action="store_true", help="leave out the undo history")
    parser.add_argument("--overwrite", action="store_true", help="replace a ZIP that exists")
    return parser


def run(args: argparse.Namespace) -> int:
    """Pack; exit 1 when an image could not be read, the rest is packed then."""
    choices = PackChoices(args.images, not args.no_checkpoints, not args.no_predictions, not args.no_history)
    with Project.open(args.project, Access.READ) as project:
        report = show(pack(project, args.zip, choices, args.overwrite), "Pack")
    say(f"{report.path}: {report.size / 1e6:.1f} MB. Label maps: {report.labelled}, images: {report.images}.")
    for name in report.left_out:
        warn(f"{name} could not be read and is left out.")
    return 1 if report.left_out else 0
