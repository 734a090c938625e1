"""Precision: whether the network is trained in bfloat16, which some machines compute many times faster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from segcore.errors import TrainingError
from segcore.models.cost import multiply_adds_per_pixel
from segcore.models.segmenter import Segmenter
from segcore.training.recipe import Precision

DENSE = 50_000.0
"""Multiply-adds a pixel from which bf16 pays on a CPU with matrix tiles (AMX): dense networks train several times
faster, the small ones, whose time goes into depthwise convolutions and memory, get slower."""


def autocast_type(choice: Precision, device: torch.device, segmenter: Segmenter) -> torch.dtype | None:
    """Return the type that the network is computed in under autocast; None: float32 throughout.

    The outputs are turned to float32 for the loss, and the weights stay float32, either way. ``auto`` takes bf16 on
    CUDA, and on a CPU with AMX when the network is dense enough. The choice depends on machine and network alone.

    Raises TrainingError when ``bf16`` is asked for and the device has none.
    """
    if choice == "bf16" and device.type not in ("cuda", "cpu"):
        raise TrainingError(f"There is no bf16 training on '{device.type}'.", "Choose --precision float32, or auto.")
    if choice == "float32":
        return None
    pays = device.type == "cuda" or (device.type == "cpu" and _has_tiles() and _is_dense(segmenter))
    return torch.bfloat16 if choice == "bf16" or pays else None


def _has_tiles() -> bool:
    supported = getattr(torch.cpu, "_is_amx_tile_supported", None)
    return bool(supported is not None and supported())


def _is_dense(segmenter: Segmenter) -> bool:
    return multiply_adds_per_pixel(segmenter) >= DENSE


@contextmanager
def fast_cuda(device: torch.device) -> Iterator[None]:
    """On CUDA, let cuDNN try its algorithms on the crops' one size, and products of float32 use TF32; undone after."""
    if device.type != "cuda":
        yield
        return
    benchmark, matmul = torch.backends.cudnn.benchmark, torch.get_float32_matmul_precision()
    torch.backends.cudnn.benchmark = True
    torch.set_float32_matmul_precision("high")
    try:
        yield
    finally:
        torch.backends.cudnn.benchmark = benchmark
        torch.set_float32_matmul_precision(matmul)


def classify_in_float32(segmenter: Segmenter) -> None:
    """Have the classifiers computed in float32 under autocast, too; for a network that is trained on a CPU.

    oneDNN 3.13 with matrix tiles writes beyond its memory in the gradient of a bf16 convolution from 4096 channels to
    less than 16, and the process dies; there is nothing to gain in so small a product anyway.
    """
    for conv in segmenter.classifiers():
        _Float32(conv)


class _Float32:
    """Leaves autocast before a layer's forward pass and enters it again afterwards."""

    def __init__(self, layer: nn.Module) -> None:
        self._outside = ExitStack()
        layer.register_forward_pre_hook(self._leave)
        layer.register_forward_hook(self._enter, always_call=True)

    def _leave(self, layer: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        self._outside.enter_context(torch.autocast(inputs[0].device.type, enabled=False))
        return tuple(x.float() for x in inputs)

    def _enter(self, layer: nn.Module, inputs: Any, output: Any) -> None:
        self._outside.close()
