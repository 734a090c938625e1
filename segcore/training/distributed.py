"""World: the processes that torchrun started together, on one machine or several, each with its own share of the work.

Every process reads the same arguments and makes the same decisions; rank r works on the items r, r + size, ...
What a person sees and what is written once (a report, a checkpoint) is rank 0's. A process that fails says why and
ends; torchrun then ends the others on its machine, and on other machines they notice at the next exchange.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar, cast

import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from segcore.errors import MaskwrightError
from segcore.progress import Task

T = TypeVar("T")

STEP_TIMEOUT = timedelta(minutes=10)
"""Processes that learn together are never further apart than this, or one of them is stuck."""

SHARE_TIMEOUT = timedelta(days=1)
"""A process that is done with its share of the images waits so long for the others, which may have larger ones."""


@dataclass(eq=False)
class World:
    """Who works beside this process.

    Attributes
    ----------
    rank : int
        This process, 0 to size - 1.
    size : int
        How many there are; 1 without torchrun, and then nothing here communicates.
    local_rank : int
        This process among those on this machine.
    """

    rank: int = 0
    size: int = 1
    local_rank: int = 0
    _exchange: dist.ProcessGroup | None = field(default=None, repr=False, compare=False)

    @property
    def leads(self) -> bool:
        """Whether this process is the one that reports and writes what is written once."""
        return self.rank == 0

    def share(self, items: Sequence[T]) -> Sequence[T]:
        """Items r, r + size, r + 2 size, ...: together the ranks have each item once."""
        return items[self.rank :: self.size]

    def shard(self, items: Sequence[T]) -> Sequence[T]:
        """`share`, after all ranks have found the same number of items; waits until all have looked.

        Raises MaskwrightError when they have not: two machines that see different folders.
        """
        found = self.gather(len(items))
        if len(set(found)) > 1:
            raise MaskwrightError(
                f"The processes found different numbers of images: {', '.join(map(str, found))}.",
                "Give every machine the same files under the same path.",
            )
        return self.share(items)

    def gather(self, value: Any) -> list[Any]:
        """Return the JSON value of every rank, by rank. Raises MaskwrightError when one of them has ended."""
        if self._exchange is None:
            return [value]
        text = torch.frombuffer(bytearray(json.dumps(value).encode()), dtype=torch.uint8)
        lengths = [torch.zeros(1, dtype=torch.int64) for _ in range(self.size)]
        with self.explain():
            dist.all_gather(lengths, torch.tensor([len(text)]), self._exchange)
            longest = int(max(lengths))
            texts = [torch.zeros(longest, dtype=torch.uint8) for _ in range(self.size)]
            dist.all_gather(texts, functional.pad(text, (0, longest - len(text))), self._exchange)
        return [json.loads(bytes(row[: int(n)].tolist())) for row, n in zip(texts, lengths, strict=True)]

    def sum_over_ranks(self, array: NDArray[np.int64]) -> NDArray[np.int64]:
        """Int64 [...] -> the sum over all ranks, the same on each of them, exact."""
        return np.asarray(
            np.sum([np.asarray(rows, np.int64) for rows in self.gather(array.tolist())], axis=0), np.int64
        )

    def notes(self, own: Sequence[str]) -> list[str]:
        """Return what the ranks have to say, each thing once."""
        return list(dict.fromkeys(note for part in self.gather(list(own)) for note in part))

    def agreed(self, value: T) -> T:
        """Return rank 0's JSON value: what the clock or the disk says differs from rank to rank."""
        value = self.gather(value)[0]
        return value

    def in_turn(self, task: Task[T]) -> Task[T]:
        """Run a task, first in one process of each machine: what it downloads is there for the others."""
        if self.local_rank > 0:
            self.gather(None)
        result = yield from task
        if self.local_rank == 0:
            self.gather(None)
        return result

    def parallel(self, segmenter: nn.Module, changing: bool = False) -> nn.Module:
        """Return the network to be called in training: its gradients become the mean over all ranks.

        Its weights become rank 0's, and its norms take their statistics over all ranks. ``changing`` allows for
        parameters that learn in some steps and rest in others, the same ones on all ranks.
        """
        if self.size == 1:
            return segmenter
        from segcore.training.synchronised_norm import synchronise_norms

        synchronise_norms(segmenter)
        return nn.parallel.DistributedDataParallel(segmenter, find_unused_parameters=changing)

    @contextmanager
    def explain(self) -> Iterator[None]:
        """Turn what gloo and NCCL say of a lost process into MaskwrightError."""
        try:
            yield
        except RuntimeError as error:
            words = str(error).lower()
            if self.size == 1 or not (isinstance(error, dist.DistError) or "gloo" in words or "nccl" in words):
                raise
            raise MaskwrightError(
                f"Process {self.rank} of {self.size} cannot go on: another one has ended, or cannot be reached.",
                "Its own message says why; otherwise check the network between the machines.",
            ) from error

    def finish(self, code: int = 0) -> int:
        """Wait until all ranks come here; return the highest of their exit codes. Nothing is exchanged afterwards."""
        sys.stdout.flush()  # torchrun ends the others as soon as one has ended with an error
        code = max(self.gather(code))
        if self._exchange is not None:
            dist.destroy_process_group()
            current_world.cache_clear()
            # Its threads end here: one that let go of a tensor while Python ends would abort the process.
            self._exchange = None
        return code


ALONE = World()
"""A process of its own."""


@cache
def current_world() -> World:
    """Join the processes that torchrun started beside this one; `ALONE` without torchrun.

    Each process of a machine takes the CUDA device of its number on this machine, when there are any.

    Raises MaskwrightError when the others cannot be reached.
    """
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1 or "MASTER_ADDR" not in os.environ:
        return ALONE
    here, local = int(os.environ.get("LOCAL_WORLD_SIZE", "1")), int(os.environ.get("LOCAL_RANK", "0"))
    devices = torch.cuda.device_count()
    if devices:
        torch.cuda.set_device(local % devices)
    backend = "cpu:gloo,cuda:nccl" if dist.is_nccl_available() and here <= devices else "gloo"
    world = World(int(os.environ["RANK"]), size, local)
    with world.explain():
        dist.init_process_group(backend, timeout=STEP_TIMEOUT)
        exchange = dist.new_group(backend="gloo", timeout=SHARE_TIMEOUT)
    assert isinstance(exchange, dist.ProcessGroup)
    return World(world.rank, size, local, exchange)


def together(network: object, last: bool) -> AbstractContextManager[None]:
    """Return the context for one part of a batch: what `World.parallel` made exchanges the gradients after the last."""
    apart = getattr(network, "no_sync", None)
    return nullcontext() if last or apart is None else cast(AbstractContextManager[None], apart())
