"""Prediction: what a model thinks of one image, in the project's classes and small enough to keep."""

from __future__ import annotations

import io
import json
import struct
import tokenize
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.atomic import atomic_write
from segcore.classes import IGNORE_INDEX
from segcore.errors import LabelError


@dataclass(frozen=True)
class Prediction:
    """A model's answer for one image.

    Attributes
    ----------
    probabilities : NDArray[np.uint8]
        [C, H, W] for the C classes of the project, 0-255 meaning 0.0-1.0. Ready to be shown as a heatmap.
    labels : NDArray[np.uint8]
        [H, W], class values; 255 where the winning class of the model has no partner in the project.
    uncertainty : NDArray[np.uint8]
        [H, W], normalised entropy, 0-255 meaning 0.0-1.0.
    indices : NDArray[np.uint8]
        [C], the class value of each channel.
    model : str
        Name of the checkpoint or catalogue entry that made it.
    """

    probabilities: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    uncertainty: NDArray[np.uint8]
    indices: NDArray[np.uint8]
    model: str

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width)."""
        return self.labels.shape[0], self.labels.shape[1]

    @property
    def mean_uncertainty(self) -> float:
        """0.0-1.0, for the image list."""
        return float(self.uncertainty.mean()) / 255.0

    def as_float(self) -> NDArray[np.float32]:
        """Float32 [C, H, W], each pixel summing to 1 (uniform where no class has any)."""
        p = self.probabilities.astype(np.float32)
        total = p.sum(0, keepdims=True)
        uniform = np.float32(1.0 / max(1, len(p)))
        return np.where(total > 0, p / np.maximum(total, 1.0), uniform).astype(np.float32)


def uncertainty_of(probabilities: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Normalised entropy -sum p log p / log C of float32 [C, H, W] probabilities, as uint8 [H, W] (255 = 1.0)."""
    channels = len(probabilities)
    if channels < 2:
        return np.zeros(probabilities.shape[1:], np.uint8)
    entropy = np.zeros(probabilities.shape[1:], np.float32)
    for p in probabilities:
        entropy -= p * np.log(np.maximum(p, 1e-12))
    rounded: NDArray[np.uint8] = np.clip(entropy * (255.0 / np.log(channels)) + 0.5, 0, 255).astype(np.uint8)
    return rounded


_DAMAGE = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    EOFError,
    MemoryError,
    RuntimeError,  # an "encrypted" or "patched" zip member
    zlib.error,
    zipfile.BadZipFile,
    struct.error,
    tokenize.TokenError,  # numpy reads a broken array header as Python source
    SyntaxError,
)
"""What reading a damaged .npz can raise."""


def _check(found: Prediction) -> None:
    height_width = found.labels.shape
    arrays = (found.probabilities, found.labels, found.uncertainty, found.indices)
    if (
        any(array.dtype != np.uint8 for array in arrays)
        or len(height_width) != 2
        or found.probabilities.shape != (found.indices.size, *height_width)
        or found.uncertainty.shape != height_width
    ):
        raise ValueError("its arrays do not fit each other")


def save_prediction(path: Path, prediction: Prediction) -> None:
    """Write ``path`` (.npz) atomically. Raises OSError."""
    about = {"model": prediction.model, "mean_uncertainty": prediction.mean_uncertainty}
    meta = np.frombuffer(json.dumps(about).encode(), np.uint8)
    with atomic_write(path) as file:
        np.savez_compressed(
            file,
            probabilities=prediction.probabilities,
            labels=prediction.labels,
            uncertainty=prediction.uncertainty,
            indices=prediction.indices,
            meta=meta,
        )


def stored_uncertainty(path: Path) -> float | None:
    """Mean uncertainty (0.0-1.0) of a file of `save_prediction` without reading its arrays; None when damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
            return float(json.loads(data["meta"].tobytes())["mean_uncertainty"])
    except _DAMAGE:
        return None


def load_prediction(path: Path, indices: NDArray[np.uint8] | None = None) -> Prediction:
    """Read what `save_prediction` wrote; with ``indices``, channels are rearranged to these class values.

    Classes that the file does not know get probability 0; classes that are gone are dropped (their pixels' labels
    become 255). Raises LabelError when the file is missing or damaged.
    """
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as data:
            meta: dict[str, Any] = json.loads(data["meta"].tobytes())
            found = Prediction(
                data["probabilities"],
                data["labels"],
                data["uncertainty"],
                data["indices"],
                str(meta["model"]),
            )
            _check(found)
    except _DAMAGE as error:
        raise LabelError(f"{path} is damaged ({error}).", "Predict this image again.") from error
    if indices is None or np.array_equal(indices, found.indices):
        return found
    probabilities = np.zeros((len(indices), *found.shape), np.uint8)
    for channel, value in enumerate(indices):
        old = np.flatnonzero(found.indices == value)
        if old.size:
            probabilities[channel] = found.probabilities[old[0]]
    labels = np.where(np.isin(found.labels, indices), found.labels, np.uint8(IGNORE_INDEX))
    return Prediction(probabilities, labels, found.uncertainty, np.array(indices, np.uint8), found.model)
