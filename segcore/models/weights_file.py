"""Files of bare weights (.safetensors, or torch's .pth), read as tensors and never as anything that could run."""

from __future__ import annotations

import pickle
import warnings
import zipfile
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from segcore.errors import CheckpointError
from segcore.models.architectures import MOST_WEIGHTS
from segcore.models.checkpoint_header import require_file

_HALF_MAX = 65504.0
_WRAPPERS = ("model", "state_dict")
_MOST_SHOWN = 4
"""Layers may share a weight, which the file then holds once."""


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read a state dict; floating-point tensors come as float32, whatever they are stored as.

    Raises
    ------
    CheckpointError
        Missing, no regular file, damaged, not finite, no state dict, more tensors than the file has bytes for, or a
        pickle that holds more than weights. Names the file and the remedy.
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
    # A tensor may show the same bytes again and again, and be a thousand times larger than its file.
    values, shown = (sum(count(tensor) for tensor in state.values()) for count in (Tensor.numel, _bytes))
    if values > MOST_WEIGHTS or shown > _MOST_SHOWN * path.stat().st_size:
        raise CheckpointError(
            f"{path} describes {values:,} weights in {shown:,} bytes, more than it holds or Maskwright reads.",
            f"Choose a file of at most {MOST_WEIGHTS:,}; save it again if its tensors share their memory.",
        )
    state = {key: _float32(key, value) for key, value in state.items()}
    for key, tensor in state.items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise CheckpointError(
                f"{path} is damaged: '{key}' holds values that are not finite.",
                "Copy it again from its source, or choose another file.",
            )
    return state


def _bytes(tensor: Tensor) -> int:
    return tensor.numel() * tensor.element_size()


def _float32(key: str, tensor: Tensor) -> Tensor:
    if not tensor.is_floating_point():
        return tensor
    if tensor.dtype == torch.float16 and key.endswith("running_var"):
        # Published in half precision, a variance beyond it became infinite, and its channel would be dead for ever.
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
        with warnings.catch_warnings(), path.open("rb") as file:  # by its path, torch would trust a wrong suffix
            warnings.simplefilter("ignore")  # torch warns of the pickle's version before it refuses it
            loaded = torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            f"{path} is damaged, or a pickle that holds more than weights; it was not opened.", remedy
        ) from error
    except Exception as error:  # a damaged pickle makes torch fail in any way, IndexError and MemoryError among them
        raise CheckpointError(
            f"{path} is damaged or truncated ({type(error).__name__}).", "Copy it again from its source."
        ) from error
    if isinstance(loaded, dict):
        loaded = next((loaded[key] for key in _WRAPPERS if isinstance(loaded.get(key), dict)), loaded)
    if not isinstance(loaded, dict) or not all(isinstance(value, Tensor) for value in loaded.values()):
        raise CheckpointError(f"{path} is no state dict.", remedy)
    if any(value.layout != torch.strided or value.device.type != "cpu" for value in loaded.values()):
        raise CheckpointError(f"{path} holds tensors that are sparse or have no memory.", remedy)
    return {str(key): value for key, value in loaded.items()}


def _check_archive(path: Path) -> None:
    """Refuse an archive that grows when it is read; torch.save compresses nothing. Raises CheckpointError."""
    try:
        if not zipfile.is_zipfile(path):
            return
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except Exception as error:  # zipfile, too, fails in any way at damaged archives, struct.error among them
        raise CheckpointError(
            f"{path} is damaged or truncated ({type(error).__name__}).", "Copy it again from its source."
        ) from error
    if sum(member.file_size for member in members) > path.stat().st_size:
        raise CheckpointError(
            f"{path} is compressed, or damaged: it would grow when it is read.",
            "Save it again with torch.save(model.state_dict(), path).",
        )
