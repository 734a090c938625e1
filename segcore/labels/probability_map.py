"""ProbabilityMap: what a model thinks of one image, in the project's classes and small enough to keep."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError, LabelSizeError
from segcore.files.atomic import atomic_write
from segcore.files.npz import NpzReader
from segcore.files.regular_file import open_regular
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.specks import without_specks

MAX_UNKNOWN = 2_000_000_000
"""Bytes of arrays that are read for an image whose size the caller does not know."""

_META = 1 << 16


@dataclass(frozen=True)
class ProbabilityMap:
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

    def of_classes(self, says: NDArray[np.bool_]) -> ProbabilityMap:
        """Return a copy whose labels are of some classes only; the others' pixels get the best of these.

        ``says`` is bool [C]. Without any class those pixels become 255; pixels that are 255 stay.
        """
        labels, said = self.labels.copy(), np.flatnonzero(says)
        wrong = np.isin(labels, self.indices[~says])
        if said.size:
            labels[wrong] = self.indices[said[self.probabilities[said][:, wrong].argmax(0)]]
        else:
            labels[wrong] = IGNORE_INDEX
        return replace(self, labels=labels)

    def without_specks(self) -> ProbabilityMap:
        """Return a copy whose labels have no specks (`segcore.labels.specks`); the probabilities stay."""
        return replace(self, labels=without_specks(self.labels))

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


def save_prediction(path: Path, prediction: ProbabilityMap, picture: object = None) -> None:
    """Write ``path`` (.npz) atomically; ``picture``, of JSON, says what it was made of. Raises OSError."""
    about = {"model": prediction.model, "mean_uncertainty": prediction.mean_uncertainty, "picture": picture}
    meta = np.frombuffer(json.dumps(about).encode(), np.uint8)
    with atomic_write(path) as file:
        np.savez_compressed(
            file,
            probabilities=np.ascontiguousarray(prediction.probabilities),
            labels=np.ascontiguousarray(prediction.labels),
            uncertainty=np.ascontiguousarray(prediction.uncertainty),
            indices=np.ascontiguousarray(prediction.indices),
            meta=meta,
        )


def stored_uncertainty(path: Path) -> float | None:
    """Mean uncertainty (0.0-1.0) of a file of `save_prediction` without reading its arrays; None when damaged."""
    mean = _about(path).get("mean_uncertainty")
    return float(mean) if isinstance(mean, int | float) and 0 <= mean <= 1 else None


def stored_picture(path: Path) -> object:
    """Return the ``picture`` of a file of `save_prediction`; None when damaged or without one."""
    return _about(path).get("picture")


def _about(path: Path) -> dict[str, Any]:
    try:
        with open_regular(path) as file, NpzReader(file) as data:
            return _meta(data)
    except Exception:  # a damaged zip file raises what it likes
        return {}


def load_prediction(
    path: Path, indices: NDArray[np.uint8] | None = None, shape: tuple[int, int] | None = None
) -> ProbabilityMap:
    """Read what `save_prediction` wrote.

    Parameters
    ----------
    path : Path
        The file.
    indices : NDArray[np.uint8] or None
        Rearrange the channels to these class values. Classes that the file does not know get probability 0; classes
        that are gone are dropped (their pixels' labels become 255).
    shape : (height, width) or None
        What the image measures. Without it, `MAX_UNKNOWN` bytes are the most that is read.

    Raises
    ------
    LabelError
        Missing or damaged.
    LabelSizeError
        Not of ``shape``; sizes are compared before an array is read.
    """
    try:
        with open_regular(path) as file, NpzReader(file) as data:
            return _read(data, indices, shape)
    except LabelSizeError as error:
        raise _of_another_size(path, error, shape) from error
    except Exception as error:  # a damaged zip file raises what it likes
        raise _damaged(path, error) from error


@dataclass(frozen=True)
class Certainty:
    """How sure a kept prediction is, without its probabilities.

    Attributes
    ----------
    labels : NDArray[np.uint8]
        [H, W], class values, 255 for none.
    uncertainty : NDArray[np.uint8]
        [H, W], normalised entropy, 0-255 meaning 0.0-1.0.
    confidence : NDArray[np.uint8]
        [H, W], probability of the most probable class, 0-255 meaning 0.0-1.0.
    """

    labels: NDArray[np.uint8]
    uncertainty: NDArray[np.uint8]
    confidence: NDArray[np.uint8]


def load_certainty(path: Path, shape: tuple[int, int]) -> Certainty:
    """Read how sure a file of `save_prediction` is, one class at a time: three bytes a pixel whatever the classes.

    Raises LabelError and LabelSizeError as `load_prediction` does.
    """
    try:
        with open_regular(path) as file, NpzReader(file) as data:
            _check(data, shape)
            labels, uncertainty = data.read("labels"), data.read("uncertainty")
            confidence = np.zeros(shape, np.uint8)
            for plane in data.planes("probabilities"):
                np.maximum(confidence, plane, out=confidence)
            return Certainty(labels, uncertainty, confidence)
    except LabelSizeError as error:
        raise _of_another_size(path, error, shape) from error
    except Exception as error:  # a damaged zip file raises what it likes
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> LabelError:
    reason = (error.strerror or error) if isinstance(error, OSError) else error
    return LabelError(f"{path} is damaged ({reason}).", "Predict this image again.")


def _of_another_size(path: Path, error: LabelSizeError, shape: tuple[int, int] | None) -> LabelSizeError:
    (height, width), (now_height, now_width) = error.size, shape or (0, 0)
    text = f"{path} measures {width} x {height}, its image {now_width} x {now_height}."
    return LabelSizeError(text, "Predict this image again.", error.size)


def _read(data: NpzReader, indices: NDArray[np.uint8] | None, shape: tuple[int, int] | None) -> ProbabilityMap:
    size = _check(data, shape)
    stored = data.read("indices")
    model = _meta(data)["model"]
    if not isinstance(model, str):
        raise ValueError("it names no model")
    labels, uncertainty = data.read("labels"), data.read("uncertainty")
    if indices is None or np.array_equal(indices, stored):
        return ProbabilityMap(data.read("probabilities"), labels, uncertainty, stored, model)
    wanted = np.array(indices, np.uint8)
    probabilities = np.zeros((len(wanted), *size), np.uint8)
    for value, plane in zip(stored, data.planes("probabilities"), strict=True):  # only what is wanted is kept
        probabilities[wanted == value] = plane
    return ProbabilityMap(
        probabilities,
        np.where(np.isin(labels, wanted), labels, np.uint8(IGNORE_INDEX)),
        uncertainty,
        wanted,
        model,
    )


def _check(data: NpzReader, shape: tuple[int, int] | None) -> tuple[int, ...]:
    """Return the size of the labels.

    Raises ValueError when the arrays do not fit each other, LabelSizeError when they are not of ``shape``.
    """
    sizes = {name: data.shape(name) for name in ("probabilities", "labels", "uncertainty", "indices")}
    size = sizes["labels"]
    if (
        len(size) != 2
        or len(sizes["indices"]) != 1
        or sizes["uncertainty"] != size
        or sizes["probabilities"] != (*sizes["indices"], *size)
        or sizes["indices"][0] > IGNORE_INDEX
    ):
        raise ValueError("its arrays do not fit each other")
    if shape is not None and size != shape:
        raise LabelSizeError("", size=(size[0], size[1]))
    if shape is None and (sizes["indices"][0] + 2) * size[0] * size[1] > MAX_UNKNOWN:
        raise ValueError(f"it measures {size[1]} x {size[0]}, too large for an image that is not known")
    return size


def _meta(data: NpzReader) -> dict[str, Any]:
    """Return the JSON object beside the arrays. Raises ValueError, RecursionError."""
    if data.shape("meta")[0] > _META:
        raise ValueError("its description is too long")
    found = json.loads(data.read("meta").tobytes())
    if not isinstance(found, dict):
        raise ValueError("its description is no object")
    return found
