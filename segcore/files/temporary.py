"""Temporary folders that are deleted with what is made of them."""

from __future__ import annotations

import atexit
import threading
import weakref
from collections.abc import Callable
from functools import partial
from pathlib import Path
from shutil import rmtree


def delete_with(owner: object, folder: Path) -> Callable[[], None]:
    """Delete a folder when ``owner`` goes, and at the latest when Python ends; the result deletes it now.

    ``owner`` may go in any thread, and thousands of files take long: the folder is deleted in a thread of its own.
    """
    delete = partial(rmtree, folder, ignore_errors=True)
    atexit.register(delete)
    going = weakref.finalize(owner, _beside, delete)
    going.atexit = False

    def now() -> None:
        if going.detach() is not None:
            _once(delete)

    return now


def _beside(delete: Callable[[], None]) -> None:
    threading.Thread(target=_once, args=(delete,), name="delete").start()


def _once(delete: Callable[[], None]) -> None:
    delete()
    atexit.unregister(delete)
