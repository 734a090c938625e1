"""Output of the command line: progress bars, results and warnings."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import threading
from functools import cache
from typing import Any, NoReturn, TypeVar

from segcore.cli.terminal import json_text, one_line
from segcore.progress import Progress, Task, drive

T = TypeVar("T")


@cache
def _tqdm() -> Any:
    """Import tqdm only now: the window passes here on its way, and must be seen soon."""
    from tqdm import tqdm

    # The working thread draws the bar: no monitor thread, no lock shared between processes.
    tqdm.monitor_interval = 0
    tqdm.set_lock(threading.RLock())
    return tqdm


def speaks() -> bool:
    """Whether this process prints: of the processes that torchrun started, only rank 0 does.

    Every process prints the error that ends it.
    """
    return "MASTER_ADDR" not in os.environ or os.environ.get("RANK", "0") == "0"


def show(task: Task[T], title: str) -> T:
    """Run a task with a progress bar and the estimated time left on stderr; return its result.

    Ctrl+C closes the task, which frees its resources, and is raised again.
    """
    if not speaks():
        return drive(task)
    bar = _tqdm()(
        desc=one_line(title),
        total=1.0,
        file=sys.stderr,
        bar_format="{desc}: {percentage:3.0f}% |{bar}| {elapsed}, left {remaining}{postfix}",
        mininterval=0.1 if sys.stderr.isatty() else 10.0,
        dynamic_ncols=True,
    )

    def step(progress: Progress) -> None:
        bar.set_postfix_str(one_line(progress.message), refresh=False)
        bar.update(max(0.0, progress.fraction - bar.n))

    with bar:
        result = drive(task, step)
        bar.set_postfix_str("", refresh=False)
        bar.update(1.0 - bar.n)
    return result


def say(*lines: str) -> None:
    """Print a result to stdout, one line for each text."""
    if speaks():
        print("\n".join(one_line(line) for line in lines))


def print_json(data: Any, indent: int | None = 2) -> None:
    """Print one JSON document to stdout; on one line, and at once, when ``indent`` is None."""
    if speaks():
        text = json_text(data, indent)
        if (sys.stdout.encoding or "").lower().replace("-", "") != "utf8":
            text = "".join(json.dumps(each)[1:-1] if ord(each) > 127 else each for each in text)
        print(text, flush=indent is None)


def warn(text: str) -> None:
    """Print a warning to stderr."""
    if speaks():
        _tqdm().write(f"maskwright: {one_line(text)}", file=sys.stderr)


def complain(text: str) -> None:
    """Print the error that ends the command to stderr, in every process."""
    print(f"maskwright: {one_line(text)}", file=sys.stderr)


def ask(about: str, question: str) -> bool:
    """Ask on the terminal (stderr and stdin); False where there is nobody to ask, and for any other answer than yes."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    print(one_line(about), file=sys.stderr)
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


class Parser(argparse.ArgumentParser):
    """An argument parser whose error messages escape control characters in arguments."""

    def error(self, message: str) -> NoReturn:
        """Print usage and message, and exit with 2."""
        super().error(one_line(message))


class LogFormatter(logging.Formatter):
    """``maskwright: message``, on one line; a traceback after it keeps its lines."""

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter`."""
        return "\n".join(one_line(line) for line in super().format(record).split("\n"))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """See `logging.Formatter`."""
        return f"maskwright: {one_line(record.getMessage())}"
