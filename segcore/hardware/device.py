"""Devices: which there are, and how they say that they are full."""

from __future__ import annotations

from typing import Literal

import torch

from segcore.errors import DeviceError
from segcore.hardware.memory import available_memory

DeviceName = Literal["auto", "cpu", "cuda", "mps"]


def choose_device(name: str = "auto") -> torch.device:
    """Return the device of this name; ``auto`` is the first of cuda, mps and cpu that there is.

    Raises DeviceError when the machine has no such device.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(kind for kind, usable in there.items() if usable))
    if not there.get(name, False):
        usable = ", ".join(kind for kind, found in there.items() if found)
        raise DeviceError(f"There is no device '{name}' here.", f"Choose auto or one of: {usable}.")
    return torch.device(name)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a device, or the machine, had no room: each allocator has words of its own for it."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    words = str(error).lower()
    return "out of memory" in words or "can't allocate memory" in words or "not enough memory" in words


def has_fast_bf16(device: torch.device) -> bool:
    """Whether matrix products in bfloat16 are several times as fast as in float32: tensor cores, or AMX on a CPU."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    supported = getattr(torch.cpu, "_is_amx_tile_supported", None)
    return device.type == "cpu" and supported is not None and bool(supported())


def has_bf16(device: torch.device) -> bool:
    """Whether convolutions in bfloat16 run at all; oneDNN has them for processors with AVX-512 or later only."""
    if device.type == "cpu":
        supported = getattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", None)
        return supported is not None and bool(supported())
    return device.type != "cuda" or bool(torch.cuda.is_bf16_supported())


def free_memory(device: torch.device) -> int:
    """Bytes that can still be taken: on CUDA of the device, elsewhere of the machine or the container."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        return free + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return available_memory()
