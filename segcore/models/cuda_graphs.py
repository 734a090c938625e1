"""CudaGraphs: records a forward pass for each input size and replays it, without launching each kernel."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

KEPT = 4
"""Sizes whose recordings are kept; each holds the memory of a forward pass."""

_LARGEST = 4_000_000
"""Larger inputs keep the device busy without recording, and a recording would hold their memory."""

_WARM_UPS = 3


@dataclass(frozen=True)
class _Recording:
    graph: torch.cuda.CUDAGraph
    x: Tensor
    logits: Tensor


class CudaGraphs:
    """Wraps a forward pass on CUDA.

    A size is recorded when it comes for the second time. If recording fails, passes run without it from then on, and
    a note says so.

    Parameters
    ----------
    forward : callable
        Float32 [N, 3, h, w] -> float32 [N, C, h, w], both on one CUDA device, without branches on their values.
    notes : list[str]
        Receives a note when recording fails.
    """

    def __init__(self, forward: Callable[[Tensor], Tensor], notes: list[str]) -> None:
        self._forward = forward
        self._notes = notes
        self._seen: set[torch.Size] = set()
        self._recordings: OrderedDict[torch.Size, _Recording] = OrderedDict()
        self._works = True

    def __call__(self, x: Tensor) -> Tensor:
        """Run the forward pass; the result is a new tensor."""
        size = x.shape
        recording = self._recordings.get(size)
        if recording is None and self._works and x.shape[0] * x.shape[2] * x.shape[3] <= _LARGEST:
            if size not in self._seen:
                self._seen.add(size)
                return self._forward(x)
            recording = self._record(x)
        if recording is None:
            return self._forward(x)
        self._recordings.move_to_end(size)
        recording.x.copy_(x)
        recording.graph.replay()
        return recording.logits.clone()

    @torch.inference_mode()
    def _record(self, x: Tensor) -> _Recording | None:
        while len(self._recordings) >= KEPT:
            self._recordings.popitem(last=False)
        try:
            still = x.clone(memory_format=torch.channels_last)
            side = torch.cuda.Stream(x.device)  # type: ignore[no-untyped-call]
            side.wait_stream(torch.cuda.current_stream(x.device))
            with torch.cuda.stream(side):
                for _ in range(_WARM_UPS):
                    self._forward(still)
            torch.cuda.current_stream(x.device).wait_stream(side)
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph):
                logits = self._forward(still)
            recording = _Recording(graph, still, logits)
        except Exception as error:  # after any error, the pass without recording shows whether it works
            self._works = False
            self._recordings.clear()
            torch.cuda.synchronize(x.device)
            self._notes.append(f"cuda: forward passes are not recorded ({error}).")
            return None
        self._recordings[x.shape] = recording
        return recording
