"""Reads files of weights (.safetensors, or torch's .pth) as tensors; never executes a pickle."""

from __future__ import annotations

import pickle
import warnings
import zipfile
from argparse import Namespace
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from segcore.errors import CheckpointError
from segcore.models.architectures import MOST_WEIGHTS
from segcore.models.checkpoint_header import require_file

_HALF_MAX = 65504.0
_WRAPPERS = ("model", "state_dict", "model_state_dict")
_MOST_SHOWN = 4
"""How often a file may use the same bytes: layers may share a weight."""


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read a state dict; floating-point tensors are returned as float32.

    Raises
    ------
    CheckpointError
        The file is missing, not a regular file, damaged, not a state dict or a pickle with more than weights, or it
        has values that are not finite or more values than bytes.
    """
    require_file(path)
    try:
        state = _of_torch(path) if is_torch_file(path) else load_file(path)
    except PermissionError as error:
        raise CheckpointError(f"{path} cannot be read ({error}).", "Check its permissions.") from error
    except (SafetensorError, OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise CheckpointError(
            f"{path} is damaged or truncated ({type(error).__name__}).", "Copy it again from its source."
        ) from error
    # A tensor may repeat the same bytes, and be a thousand times larger than its file.
    values, shown = (sum(count(tensor) for tensor in state.values()) for count in (Tensor.numel, _bytes))
    if values > MOST_WEIGHTS or shown > _MOST_SHOWN * path.stat().st_size:
        raise CheckpointError(
            f"{path} declares {values:,} weights in {shown:,} bytes, more than the file has or Maskwright reads.",
            f"Choose a file of at most {MOST_WEIGHTS:,}; save it again if its tensors share their memory.",
        )
    state = {key: _float32(key, value) for key, value in state.items()}
    for key, tensor in state.items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise CheckpointError(
                f"{path} is damaged: '{key}' has values that are not finite.",
                "Copy it again from its source, or choose another file.",
            )
    return state


def _bytes(tensor: Tensor) -> int:
    return tensor.numel() * tensor.element_size()


def _float32(key: str, tensor: Tensor) -> Tensor:
    if not tensor.is_floating_point():
        return tensor
    if tensor.dtype == torch.float16 and key.endswith("running_var"):
        # In half precision, a large variance became infinite; its channel would always be zero.
        tensor = tensor.clamp(max=_HALF_MAX)
    return tensor.float()


def is_torch_file(path: Path) -> bool:
    """Whether torch.save wrote it: a zip archive, or a pickle by its first byte or its suffix."""
    try:
        with path.open("rb") as file:
            start = file.read(9)
    except OSError:
        return False
    if not start or start[8:] == b"{":  # a safetensors header: 8 bytes of length, then JSON
        return False
    return start.startswith((b"PK\x03\x04", b"\x80")) or path.suffix.lower() in (".pth", ".pt")


def _of_torch(path: Path) -> dict[str, Tensor]:
    remedy = "Maskwright reads only plain state dicts: save it again with torch.save(model.state_dict(), path)."
    _check_archive(path)
    try:
        torch.serialization.add_safe_globals([Namespace])  # torchvision's training script keeps its settings in one
        with warnings.catch_warnings(), path.open("rb") as file:  # given a path, torch would trust a wrong suffix
            warnings.simplefilter("ignore")  # torch warns about the pickle's version before it rejects it
            loaded = torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            f"{path} is damaged, or is a pickle with more than weights. It was not opened.", remedy
        ) from error
    except Exception as error:  # torch may raise any error for a damaged pickle, IndexError and MemoryError too
        raise CheckpointError(
            f"{path} is damaged or truncated ({type(error).__name__}).", "Copy it again from its source."
        ) from error
    if isinstance(loaded, dict):
        loaded = next((loaded[key] for key in _WRAPPERS if isinstance(loaded.get(key), dict)), loaded)
    if not isinstance(loaded, dict) or not all(isinstance(value, Tensor) for value in loaded.values()):
        raise CheckpointError(f"{path} is not a state dict.", remedy)
    if any(value.layout != torch.strided or value.device.type != "cpu" for value in loaded.values()):
        raise CheckpointError(f"{path} has tensors that are sparse or without data.", remedy)
    return {str(key): value for key, value in loaded.items()}


def _check_archive(path: Path) -> None:
    """Raise CheckpointError for a compressed archive, which would grow when read; torch.save does not compress."""
    try:
        if not zipfile.is_zipfile(path):
            return
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except Exception as error:  # zipfile may raise any error for damaged archives, struct.error too
        raise CheckpointError(
            f"{path} is damaged or truncated ({type(error).__name__}).", "Copy it again from its source."
        ) from error
    if sum(member.file_size for member in members) > path.stat().st_size:
        raise CheckpointError(
            f"{path} is compressed or damaged: it would grow when it is read.",
            "Save it again with torch.save(model.state_dict(), path).",
        )
