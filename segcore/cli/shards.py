"""Shard: which part of the images this process predicts, by its flag or by what SLURM says; no process asks another."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from segcore.errors import UsageError

T = TypeVar("T")


@dataclass(frozen=True)
class Shard:
    """Part ``number`` of ``count``, from 1."""

    number: int = 1
    count: int = 1

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def of(self, items: Sequence[T]) -> Sequence[T]:
        """Items number, number + count, …: together the shards have each item once, and like shares of each folder."""
        return items[self.number - 1 :: self.count]

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Read ``I/N``. Raises ArgumentTypeError."""
        number, slash, count = text.partition("/")
        if not (slash and number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
            raise argparse.ArgumentTypeError(f"'{text:.60}' is no part such as 3/8, the third of eight")
        return cls(int(number), int(count))


def current_shard(environment: Mapping[str, str] = os.environ) -> Shard:
    """Return this process's shard by SLURM's variables: the task of a job array, and the process of a job step.

    SLURM_ARRAY_TASK_ID, _MIN, _STEP and _COUNT number the tasks of an array; SLURM_PROCID and SLURM_STEP_NUM_TASKS, or
    SLURM_NTASKS, number the processes that ``srun`` started. Without ``srun`` (no SLURM_STEP_ID) there is one process.
    Those that torchrun started divide their shard among themselves.

    Raises UsageError for an array with gaps: which part a task has would depend on the others.
    """
    tasks, task = 1, 0
    if "SLURM_ARRAY_TASK_ID" in environment:
        tasks = _number(environment, "SLURM_ARRAY_TASK_COUNT", 1)
        first = _number(environment, "SLURM_ARRAY_TASK_MIN", _number(environment, "SLURM_ARRAY_TASK_ID", 0))
        step = _number(environment, "SLURM_ARRAY_TASK_STEP", 1) or 1
        task, odd = divmod(_number(environment, "SLURM_ARRAY_TASK_ID", 0) - first, step)
        if odd or not 0 <= task < tasks:
            raise UsageError(
                "The numbers of this job array have gaps.", "Start it as --array=1-N, or give each task --shard I/N."
            )
    processes, process = 1, 0
    if "SLURM_STEP_ID" in environment and "MASTER_ADDR" not in environment:
        processes = _number(environment, "SLURM_STEP_NUM_TASKS", _number(environment, "SLURM_NTASKS", 1))
        process = _number(environment, "SLURM_PROCID", 0)
    return Shard(task * processes + process + 1, tasks * processes)


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, "")
    return int(text) if text.isdecimal() else default
