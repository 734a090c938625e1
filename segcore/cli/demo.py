"""``maskwright demo``: the bundled sample project, in the window or, with --headless, as a table and pictures."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from segcore.cli.console import say, show
from segcore.cli.numbers import positive
from segcore.errors import MaskwrightError
from segcore.files.atomic import atomic_write_bytes, writing

if TYPE_CHECKING:
    from segcore.cli.demo_loop import Demo


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the verb's arguments."""
    parser = subparsers.add_parser(
        "demo", help="open the bundled sample project, or run all steps on it with --headless"
    )
    parser.add_argument(
        "--headless", type=Path, metavar="OUT", help="run without a window and write the results to this folder"
    )
    parser.add_argument("--minutes", type=positive, default=1.0, metavar="T", help="minutes of fine-tuning (default 1)")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    return parser


def run(args: argparse.Namespace) -> int:
    """Run the loop and print the table. The desktop opens the window of ``demo`` without --headless."""
    if args.headless is None:
        raise MaskwrightError("This command has no window.", "Run `maskwright demo --headless OUT` instead.")
    from segcore.cli.demo_loop import Demo
    from segcore.crf import shutdown

    demo = Demo(Path(os.path.abspath(args.headless)), args.minutes, args.device)
    try:
        show(demo.open(), "Open")
        show(demo.predict(), "Predict")
        show(demo.measure(), "Evaluate")
        show(demo.refine(), "Refine (CRF)")
        show(demo.fine_tune(), "Fine-tune")
        show(demo.predict("after"), "Predict again")
        show(demo.measure("after"), "Evaluate again")
        show(demo.export(), "Export")
        pictures = show(demo.draw(), "Draw")
        lines = table(demo)
        report = demo.out / "demo.json"
        with writing(report):
            atomic_write_bytes(
                report, (json.dumps(demo.to_json(), indent=2, ensure_ascii=False) + "\n").encode(errors="replace")
            )
    finally:
        demo.close()
        shutdown()
    say(*lines, f"{len(pictures)} pictures, the project and its export: {demo.out}")
    return 0


def table(demo: Demo) -> list[str]:
    """Return lines: seconds per step, and the scores on the held-out images before and after."""
    lines = ["", f"{'step':<14}{'seconds':>8}  what"]
    lines += [f"{step.name:<14}{step.seconds:>8.1f}  {step.note}" for step in demo.steps]
    held_out = demo.held_out()
    names = {"before": "before", "crf": "before + CRF", "after": "after"}
    columns = [(names[key], scores) for key, scores in demo.scores.items()]
    lines += ["", f"held-out images: {len(held_out)} (labelled, not used for fine-tuning)"]
    lines.append(f"{'':<22}" + "".join(f"{name:>14}" for name, _ in columns))
    lines.append(f"{'mean IoU':<22}" + "".join(f"{scores.mean_iou:>14.3f}" for _, scores in columns))
    lines.append(f"{'pixel accuracy':<22}" + "".join(f"{scores.pixel_accuracy:>14.3f}" for _, scores in columns))
    for name in demo.project.classes.names:
        values = (scores.iou.get(name) for _, scores in columns)
        lines.append(f"{'IoU ' + name[:17]:<22}" + "".join(f"{'-' if v is None else f'{v:.3f}':>14}" for v in values))
    return [*lines, ""]
