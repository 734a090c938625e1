"""``maskwright worklist``: which images of a project, and which regions of them, to correct next."""

from __future__ import annotations

import argparse
from contextlib import suppress
from pathlib import Path
from typing import Any

from segcore.cli.console import print_json, say, show
from segcore.cli.numbers import count
from segcore.errors import MaskwrightError
from segcore.labels.classes import ClassSet
from segcore.project.project import Access, Project

TOP = 10
REGIONS = 5
"""Regions shown of each image."""
SOURCES = {"prediction": "", "labels": "no kept prediction", "nothing": "no prediction"}
NOTHING = (
    "No image has a prediction or labels yet, so nobody knows where the model is uncertain: this order only spreads "
    "images that look alike. Predict all images in the window, or label one."
)

UNKNOWN = "How much is still wrong is not known yet: correct at least 5 predicted images and mark them as done."


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    parser = subparsers.add_parser(
        "worklist",
        help="list which images of a project to correct next",
        description="Lists first the images where a correction is likely to help most: the model is uncertain there, "
        "in many pixels or in rare classes. An image that looks like one above it comes later; images that are marked "
        "as done come last. The gain is the number of uncertain pixels that nobody painted or confirmed, weighted by "
        "uncertainty and rarity. The project is not changed.",
    )
    parser.add_argument("project", type=Path, metavar="PROJECT", help="a project folder")
    parser.add_argument("--top", type=count, default=TOP, metavar="N", help="list N images (default: %(default)s)")
    parser.add_argument("--regions", action="store_true", help="also list the regions to correct in each image")
    parser.add_argument("--json", action="store_true", help="print the list as JSON")
    return parser


def run(args: argparse.Namespace) -> int:
    """Rank and print."""
    from segcore.worklist.ranking import rank, regions_of

    with Project.open(args.project, Access.READ) as project:
        ranking = show(rank(project), "Rank")
        entries: list[dict[str, Any]] = []
        for place, image in enumerate(ranking.images[: args.top], 1):
            entry: dict[str, Any] = {
                "place": place,
                "image": image.id,
                "gain": round(image.gain, 1),
                "source": image.source.value,
                "done": image.done,
            }
            if args.regions:
                entry["regions"] = []
                with suppress(MaskwrightError):  # it was changed since
                    for region in regions_of(project, image.id, ranking.rarity, REGIONS):
                        entry["regions"].append(
                            {
                                "box": list(region.box),
                                "pixels": region.pixels,
                                "class": _name(project.classes, region.value),
                                "gain": round(region.gain, 1),
                            }
                        )
            entries.append(entry)
        report = {"images": entries, "ranked": len(ranking.images), "informed": ranking.is_informed}
        errors = ranking.errors
        report["wrong"] = (
            None
            if errors is None
            else {
                "share": errors.share,
                "low": errors.low,
                "high": errors.high,
                "done_images": errors.done,
            }
        )
    if args.json:
        print_json(report)
    else:
        say(*_table(report))
    return 0


def _name(classes: ClassSet, value: int) -> str | None:
    found = classes.find(value)
    return None if found is None else found.name


def _table(report: dict[str, Any]) -> list[str]:
    entries = report["images"]
    if not entries:
        return ["The project has no image that can be read."]
    width = max(len("image"), *(len(entry["image"]) for entry in entries))
    lines = [f"{'':>4}  {'image':{width}}  {'gain':>10}"]
    for entry in entries:
        note = "done" if entry["done"] else SOURCES[entry["source"]]
        lines.append(f"{entry['place']:>4}  {entry['image']:{width}}  {entry['gain']:>10.1f}  {note}".rstrip())
        for region in entry.get("regions", ()):
            left, top, right, bottom = region["box"]
            where = f"x {left} to {right}, y {top} to {bottom}: {region['class'] or 'no class'}"
            lines.append(f"{'':>4}    {where}, {region['pixels']} pixels, gain {region['gain']:.1f}")
    if report["wrong"] is not None:
        share, low, high = (f"{100 * report['wrong'][name]:.1f}" for name in ("share", "low", "high"))
        lines += ["", f"About {share} % of the pixels are still wrong ({low} to {high} %)."]
    elif report["informed"]:
        lines += ["", UNKNOWN]
    if not report["informed"]:
        lines += ["", NOTHING]
    return lines
