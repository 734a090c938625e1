"""Slow work is a generator: it yields ``Progress``, returns its result, and closing it cancels it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Step = TypeVar("Step")
Other = TypeVar("Other")


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
        return max(0.0, min(1.0, self.done / self.total)) if self.total > 0 else 0.0

    def part(self, number: int, parts: int, name: str = "") -> Progress:
        """Return the progress of the whole while its part ``number`` (from 0) of ``parts`` has come this far.

        A ``name`` is put before the message.
        """
        message = f"{name}: {self.message}" if name else self.message
        return Progress(number + self.fraction, parts, message, self.detail)


Task = Generator[Progress, None, T]


class Steps(Generic[Step, T]):
    """A generator to loop over whose return value is kept, which a plain ``for`` would drop.

    Attributes
    ----------
    result : T
        What the generator returned; only there once the loop has come to its end.
    """

    result: T

    def __init__(self, task: Generator[Step, None, T]) -> None:
        self._task = task

    def __iter__(self) -> Iterator[Step]:
        self.result = yield from self._task


def drive(task: Task[T], on_progress: Callable[[Progress], None] | None = None) -> T:
    """Run a task to its end in the calling thread and return its result.

    Raises whatever the task raises; an exception out of ``on_progress`` (KeyboardInterrupt too) closes the task.
    """
    with closing(task):
        steps = Steps(task)
        for step in steps:
            if on_progress is not None:
                on_progress(step)
        return steps.result


def mapped(task: Generator[Step, None, T], change: Callable[[Step], Other]) -> Generator[Other, None, T]:
    """Run a task as a part of another one: yield ``change(step)`` for each of its steps and return its result.

    Closing this closes the task.
    """
    with closing(task):
        steps = Steps(task)
        for step in steps:
            yield change(step)
        return steps.result
