"""Slow work is a generator: it yields ``Progress``, returns its result, and closing it cancels it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Progress:
    """How far a piece of work has come.

    Attributes
    ----------
    done, total : float
        Units of work; ``total`` is 0 while it is unknown.
    message : str
        What is happening now, for a person to read.
    detail : Mapping[str, Any]
        Numbers that belong to this step (loss, mean IoU, ...); JSON-serialisable.
    """

    done: float
    total: float
    message: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fraction(self) -> float:
        """Share done, 0.0 to 1.0; 0.0 while the total is unknown."""
        return min(1.0, self.done / self.total) if self.total > 0 else 0.0


Task = Generator[Progress, None, T]


def drive(task: Task[T], on_progress: Callable[[Progress], None] | None = None) -> T:
    """Run a task to its end in the calling thread and return its result.

    Raises whatever the task raises; an exception out of ``on_progress`` (KeyboardInterrupt too) closes the task.
    """
    try:
        while True:
            try:
                step = next(task)
            except StopIteration as stop:
                result: T = stop.value
                return result
            if on_progress is not None:
                on_progress(step)
    finally:
        task.close()
