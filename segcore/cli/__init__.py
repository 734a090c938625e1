"""The headless command line: one module a verb, imported only when the verb is used."""

from __future__ import annotations

import argparse
import importlib
import io
import logging
import os
import sys
from collections.abc import Sequence

from segcore import __version__
from segcore.cli import downloads
from segcore.cli.console import LogFormatter, Parser, complain
from segcore.cli.preemption import RESUME
from segcore.errors import DownloadNeededError, MaskwrightError, StoppedError, UsageError
from segcore.hardware.memory import keep_freed_memory
from segcore.hardware.threads import spin_briefly

_ORDER = (
    *("demo", "new", "predict", "train", "keep-learning", "evaluate"),
    *(
        "learn-crf",
        "adapt",
        "worklist",
        "audit",
        "report",
        "export",
        "import",
        "pack",
        "unpack",
        "stacks",
        "merge",
        "convert",
        "models",
        "doctor",
    ),
)
_MODULES = {"import": "import_labels"}
"""Modules that cannot have the name of their verb."""
VERBS: frozenset[str] = frozenset(_ORDER)
"""The first argument of every headless command; anything else is a path for the window."""

FAILED, USAGE = 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 1 (failed), 2 (usage), 75 (stopped, see `RESUME`)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name that the terminal cannot show must not stop the command
            stream.reconfigure(errors="backslashreplace")
    keep_freed_memory()
    spin_briefly()
    try:
        try:
            code = _run(arguments)
        except SystemExit as done:  # argparse: 0 after --help and --version, 2 after a usage error
            code = done.code if isinstance(done.code, int) else FAILED
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return FAILED
    except (RecursionError, MemoryError, UnicodeError) as error:
        complain(f"{' '.join(arguments[:1])} failed: {_reason(error)}")
        return FAILED
    except BrokenPipeError:
        # The reader of stdout (head, less) is gone; flushing the buffer at exit must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except StoppedError as error:
        complain(str(error))
        return RESUME
    except MaskwrightError as error:
        complain(str(error))
        return USAGE if isinstance(error, UsageError) else FAILED
    except OSError as error:
        complain(str(error))
        return FAILED


def _reason(error: RecursionError | MemoryError | UnicodeError) -> str:
    if isinstance(error, MemoryError):
        return "there is not enough memory. Close other programs, or process fewer or smaller images."
    if isinstance(error, RecursionError):
        return "a file is nested too deeply. It is probably damaged."
    return f"a name or text is not valid Unicode ({error}). Rename the file or class."


def _run(arguments: list[str]) -> int:
    # A command imports the module of its own verb only; --help needs all of them.
    parser = _parser(arguments[:1] if arguments and arguments[0] in VERBS else _ORDER)
    if any("\0" in argument for argument in arguments):
        raise UsageError("An argument contains a NUL character.", "Remove it.")
    args = parser.parse_args(arguments)
    handler = logging.StreamHandler()
    handler.setFormatter(LogFormatter())
    logging.basicConfig(level=logging.INFO if args.verbose else logging.WARNING, handlers=[handler])
    if args.verb is None:
        parser.print_help(sys.stderr)
        return USAGE
    downloads.apply(args)
    while True:
        try:
            return int(args.run(args))
        except DownloadNeededError as needed:  # models are loaded first: the command begins again
            if not downloads.confirmed(needed):
                raise


def _parser(verbs: Sequence[str]) -> Parser:
    parser = Parser(
        prog="maskwright",
        description="Semi-automatic semantic-segmentation labelling. `maskwright [PATH]` opens the window.",
    )
    parser.add_argument("--version", action="version", version=f"maskwright {__version__}")
    parser.add_argument("-v", "--verbose", action="store_true", help="print more messages to stderr")
    subparsers = parser.add_subparsers(dest="verb", metavar="VERB")
    for verb in verbs:
        module = importlib.import_module(f"segcore.cli.{_MODULES.get(verb, verb.replace('-', '_'))}")
        added: argparse.ArgumentParser | None = module.add_parser(subparsers)
        target = added if added is not None else subparsers.choices[verb]
        target.add_argument(
            "-v", "--verbose", action="store_true", default=argparse.SUPPRESS, help="print more messages to stderr"
        )
        if verb in downloads.VERBS:
            downloads.add_options(target)
        target.set_defaults(run=module.run)
    return parser
