"""Downloads on the command line: ``--yes`` and ``--offline``, and the question on a terminal."""

from __future__ import annotations

import argparse
import os

from segcore.cli.console import ask
from segcore.errors import DownloadNeededError
from segcore.models.consent import agree, forget, go_offline, is_offline

VERBS = frozenset({"predict", "train", "keep-learning", "evaluate", "learn-crf", "convert"})
"""Commands that may need weights that are not on this machine."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of a verb."""
    group = parser.add_argument_group("published weights that are not on this machine")
    group.add_argument("--yes", action="store_true", help="download them without a question")
    group.add_argument(
        "--offline",
        action="store_true",
        help="never use the network (also: the environment variable MASKWRIGHT_OFFLINE=1)",
    )


def apply(args: argparse.Namespace) -> None:
    """Take the options of this command; what an earlier one was told no longer holds."""
    forget()
    if getattr(args, "yes", False):
        agree()
    go_offline("command", getattr(args, "offline", False))


def confirmed(needed: DownloadNeededError) -> bool:
    """Ask on the terminal, with address and size; return False where there is nobody to ask."""
    if is_offline() or "MASTER_ADDR" in os.environ or not ask(needed.message, "Download them now?"):
        return False
    agree(needed.url)
    return True
