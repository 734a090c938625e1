"""Flags of prediction, shared by all verbs that predict."""

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
        help="auto: bf16 if it is faster and at least 99.9 %% of the labels equal those of float32",
    )
    parser.add_argument(
        "--scales",
        type=_numbers,
        default=(1.0,),
        metavar="S,S",
        help="predict at these scales and average, such as 0.75,1,1.25",
    )
    parser.add_argument("--flip", action="store_true", help="also predict the mirrored image and average")
    parser.add_argument(
        "--tile",
        type=pixels,
        metavar="N",
        help="side of the tiles in pixels (default: the largest that fits into memory)",
    )
    parser.add_argument(
        "--overlap", type=pixels, metavar="N", help="overlap of the tiles in pixels (default: an eighth of their side)"
    )


def inference_options(args: argparse.Namespace) -> PredictOptions:
    """Return the options that the flags ask for. Raises MaskwrightError for a wrong value."""
    from segcore.prediction import PredictOptions

    return PredictOptions(args.precision, args.scales, args.flip, args.tile, args.overlap)


def _numbers(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text:.60}' is not a list of numbers such as 0.75,1,1.25") from None
