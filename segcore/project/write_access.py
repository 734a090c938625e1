"""WriteAccess: whether this process may write a project, and how it gets or loses that right."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

from segcore.errors import ProjectBusyError, ProjectError
from segcore.project.project_file import check_is_there, is_project, newer_schema
from segcore.project.writer_lock import WriterLock


class Access(Enum):
    """What a process wants to do with a project: change it, or only look."""

    WRITE = "write"
    READ = "read"


class WriteAccess:
    """The right of this process to write the project in ``root``. Thread-safe.

    With `Access.WRITE` the process becomes the one that writes the project; where the folder cannot be written it is
    read-only instead, and so is a project that a newer Maskwright wrote.

    Attributes
    ----------
    read_only : str
        Why nothing can be written, for a person; "" when it can.

    Raises
    ------
    ProjectBusyError
        With `Access.WRITE`: another process writes the project.
    """

    def __init__(self, root: Path, access: Access) -> None:
        self._root = root
        self._lock = WriterLock(root)
        self._mine = threading.local()
        self.read_only = "It was opened read-only."
        if access is Access.WRITE and is_project(root):
            if (newer := newer_schema(root)) is not None:
                self.read_only = str(newer)
                return
            try:
                self._lock.acquire()
                self.read_only = ""
            except ProjectBusyError:
                raise
            except ProjectError as error:
                self.read_only = str(error)

    @property
    def holder(self) -> str:
        """Who writes the project, for a person; "" when nobody does."""
        holder = self._lock.holder()
        return "" if holder is None else holder.words()

    def check(self) -> None:
        """Raise when this process, which opened the project to write it, cannot write it now.

        Raises ProjectBusyError, and it is read-only from now on, when another process has taken the project over;
        ProjectMissingError while its folder is missing or empty, such as that of a network disk that went away.
        """
        if not self.read_only:
            with self._losing():
                self._check_there()
                self._lock.check()

    def take_over(self) -> None:
        """Become the writer, whoever is it now; ``read_only`` stays until the caller is ready. Raises ProjectError."""
        if (newer := newer_schema(self._root)) is not None:
            raise newer
        self._lock.take_over()

    def release(self) -> None:
        """Let others write."""
        self._lock.release()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Let no other process become the writer while the body changes files.

        Raises ProjectBusyError when another process writes the project, ProjectMissingError while its folder is missing
        or empty, ProjectError when the folder cannot be written.
        """
        if getattr(self._mine, "depth", 0):  # this thread has the lock: no other process can have become the writer
            yield
            return
        if self.read_only:
            holder = self.holder
            if holder:
                raise ProjectBusyError(f"{self._root} is open read-only: {holder} writes it.", "Take it over.", holder)
            raise ProjectError(f"{self._root} is open read-only. {self.read_only}", "Save to another folder.")
        with self._losing():
            self._check_there()
            with self._lock.held():
                self._mine.depth = 1
                try:
                    yield
                finally:
                    self._mine.depth = 0

    def _check_there(self) -> None:
        """Refuse a folder of this name that holds neither a project nor what this process left there."""
        if not is_project(self._root) and not self._lock.is_mine():
            check_is_there(self._root)

    @contextmanager
    def _losing(self) -> Iterator[None]:
        try:
            yield
        except ProjectBusyError as error:
            self.read_only = str(error)
            raise
