"""``maskwright adapt``: label the untouched images of a project by what was painted in the others."""

from __future__ import annotations

import argparse
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from segcore.cli import FAILED
from segcore.cli.console import print_json, say, show, warn
from segcore.cli.train import stoppable
from segcore.errors import MaskwrightError
from segcore.progress import Progress, Task, drive
from segcore.project.project import Project

if TYPE_CHECKING:
    from segcore.adaptation.adapt_project import Adaptation
    from segcore.adaptation.features import Features


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    parser = subparsers.add_parser(
        "adapt",
        help="label the images that nobody has corrected by what you painted in the others",
        description="Does for a whole project what Live does in the window: learns from all pixels that you painted or "
        "confirmed, and labels the images that are new or only predicted. It takes seconds an image and needs no "
        "trained model. Images with a painted or confirmed pixel do not change. Live goes on from what was learned.",
    )
    parser.add_argument("project", type=Path, metavar="PROJECT", help="a project folder")
    parser.add_argument("--from-done", action="store_true", help="learn only from images that are marked as done")
    parser.add_argument(
        "--images",
        nargs="+",
        metavar="IMAGE",
        help="label only these images, named by their paths in the image folder (default: all that are new or only "
        "predicted)",
    )
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    parser.add_argument("--json-lines", action="store_true", help="print progress and result as JSON, one a line")
    return parser


def run(args: argparse.Namespace) -> int:
    """Learn and label; exit code 1 when an image failed."""
    started = time.monotonic()
    with stoppable():
        if args.json_lines:
            try:
                found = drive(_task(args), _print_progress)
            except MaskwrightError as error:
                _line({"event": "error", "message": error.message, "remedy": error.remedy})
                return FAILED
            except OSError as error:
                _line({"event": "error", "message": str(error), "remedy": "Check the disk and its permissions."})
                return FAILED
        else:
            found = show(_task(args), "Adapt")
    seconds = time.monotonic() - started
    if args.json_lines:
        failures = [{"image": key, "message": message} for key, message in found.failures]
        report = {
            "learned": found.learned,
            "labelled": found.labelled,
            "failures": failures,
            "replaced": found.replaced,
        }
        _line({"event": "result", **report, "seconds": round(seconds, 3)})
    else:
        if found.replaced:
            from segcore.training.dataset import replaced_images

            warn(replaced_images(found.replaced))
        for key, message in found.failures:
            warn(f"{key}: {message}")
        failed = f", {len(found.failures)} failed" if found.failures else ""
        images = "1 image" if len(found.learned) == 1 else f"{len(found.learned)} images"
        say(f"Learned from {images}, labelled {len(found.labelled)}{failed}, in {seconds:.1f} s.")
    return FAILED if found.failures else 0


def _task(args: argparse.Namespace) -> Task[Adaptation]:
    from segcore.adaptation.adapt_project import adapt_project

    with Project.open(args.project) as project:
        return (yield from adapt_project(project, partial(_features, args.device), args.images, args.from_done))


def _features(device: str) -> Task[Features]:
    """Load the network; torch is imported here, when it is known that there is something to learn from."""
    from segcore.adaptation.features import imagenet_features
    from segcore.hardware.device import choose_device

    return (yield from imagenet_features(str(choose_device(device))))


def _print_progress(step: Progress) -> None:
    _line({"event": "progress", "done": step.done, "total": step.total, "message": step.message, **step.detail})


def _line(event: dict[str, Any]) -> None:
    print_json(event, indent=None)
