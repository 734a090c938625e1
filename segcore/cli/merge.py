"""``maskwright merge``: the labels of another project become labels of this one."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from segcore.cli.console import say, show, warn
from segcore.project.merging import MergeChoices, MergeReport, merge
from segcore.project.pack_layout import is_packed
from segcore.project.project import Access, Project
from segcore.project.unpacking import unpack_project


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    parser = subparsers.add_parser("merge", help="merge the labels of another project into a project")
    parser.add_argument("project", type=Path, metavar="PROJECT", help="the project that changes")
    parser.add_argument("other", type=Path, metavar="OTHER", help="another project or a packed one; it does not change")
    parser.add_argument("--replace", action="store_true", help="replace what was painted or confirmed before")
    return parser


def run(args: argparse.Namespace) -> int:
    """Merge; exit 1 when labels of an image could not be merged."""
    with _opened(args.other) as other, Project.open(args.project) as project:
        report = show(merge(project, other, MergeChoices(args.replace)), "Merge")
    say(*_lines(report))
    for each in report.skipped:
        warn(f"{each.image_id}: {each.reason}")
    return 1 if report.skipped else 0


@contextmanager
def _opened(path: Path) -> Iterator[Project]:
    """Open a project to read it; a packed one is unpacked into a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="maskwright-") as folder:
        if is_packed(path):
            path = show(unpack_project(path, Path(folder) / "other"), "Unpack").root
        with Project.open(path, Access.READ) as other:
            yield other


def _lines(report: MergeReport) -> list[str]:
    counts = f"Images changed: {len(report.merged)}, unchanged: {len(report.unchanged)}, skipped: {len(report.skipped)}"
    lines = [f"{counts}; marks taken over: {report.marks}."]
    if report.added:
        lines.append(f"New classes: {', '.join(report.added)}.")
    whose = "those of the other project" if report.replaced else "those of this project"
    for image_id, pixels in report.differing.items():
        lines.append(f"{image_id}: {pixels} pixels have other labels in the two projects; now they have {whose}.")
    return lines
