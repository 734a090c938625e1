"""``maskwright models``: the catalogue."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from segcore.cli.console import print_json
from segcore.models.catalogue_entries import CATALOGUE, weights_path, where_is

_PLACES = {"bundled": "bundled", "here": "here", "download": "to be downloaded"}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    parser = subparsers.add_parser("models", help="list the models of the catalogue")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def run(args: argparse.Namespace) -> int:
    """Print a table, or with --json a list of objects."""
    if args.json:
        print_json(
            [
                {**asdict(entry), "where": where_is(entry), "path": str(weights_path(entry) or "") or None}
                for entry in CATALOGUE.values()
            ]
        )
        return 0
    head = ("NAME", "ARCHITECTURE", "CLASSES", "INPUT", "SIZE", "LICENCE", "WEIGHTS")
    rows = [
        (
            entry.name,
            entry.title,
            entry.classes,
            entry.input,
            f"{entry.megabytes:.1f} MB",
            entry.licence,
            _PLACES[where_is(entry)],
        )
        for entry in CATALOGUE.values()
    ]
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    for row in (head, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return 0
