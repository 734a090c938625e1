"""``maskwright report``: one HTML file about a version of a project."""

from __future__ import annotations

import argparse
from pathlib import Path

from segcore.cli.console import print_json, say, show
from segcore.project.project import Access, Project


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    parser = subparsers.add_parser(
        "report",
        help="write an HTML report about a version of a project",
        description="Shows how good a version is, and whether it is better than the model before it. Both are measured "
        "on the corrected images that were held out from training. Writes one HTML file with the verdict, the IoU of "
        "each class, curves, confusion matrix, reliability diagram, best and worst images, and the version's history. "
        "Any browser opens it, also offline.",
    )
    parser.add_argument("project", type=Path, metavar="PROJECT", help="a project folder")
    parser.add_argument(
        "--version-name",
        "--version",
        dest="version_name",
        default="",
        metavar="NAME",
        help="such as 3 or version-003 (default: the model in use, else the newest version)",
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="the file to write (default: reports/NAME.html in the project)"
    )
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    parser.add_argument("--json", action="store_true", help="print the file's path as JSON")
    return parser


def run(args: argparse.Namespace) -> int:
    """Measure and write."""
    from segcore.report.report import write_report

    with Project.open(args.project, Access.READ) as project:
        path = show(write_report(project, args.out, args.version_name, args.device), "Report")
    if args.json:
        print_json({"report": str(path)})
    else:
        say(str(path))
    return 0
