"""``maskwright stacks``: images in NIfTI files become TIFF stacks, which can be opened."""

from __future__ import annotations

import argparse
from pathlib import Path

from segcore.cli.console import say, show, warn


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    parser = subparsers.add_parser("stacks", help="write the NIfTI images of a data set as TIFF stacks beside them")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a data set of nnU-Net, or a folder of NIfTI files")
    return parser


def run(args: argparse.Namespace) -> int:
    """Write the stacks; say which could not be written."""
    from segcore.formats.nifti_stacks import write_stacks

    found = show(write_stacks(args.folder), "Stacks")
    say(f"Stacks written: {found.written}. There already: {found.kept}.")
    for problem in found.problems:
        warn(problem)
    return 1 if found.problems else 0
