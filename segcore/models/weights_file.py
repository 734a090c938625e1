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

_HALF_MAX = 65504.0
_WRAPPERS = ("model", "state_dict")


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read a state dict; floating-point tensors come as float32, whatever they are stored as.

    Raises
    ------
    CheckpointError
        Missing, damaged, not finite, no state dict, or a pickle that holds more than weights. Names the file and the
        remedy.
    """
    try:
        state = _of_torch(path) if is_torch_file(path) else load_file(path)
    except FileNotFoundError as error:
        raise CheckpointError(f"{path} is not there.", "Check the path, or choose another file.") from error
    except PermissionError as error:
        raise CheckpointError(f"{path} cannot be read ({error}).", "Check its permissions.") from error
    except (SafetensorError, OSError, RuntimeError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise CheckpointError(
            f"{path} is damaged or truncated ({type(error).__name__}).", "Copy it again from its source."
        ) from error
    state = {key: _float32(key, value) for key, value in state.items()}
    for key, tensor in state.items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise CheckpointError(
                f"{path} is damaged: '{key}' holds values that are not finite.",
                "Copy it again from its source, or choose another file.",
            )
    return state


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
    try:
        with warnings.catch_warnings(), path.open("rb") as file:  # by its path, torch would trust a wrong suffix
            warnings.simplefilter("ignore")  # torch warns of the pickle's version before it refuses it
            loaded = torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            f"{path} is damaged, or a pickle that holds more than weights; it was not opened.", remedy
        ) from error
    if isinstance(loaded, dict):
        loaded = next((loaded[key] for key in _WRAPPERS if isinstance(loaded.get(key), dict)), loaded)
    if not isinstance(loaded, dict) or not all(isinstance(value, Tensor) for value in loaded.values()):
        raise CheckpointError(f"{path} is no state dict.", remedy)
    return {str(key): value for key, value in loaded.items()}
