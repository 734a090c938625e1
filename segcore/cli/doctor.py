"""``maskwright doctor``: what a bug report needs to say of this machine, and what is wrong with it."""

from __future__ import annotations

import argparse
from pathlib import Path

from segcore.cli import FAILED
from segcore.cli.console import print_json, say
from segcore.doctor.doctor import examine
from segcore.progress import drive


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    parser = subparsers.add_parser(
        "doctor",
        help="say what is wrong with this machine, and what a bug report needs",
        description="Looks at the installation, the machine, its GPU and display, the folders that are written to, and "
        "a project if one is named. Says what is wrong in a sentence each, with what to do, then the facts. Names of "
        "the person and the machine, folders and files are left out unless --paths is given. Nothing is changed and "
        "nothing is sent. The exit code is 1 if something stops work.",
    )
    parser.add_argument("project", nargs="?", type=Path, metavar="PROJECT", help="also check this project's files")
    parser.add_argument(
        "--paths", action="store_true", help="keep folders, files, user and machine names in the report"
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    return parser


def run(args: argparse.Namespace) -> int:
    """Look, and print; exit code 1 when something stops work."""
    report = drive(examine(args.project, args.paths))
    if args.json:
        print_json(report.to_json())
    else:
        say(*report.text().split("\n"))
    return FAILED if report.stops else 0
