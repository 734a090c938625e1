"""``maskwright models``: the models ready to predict, and the architectures to train."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict

from segcore.cli.console import print_json, say
from segcore.models.architecture_entries import (
    ARCHITECTURES,
    BACKBONES,
    imagenet_file_name,
    imagenet_path,
    of_packages,
    where_imagenet_is,
)
from segcore.models.catalogue_entries import CATALOGUE, weights_path, where_is

_PLACES = {"bundled": "bundled", "here": "here", "download": "to download"}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    parser = subparsers.add_parser(
        "models",
        help="list the models ready to predict, and the architectures to train",
        description="Lists the models ready to predict, then the architectures that `train --model` builds, with "
        "the ImageNet weights that each starts from. Write options after the name: "
        "pspnet:backbone=resnet101,output_stride=16.",
    )
    parser.add_argument("--json", action="store_true", help="print the models ready to predict as JSON")
    parser.add_argument(
        "--architectures", action="store_true", help="list the architectures alone; with --json, as JSON"
    )
    return parser


def run(args: argparse.Namespace) -> int:
    """Print two tables, or with --json a list of objects."""
    if args.json:
        print_json(_architectures() if args.architectures else _models())
        return 0
    if not args.architectures:
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
        _print_table("Ready to predict, and to train further:", head, rows)
        say("")
    trained = [
        (
            entry.name,
            entry.citation,
            f"{entry.imagenet} ({_PLACES[where_imagenet_is(entry.imagenet)]})" if entry.imagenet else "none",
            "; ".join(_option(key, values) for key, values in entry.options.items()),
        )
        for entry in ARCHITECTURES.values()
    ]
    _print_table(
        "To train, from ImageNet weights:", ("NAME", "PAPER", "IMAGENET WEIGHTS", "OPTIONS, DEFAULT FIRST"), trained
    )
    added = [
        (name, entry.dist.name if entry.dist is not None else entry.value) for name, entry in of_packages().items()
    ]
    if added:
        _print_table("From packages of your own:", ("NAME", "PACKAGE"), added)
    say(f"Backbones: {', '.join(BACKBONES)}. Weights of your own: train --weights FILE, or none.")
    return 0


def _option(key: str, values: str) -> str:
    return f"{key}={values.split(',')[0]}, …" if key == "backbone" else f"{key}={values}"


def _models() -> list[dict[str, object]]:
    return [
        {**asdict(entry), "where": where_is(entry), "path": str(weights_path(entry) or "") or None}
        for entry in CATALOGUE.values()
    ]


def _architectures() -> list[dict[str, object]]:
    return [
        {
            **asdict(entry),
            "file": imagenet_file_name(entry.imagenet) if entry.imagenet else None,
            "where": where_imagenet_is(entry.imagenet) if entry.imagenet else None,
            "path": str(imagenet_path(entry.imagenet) or "") or None if entry.imagenet else None,
        }
        for entry in ARCHITECTURES.values()
    ]


def _print_table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    say(title)
    for row in (head, *rows):
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
