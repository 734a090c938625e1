"""The log file, and the net under the event loop: an error in a slot is logged and shown, and the app goes on."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

logger = logging.getLogger(__name__)


def log_folder() -> Path:
    """Return where the log lies."""
    from platformdirs import user_log_dir

    return Path(user_log_dir("maskwright", appauthor=False))


def log_file() -> Path:
    """Return the log; its older parts lie beside it."""
    return log_folder() / "maskwright.log"


@contextmanager
def logging_to_file() -> Iterator[None]:
    """Write warnings and worse of this process to ``maskwright.log``; a folder that refuses is no reason to stop."""
    handler: logging.Handler
    try:
        log_folder().mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            log_file(),
            maxBytes=1_000_000,
            backupCount=2,
            encoding="utf-8",
            errors="backslashreplace",  # a path may hold bytes that are no text
            delay=True,
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()


@contextmanager
def catching(show: Callable[[BaseException], None]) -> Iterator[None]:
    """Log exceptions that nobody caught, and show them with ``show``, which is called on the UI thread only."""
    before, before_threads = sys.excepthook, threading.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            before(kind, error, trace)
            return
        logger.error("Not caught", exc_info=(kind, error, trace))
        if threading.current_thread() is threading.main_thread():
            show(error)

    def thread_hook(args: threading.ExceptHookArgs) -> None:
        logger.error("Not caught in %s", args.thread, exc_info=args.exc_value)

    sys.excepthook, threading.excepthook = hook, thread_hook
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = before, before_threads
