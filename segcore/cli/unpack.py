"""``maskwright unpack``: a packed project becomes a folder again."""

from __future__ import annotations

import argparse
from pathlib import Path

from segcore.cli.console import say, show, warn
from segcore.project.unpacking import Unpacked, unpack_project


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    parser = subparsers.add_parser("unpack", help="unpack a project that was packed")
    parser.add_argument("zip", type=Path, metavar="ZIP", help="a file that `maskwright pack` wrote")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="project folder to make; it must not exist")
    parser.add_argument("--images", type=Path, metavar="DIR", help="where the images are, if they were not packed")
    return parser


def run(args: argparse.Namespace) -> int:
    """Unpack, and say which images are missing."""
    found = show(unpack_project(args.zip, args.folder, args.images), "Unpack")
    say(f"{found.root}: unpacked. Files: {found.files}.", *missing_lines(found))
    if found.skipped:
        warn(f"Files that belong to no project were skipped: {_some(found.skipped)}.")
    return 0


def missing_lines(found: Unpacked) -> list[str]:
    """Return what to do about missing images; empty when none is missing."""
    if not found.missing:
        return []
    return [
        f"Missing images: {len(found.missing)} of {found.expected} ({_some(found.missing)}).",
        f"Copy them to {found.images}, or unpack again with --images DIR.",
    ]


def _some(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:5])}{', …' if len(names) > 5 else ''}"
