"""The training state: a file beside the checkpoint to be, from which an interrupted training goes on exactly."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from segcore.errors import TrainingError
from segcore.files.atomic import atomic_write_bytes, writing
from segcore.images.page_path import file_of
from segcore.training.request import TrainRequest

SCHEMA = 2
_KEY = "maskwright_training"

STATE_SECONDS = 20.0, 120.0
"""Since the last time, after which the training state is written when a validation is over, and in any case."""

STATE_SHARE = 0.05
"""At most about this share of the time goes into writing it: an FCN on VGG16 has two gigabytes of state."""


@dataclass(frozen=True)
class TrainingState:
    """Where a training stopped.

    Attributes
    ----------
    tensors : dict[str, Tensor]
        Network, average, best state, the optimiser's moments, random states; by name, on the CPU.
    notes : dict
        Steps, times, scores; JSON values.
    """

    tensors: dict[str, Tensor]
    notes: dict[str, Any]

    def part(self, name: str) -> dict[str, Tensor]:
        """Return the tensors below ``name/``."""
        return {key[len(name) + 1 :]: value for key, value in self.tensors.items() if key.startswith(f"{name}/")}


def state_path(out: Path) -> Path:
    """Return the state's file for the checkpoint ``out``; its suffix keeps it out of lists of checkpoints."""
    return out.with_name(out.name + ".resume")


def identity(request: TrainRequest, architecture: str) -> dict[str, Any]:
    """Return what must be the same for a training to go on, JSON values: another would be another training."""
    data = hashlib.sha256()
    for side in (request.train, request.validate):
        for pair in side:
            sizes = [path.stat().st_size if path.is_file() else -1 for path in map(file_of, (pair.image, pair.labels))]
            data.update(json.dumps([pair.key, pair.part, *sizes]).encode())
        data.update(b"|")
    found = {
        "architecture": architecture,
        "model": request.model,
        "classes": request.classes.names,
        "data": data.hexdigest(),
        "ignore index": request.ignore_index,
        "recipe": asdict(request.recipe),
        "epochs": request.epochs,
        "minutes": request.minutes,
        "seed": request.seed,
        "precision": request.precision,
        "against": request.against,
    }
    loaded: dict[str, Any] = json.loads(json.dumps(found))
    return loaded


def save_state(path: Path, state: TrainingState, same: Mapping[str, Any]) -> None:
    """Write a state atomically; ``same`` is the training's `identity`. Raises OSError."""
    header = {"schema": SCHEMA, "identity": same, "notes": state.notes}
    tensors = {key: value.detach().cpu().contiguous() for key, value in state.tensors.items()}
    atomic_write_bytes(path, save(tensors, {_KEY: json.dumps(header)}))


def load_state(path: Path, same: Mapping[str, Any]) -> TrainingState:
    """Read the state of the training with this `identity`.

    Raises
    ------
    TrainingError
        No such file, damaged, of another version, or of another training: names what differs.
    """
    again = f"Start anew without --resume, or remove {path}."
    if not path.is_file():
        raise TrainingError(f"There is nothing to resume: {path} does not exist.", "Start without --resume.")
    try:
        with safe_open(path, framework="pt") as file:
            header = json.loads((file.metadata() or {})[_KEY])
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        schema, before, notes = header["schema"], header["identity"], header["notes"]
        if not isinstance(before, dict) or not isinstance(notes, dict):
            raise TypeError("its notes are no objects")
    except (SafetensorError, OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise TrainingError(f"{path} is damaged ({error}).", again) from error
    if schema != SCHEMA:
        raise TrainingError(f"{path} is of another version of Maskwright ({schema}).", again)
    differing = [key for key, value in same.items() if before.get(key) != value]
    if differing:
        raise TrainingError(
            f"{path} is the state of another training: {', '.join(differing)} differ.",
            f"Give the same arguments as then. {again}",
        )
    return TrainingState(tensors, notes)


class StateFile:
    """The file of a training's state, and when it is written again."""

    def __init__(self, request: TrainRequest, architecture: str) -> None:
        self._path = state_path(request.out)
        self._same = identity(request, architecture)
        self._written, self._cost = time.monotonic(), 0.0

    def read(self) -> TrainingState:
        """Return the state to go on from; see `load_state`."""
        return load_state(self._path, self._same)

    def due(self, validated: bool) -> bool:
        """Whether the state was last written long enough ago; sooner when a validation has just been made."""
        seconds = STATE_SECONDS[0] if validated else STATE_SECONDS[1]
        return time.monotonic() - self._written >= max(seconds, self._cost / STATE_SHARE)

    def write(self, state: TrainingState) -> None:
        """Replace what is there. Raises ProjectError."""
        began = time.monotonic()
        with writing(self._path):
            save_state(self._path, state, self._same)
        self._written = time.monotonic()
        self._cost = self._written - began

    def remove(self) -> None:
        """Remove it: the training is over."""
        self._path.unlink(missing_ok=True)


def random_states() -> dict[str, Tensor]:
    """Return torch's random states, uint8, by device."""
    states = {"cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        states["cuda"] = torch.cuda.get_rng_state()
    return states


def set_random_states(states: Mapping[str, Tensor]) -> None:
    """Go back to `random_states`."""
    torch.set_rng_state(states["cpu"])
    if "cuda" in states and torch.cuda.is_available():
        torch.cuda.set_rng_state(states["cuda"])
