"""CrashLog: how a window that stopped without being closed ended, for the next one that is opened.

While a window runs, a file in the folder of the log names its process. It is removed when the window is closed. In a
hard crash Python's faulthandler writes into it where each thread was; an error that ends the window writes its
traceback. A file of a process that is gone, with more in it than the name, is a crash. Otherwise the process was
killed, or the power went: there is nothing to report.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from segcore import __version__

logger = logging.getLogger(__name__)

BEGINNING, ENDING, SEEN = "window-", ".crash", ".seen"
"""Of the names of files: a crash, and one that the person was told of."""
MOST_KEPT = 3
"""Crashes that are kept; older ones are removed."""
_MOST_BYTES = 200_000


def crashes(folder: Path) -> list[Path]:
    """Return the files of windows that crashed, the newest first; files of windows that were killed are removed."""
    found = []
    for path in folder.glob(f"{BEGINNING}*{ENDING}"):
        with suppress(OSError, ValueError):
            if _lives(int(path.name[len(BEGINNING) : -len(ENDING)]), path):
                continue
            if told(path):
                found.append((path.stat().st_mtime, path))
                continue
        with suppress(OSError):
            path.unlink(missing_ok=True)
    return _newest(found)


def seen(folder: Path) -> list[Path]:
    """Return the files of crashes that the person was told of, the newest first; a bug report still holds them."""
    found = []
    for path in folder.glob(f"{BEGINNING}*{SEEN}"):
        with suppress(OSError):
            found.append((path.stat().st_mtime, path))
    return _newest(found)


def note_seen(paths: Sequence[Path]) -> None:
    """Note that the person was told of these crashes, so that no later window tells of them again."""
    for path in paths:
        with suppress(OSError):
            path.replace(path.with_suffix(SEEN))


def _newest(found: list[tuple[float, Path]]) -> list[Path]:
    """Return the newest files, and remove the others."""
    newest = [path for _, path in sorted(found, reverse=True)]
    for path in newest[MOST_KEPT:]:
        with suppress(OSError):
            path.unlink(missing_ok=True)
    return newest[:MOST_KEPT]


def told(path: Path) -> str:
    """Return what a crash said, "" for nothing. Raises OSError."""
    with path.open("rb") as file:
        return file.read(_MOST_BYTES).decode("utf-8", "replace").partition("\n")[2].strip()


@contextmanager
def noting_crashes(folder: Path) -> Iterator[None]:
    """Write into a file of ``folder`` how this process ends, unless it ends well; see this module's first lines."""
    path = folder / f"{BEGINNING}{os.getpid()}{ENDING}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = path.open("w", encoding="utf-8", errors="backslashreplace")
    except OSError as error:  # a folder that refuses is no reason to stop
        logger.warning("A crash would not be noted: %s", error)
        yield
        return
    before = faulthandler.is_enabled()
    with file:
        print(f"Maskwright {__version__}, process {os.getpid()}", file=file, flush=True)
        faulthandler.enable(file)
        try:
            yield
        except Exception:
            traceback.print_exc(file=file)
            raise
        else:
            with suppress(OSError):
                path.unlink(missing_ok=True)  # before the file is closed: Windows refuses, and the end below removes it
        finally:
            _stop_noting(file, before)
    with suppress(OSError, ValueError):
        if path.exists() and not told(path):
            path.unlink()


def _stop_noting(file: IO[str], before: bool) -> None:
    file.flush()
    faulthandler.disable()
    if before:
        with suppress(ValueError, AttributeError, OSError):  # no stderr, as under pythonw
            faulthandler.enable()


def _lives(process: int, path: Path) -> bool:
    """Whether the process that made this file still runs; a later process with its number began after the file."""
    import psutil  # not before the window is seen, unless a window crashed

    with suppress(psutil.Error):
        return bool(psutil.Process(process).create_time() <= path.stat().st_mtime + 1.0)
    return False
