"""Ahead: threads that draw the next batches while the network learns from this one."""

from __future__ import annotations

import os
import threading
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor

import torch

from segcore.training.batches import Batches, Crop, stacked


def drawing_threads(device: torch.device) -> int:
    """How many threads draw for a network on this device: a GPU takes more crops than one core can draw."""
    return max(1, min(8, (os.cpu_count() or 1) - 2)) if device.type == "cuda" else 1


def part_of(first: int, count: int, rank: int = 0, size: int = 1) -> range:
    """Numbers of the crops that process ``rank`` of ``size`` draws, of the ``count`` from ``first`` on."""
    return range(first + rank, first + count, size)


class Ahead:
    """Batches in the order of their crops' numbers, whichever thread is ready first.

    Parameters
    ----------
    batches : Batches
        Draws the crops.
    position : int
        Number of the first crop.
    threads, depth : int
        How many threads draw, and how many batches ahead.
    rank, size : int
        Which part of each batch is drawn here; see `part_of`.

    Attributes
    ----------
    position : int
        Number of the first crop of the next batch.
    """

    def __init__(
        self, batches: Batches, position: int, threads: int = 1, depth: int = 1, rank: int = 0, size: int = 1
    ) -> None:
        self.position = position
        self._batches, self._depth = batches, depth
        self._rank, self._size = rank, size
        self._pool = narrow_threads(threads)
        self._drawn: deque[tuple[int, int, list[Future[Crop]]]] = deque()

    def take(self, count: int) -> Crop:
        """Return the next batch of ``count`` crops (this process's part of it), as `stacked` has them; start others."""
        while self._drawn and self._drawn[0][:2] != (self.position, count):  # drawn for another size of batch
            self._forget(self._drawn.popleft()[2])
        if not self._drawn:
            self._draw(self.position, count)
        _, _, futures = self._drawn.popleft()
        self.position += count
        while len(self._drawn) < self._depth:
            self._draw(self.position + len(self._drawn) * count, count)
        return stacked([future.result() for future in futures])

    def close(self) -> None:
        """Stop drawing."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _draw(self, first: int, count: int) -> None:
        numbers = part_of(first, count, self._rank, self._size)
        self._drawn.append((first, count, [self._pool.submit(self._batches.crop, number) for number in numbers]))

    @staticmethod
    def _forget(futures: list[Future[Crop]]) -> None:
        for future in futures:
            future.cancel()


def narrow_threads(count: int) -> ThreadPoolExecutor:
    """Threads in which torch uses one core each; by itself it would start a team of them for every thread."""
    before = torch.get_num_threads()
    pool = ThreadPoolExecutor(count, "batches")
    ready = threading.Barrier(count + 1)

    def narrow() -> None:
        torch.get_num_threads()  # a thread takes over the number for all when it first asks, so it asks before
        torch.set_num_threads(1)
        ready.wait()

    for _ in range(count):
        pool.submit(narrow)
    ready.wait()
    torch.set_num_threads(before)  # the number counts for this thread and for all that begin later
    return pool
