"""``maskwright keep-learning``: train beside other work, at the lowest priority, until it is stopped."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from segcore.cli import FAILED
from segcore.cli.console import print_json, speaks
from segcore.cli.numbers import positive, seed
from segcore.errors import MaskwrightError
from segcore.hardware.parent_watch import ParentWatch
from segcore.hardware.priority import become_idle
from segcore.progress import Progress, drive

if TYPE_CHECKING:
    from segcore.training.candidate import Candidate

EVERY_SECONDS = 2.0
"""A line of progress is printed at most so often, unless it says something new."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    parser = subparsers.add_parser(
        "keep-learning",
        help="train at the lowest priority while a project is labelled",
        description="Trains on a project's corrected pixels, at the lowest priority, until you stop it (Ctrl+C), and "
        "goes on from there the next time. When the network is better than the model in use on the held-out images, it "
        "is written as a candidate. Prints JSON, one object a line.",
    )
    parser.add_argument("project", type=Path, metavar="PROJECT", help="a project folder")
    parser.add_argument("--model", required=True, metavar="M", help="the model in use: where the training starts")
    parser.add_argument(
        "--folder",
        type=Path,
        metavar="DIR",
        help="where the state and the candidate are written (default: in the project)",
    )
    parser.add_argument(
        "--control",
        type=Path,
        metavar="FILE",
        help="a file in which the window says what it wants; see docs/architecture.md",
    )
    parser.add_argument("--seed", type=seed, default=0, metavar="S", help="decides which images are held out")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    parser.add_argument(
        "--validate-every", type=positive, default=60.0, metavar="S", help="seconds between validations"
    )
    parser.add_argument(
        "--candidate-every",
        type=positive,
        default=300.0,
        metavar="S",
        help="seconds between decisions whether a candidate is written",
    )
    parser.add_argument(
        "--priority",
        choices=("idle", "low"),
        default="idle",
        help="idle: only when no other program wants the processor",
    )
    parser.add_argument("--attached", action="store_true", help="stop when standard input is closed")
    return parser


def run(args: argparse.Namespace) -> int:
    """Train until standard input is closed (``--attached``), SIGTERM or Ctrl+C; the state is saved."""
    if args.priority == "idle":
        become_idle()  # before torch starts threads
    parent = ParentWatch(sys.stdin.fileno() if args.attached else None)
    from segcore.cli.train import stoppable
    from segcore.training.continual import ContinualRequest, ContinualTraining

    folder = args.folder or args.project / "training" / "keep-learning"
    request = ContinualRequest(
        args.project,
        folder,
        args.model,
        args.control,
        args.seed,
        args.device,
        validate_seconds=args.validate_every,
        candidate_seconds=args.candidate_every,
    )
    with stoppable():
        try:
            drive(ContinualTraining(request, parent, _print_candidate).run(), Printer())
        except KeyboardInterrupt:
            return 0
        except MaskwrightError as error:
            if not speaks():
                raise
            print_json({"event": "error", "message": error.message, "remedy": error.remedy}, indent=None)
            return FAILED
    return 0


class Printer:
    """Prints progress as JSON lines: new messages and validations at once, mere steps now and then."""

    def __init__(self) -> None:
        self._message, self._last = "", 0.0

    def __call__(self, step: Progress) -> None:
        """Print it if it is time."""
        now = time.monotonic()
        if step.message == self._message and "mean_iou" not in step.detail and now - self._last < EVERY_SECONDS:
            return
        if step.message == self._message and step.detail.get("paused"):
            return  # said already
        self._message, self._last = step.message, now
        print_json({"event": "progress", "done": 0, "total": 0, "message": step.message, **step.detail}, indent=None)


def _print_candidate(found: Candidate) -> None:
    event: dict[str, Any] = {
        "event": "result",
        "checkpoint": str(found.checkpoint),
        "before": None if found.before is None else found.before.to_json(),
        "after": found.after.to_json(),
        "unknown_before": found.unknown_before,
        "comparison": found.comparison.to_json(),
        "seconds": round(found.seconds, 3),
        "best_step": found.step,
        "chosen": found.chosen,
        "skipped": found.skipped,
        "warnings": found.warnings,
    }
    print_json(event, indent=None)
