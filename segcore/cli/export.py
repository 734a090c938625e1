"""``maskwright export``: the corrected labels of a project, for other programs."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from segcore.cli.console import print_json, say, show
from segcore.errors import ProjectError
from segcore.files.atomic import atomic_write_bytes, writing
from segcore.formats import registry
from segcore.formats.export import export_project
from segcore.project.project import Access, Project


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    places = ", ".join(f"{row.key}: to {row.images_folder}" for row in registry.FORMATS if row.images_folder)
    parser = subparsers.add_parser("export", help="write the corrected labels of a project")
    parser.add_argument("project", type=Path, metavar="PROJECT")
    parser.add_argument(
        "--format",
        type=formats,
        required=True,
        metavar="F[,F]",
        help=f"one or more of {','.join(registry.format_keys())}",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write to")
    parser.add_argument("--copy-images", action="store_true", help=f"copy the images too ({places})")
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


def run(args: argparse.Namespace) -> int:
    """Export and print the report, which is kept as ``export_report.json`` too."""
    with Project.open(args.project, Access.READ) as project:
        report = show(export_project(project, args.format, args.out, args.copy_images), "Export")
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
