"""Watched states: label maps of a few images, and the weights that made them, at the validations of a training.

A folder with two files a state, named after the step: ``00000120.npz`` with the label maps, ``00000120.safetensors``
with the model. The first is written last, so a state with label maps is whole. Reading needs no torch.
"""

from __future__ import annotations

import io
import json
import math
import re
import shutil
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segcore.files.atomic import atomic_write_bytes, writing
from segcore.files.npz import NpzReader
from segcore.files.regular_file import open_regular

MOST, FEWEST = 40, 3
"""So many states are kept at most; at least so many even of a network whose states take more than `ROOM`."""

ROOM = 1_000_000_000
"""Bytes that the weights of all states may take."""

MAX_BYTES = 20_000_000
MAX_PIXELS = 1_000_000
_NAME = re.compile(r"[0-9]{8}\.npz")


@dataclass(frozen=True)
class WatchedState:
    """What the network made of the watched images after so many steps.

    Attributes
    ----------
    step : int
        Of the training.
    mean_iou : float
        On the held-out images, 0.0 to 1.0.
    labels : dict[str, NDArray[np.uint8]]
        By image id: class values, uint8 [h, w], of the image made smaller.
    """

    step: int
    mean_iou: float
    labels: Mapping[str, NDArray[np.uint8]] = field(default_factory=dict)


class StateFolder:
    """The folder of a training's states."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def steps(self) -> list[int]:
        """Return the steps of the states that are there, in order."""
        with suppress(OSError):
            return sorted(int(file.stem) for file in self.path.iterdir() if _NAME.fullmatch(file.name))
        return []

    def weights(self, step: int) -> Path:
        """Return where the model of a state is."""
        return self.path / f"{step:08d}.safetensors"

    def write(self, state: WatchedState) -> None:
        """Write the label maps of a state whose model is there already. Raises ProjectError."""
        names = {f"labels_{number}": labels for number, labels in enumerate(state.labels.values())}
        notes = {"mean_iou": state.mean_iou, "images": list(state.labels)}
        buffer = io.BytesIO()
        text = np.frombuffer(json.dumps(notes).encode(), np.uint8)
        np.savez_compressed(buffer, allow_pickle=False, notes=text, **names)
        with writing(self.path):
            atomic_write_bytes(self._labels(state.step), buffer.getvalue())

    def read(self, step: int) -> WatchedState | None:
        """Read a state; None when it is missing or damaged."""
        path = self._labels(step)
        try:
            if path.stat().st_size > MAX_BYTES:
                return None
            with open_regular(path) as file, NpzReader(file) as arrays:
                notes = json.loads(bytes(_array(arrays, "notes", 1)))
                labels = {
                    str(name): _array(arrays, f"labels_{number}", 2) for number, name in enumerate(notes["images"])
                }
            return WatchedState(step, float(notes["mean_iou"]), labels)
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error, RecursionError):
            return None

    def clear(self) -> None:
        """Remove all states, as far as the system allows that."""
        with suppress(OSError):
            shutil.rmtree(self.path)

    def thin(self) -> None:
        """Remove states until there are not too many; the first, the last and an even spread between them stay."""
        steps = self.steps()
        size = max((self._size(step) for step in steps), default=0)
        most = max(FEWEST, min(MOST, ROOM // max(1, size)))
        for step in superfluous(steps, most):
            self._labels(step).unlink(missing_ok=True)
            self.weights(step).unlink(missing_ok=True)

    def _labels(self, step: int) -> Path:
        return self.path / f"{step:08d}.npz"

    def _size(self, step: int) -> int:
        with suppress(OSError):
            return self.weights(step).stat().st_size
        return 0


def superfluous(steps: Sequence[int], most: int) -> list[int]:
    """Return which of these steps to give up so that ``most`` (2 or more) are left: the most crowded ones."""
    left, given_up = list(steps), []
    while len(left) > most:
        inner = range(1, len(left) - 1)
        nearest = min(inner, key=lambda at: left[at + 1] - left[at - 1])
        given_up.append(left.pop(nearest))
    return given_up


def _array(arrays: NpzReader, name: str, dimensions: int) -> NDArray[np.uint8]:
    shape = arrays.shape(name)
    if len(shape) != dimensions or math.prod(shape) > MAX_PIXELS:
        raise ValueError("not an array of this kind")
    return arrays.read(name)
