"""``maskwright demo``: the bundled sample projects, in the window or, with --headless, as tables and pictures."""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from segcore.cli.console import say, show
from segcore.cli.numbers import positive
from segcore.errors import MaskwrightError
from segcore.files.atomic import atomic_write_bytes, writing
from segcore.project.sample_project import SAMPLES

if TYPE_CHECKING:
    from segcore.cli.demo_run import DemoRun


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    parser = subparsers.add_parser(
        "demo", help="open a bundled sample project, or run all steps on both with --headless"
    )
    parser.add_argument(
        "--headless", type=Path, metavar="OUT", help="run without a window and write the results to this folder"
    )
    parser.add_argument("--sample", choices=SAMPLES, help="only this one (default: roads in the window, both without)")
    parser.add_argument(
        "--minutes", type=positive, default=1.0, metavar="T", help="minutes of training for each sample (default 1)"
    )
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    return parser


def run(args: argparse.Namespace) -> int:
    """Run the stories and print their tables. The desktop opens the window of ``demo`` without --headless."""
    if args.headless is None:
        raise MaskwrightError("This command has no window.", "Run `maskwright demo --headless OUT` instead.")
    from segcore.crf import shutdown

    out = Path(os.path.abspath(args.headless))
    report, pictures = {}, 0
    started = time.monotonic()
    try:
        for key in SAMPLES if args.sample is None else (args.sample,):
            story = _story(key)(out=out / key, minutes=args.minutes, device=args.device)
            try:
                for title, task in story.tasks():
                    show(task(), title)
            finally:
                story.close()
            say(*story.table())
            report[key] = story.to_json()
            pictures += len(story.pictures)
    finally:
        shutdown()
    with writing(out / "demo.json"):
        text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
        atomic_write_bytes(out / "demo.json", text.encode(errors="replace"))
    say(f"{time.monotonic() - started:.0f} seconds; {pictures} pictures, the projects and the export: {out}")
    return 0


def _story(key: str) -> type[DemoRun]:
    """Return the story of a sample. Imports torch."""
    if key == "roads":
        from segcore.cli.demo_roads import RoadsDemo

        return RoadsDemo
    from segcore.cli.demo_nuclei import NucleiDemo

    return NucleiDemo
