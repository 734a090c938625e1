"""``maskwright export``: the corrected labels of a project, for other programs."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from segcore.cli.console import print_json, say, show
from segcore.errors import ProjectError, UsageError
from segcore.files.atomic import atomic_write_bytes, writing
from segcore.formats import registry
from segcore.formats.export import export_project
from segcore.formats.export_options import ExportOptions
from segcore.formats.splits import SplitRule
from segcore.project.project import Access, Project


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    places = ", ".join(f"{row.key}: to {row.images_folder}" for row in registry.FORMATS if row.images_folder)
    volumes = ", ".join(row.key for row in registry.FORMATS if row.volumes)
    keys = ",".join(registry.format_keys(written=True))
    parser = subparsers.add_parser("export", help="write the corrected labels of a project")
    parser.add_argument("project", type=Path, metavar="PROJECT")
    parser.add_argument(
        "--format",
        type=formats,
        required=True,
        metavar="F[,F]",
        help=f"one or more of {keys}",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write to")
    parser.add_argument("--copy-images", action="store_true", help=f"copy the images too ({places})")
    parser.add_argument("--predictions", action="store_true", help="export what only a model labelled, too")
    parser.add_argument("--val", type=share, default=0.2, metavar="SHARE", help="images for validation (0.2)")
    parser.add_argument("--test", type=share, default=0.0, metavar="SHARE", help="images for testing (0)")
    parser.add_argument("--seed", type=int, default=0, help="another number divides the images in another way")
    parser.add_argument("--split-by-folder", action="store_true", help="images of one folder stay together")
    parser.add_argument("--stratify", action="store_true", help="each class has its share in each part")
    parser.add_argument(
        "--one-object-a-class",
        action="store_true",
        help="not one object for each connected piece, in formats of objects",
    )
    parser.add_argument(
        "--background", action="store_true", help="write the background class as objects, too, in formats of objects"
    )
    parser.add_argument(
        "--tolerance", type=distance, default=0.0, metavar="PIXELS", help="simplify polygons by so much (0: exact)"
    )
    parser.add_argument(
        "--volumes", action="store_true", help=f"a stack is one file, not one for each slice ({volumes})"
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    return parser


def formats(text: str) -> list[str]:
    """Split a comma-separated list of formats. Raises ArgumentTypeError for one that does not exist."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    try:
        registry.formats_named(names)
    except ProjectError as error:
        choices = ", ".join(registry.format_keys())
        raise argparse.ArgumentTypeError(f"choose from {choices}, not '{text}'") from error
    return names


def share(text: str, most: float = 1.0) -> float:
    """Read a share, 0 to 1, or a number up to ``most``. Raises ArgumentTypeError."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= most:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 0 to {most:g}")
    return value


def distance(text: str) -> float:
    """Read a number of pixels, 0 to 100. Raises ArgumentTypeError."""
    return share(text, 100.0)


def run(args: argparse.Namespace) -> int:
    """Export and print the report, which is kept as ``export_report.json`` too."""
    with Project.open(args.project, Access.READ) as project:
        report = show(export_project(project, args.format, args.out, _options(args)), "Export")
    path = report.out / "export_report.json"
    with writing(path):
        atomic_write_bytes(
            path, (json.dumps(report.to_json(), indent=2, ensure_ascii=False) + "\n").encode(errors="replace")
        )
    if args.json:
        print_json(report.to_json())
    else:
        say(*report.summary().split("\n"))
    return 0


def _options(args: argparse.Namespace) -> ExportOptions:
    if args.val + args.test > 1:
        raise UsageError("The shares of --val and --test are more than 1.", "Leave images for training.")
    return ExportOptions(
        copy_images=args.copy_images,
        predictions=args.predictions,
        split=SplitRule(args.val, args.test, args.seed, args.split_by_folder, args.stratify),
        one_object_a_class=args.one_object_a_class,
        background=args.background,
        tolerance=args.tolerance,
        volumes=args.volumes,
    )
