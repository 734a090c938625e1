"""The flags that say how to predict, for every verb that does."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from segcore.cli.numbers import pixels

if TYPE_CHECKING:
    from segcore.prediction import PredictOptions


def add_inference_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare ``--precision``, ``--scales``, ``--flip``, ``--tile`` and ``--overlap``."""
    parser.add_argument(
        "--precision",
        choices=("auto", "float32", "bf16"),
        default="auto",
        help="auto: bf16 where it is faster and gives the labels of float32 (at least 99.9 %% of them)",
    )
    parser.add_argument(
        "--scales", type=_numbers, default=(1.0,), metavar="S,S", help="predict in these sizes and average: 0.75,1,1.25"
    )
    parser.add_argument("--flip", action="store_true", help="predict the mirror image too and average")
    parser.add_argument("--tile", type=pixels, metavar="N", help="side of the tiles in pixels (default: what fits)")
    parser.add_argument("--overlap", type=pixels, metavar="N", help="pixels that tiles share (default: an eighth)")


def inference_options(args: argparse.Namespace) -> PredictOptions:
    """Read them. Raises MaskwrightError for a value that cannot be."""
    from segcore.prediction import PredictOptions

    return PredictOptions(args.precision, args.scales, args.flip, args.tile, args.overlap)


def _numbers(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text:.60}' is no list of numbers such as 0.75,1,1.25") from None
