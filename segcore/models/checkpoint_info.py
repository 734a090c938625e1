"""CheckpointInfo: the contents of a checkpoint's header, read without torch."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from segcore.errors import CheckpointError, ClassesError
from segcore.files.stamp import NO_FILE, Stamp
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.models.checkpoint_header import METADATA_KEY, plain, read_header

SCHEMA = 1
"""Version of the JSON in a checkpoint's header. Newer versions are rejected, older ones can be read."""

_LONGEST_NAME = 200
_TEMPERATURES = 0.01, 100.0
_MOST_KNOWN, _MOST_SHAPES, _MOST_STEPS = 200, 16, 500
_FRESH_NS = 2_000_000_000


@dataclass(frozen=True)
class CheckpointInfo:
    """The header of a checkpoint.

    Attributes
    ----------
    path : Path
        The file.
    architecture : str
        A name of the catalogue.
    classes : ClassSet
        One class a channel of the output.
    preprocess : dict
        Input of `Preprocess.from_json`.
    name : str
        Name for people.
    metrics : dict
        Its scores and the images they were measured on; JSON values.
    lineage : list[dict]
        Its trainings, oldest first; JSON values. ``trained_on``, if given, is a list of texts.
    schema : int
        Version of the header.
    shapes : dict[str, tuple[int, ...]]
        Shape of each tensor by its key.
    temperature : float
        See `Model`; 1 for checkpoints of versions before 0.6.
    config : str
        `Segmenter.config`; "" for checkpoints of versions before 0.8.
    """

    path: Path
    architecture: str
    classes: ClassSet
    preprocess: dict[str, Any]
    name: str
    metrics: dict[str, Any]
    lineage: list[dict[str, Any]]
    schema: int
    shapes: dict[str, tuple[int, ...]]
    temperature: float = 1.0
    config: str = ""


def read_checkpoint_info(path: Path) -> CheckpointInfo:
    """Read the header of a checkpoint; the weights stay on disk.

    A header that was read before is known while its file is the same: lists of models ask for all of them again and
    again.

    Raises
    ------
    CheckpointError
        The file is missing, not a regular file, truncated, not a checkpoint of Maskwright, from a newer version, or
        has values of the wrong type.
    """
    stamp = Stamp.of(path)
    is_fresh = max(stamp.time, stamp.changed) > time.time_ns() - _FRESH_NS  # the next change may have the same stamp
    found = _read(path) if stamp == NO_FILE or is_fresh else _known(path, stamp)
    return replace(
        found, preprocess=dict(found.preprocess), metrics=dict(found.metrics), lineage=[*found.lineage]
    )  # who changes these changes no other's


@lru_cache(_MOST_KNOWN)
def _known(path: Path, stamp: Stamp) -> CheckpointInfo:
    found = _read(path)
    steps = [_shared_step(json.dumps(step)) for step in found.lineage]
    return replace(found, shapes=_shared(tuple(found.shapes.items())), lineage=steps)


@lru_cache(_MOST_SHAPES)
def _shared(shapes: tuple[tuple[str, tuple[int, ...]], ...]) -> dict[str, tuple[int, ...]]:
    """Return one dict for all versions of a network: it is the largest part of a header."""
    return dict(shapes)


@lru_cache(_MOST_STEPS)
def _shared_step(step: str) -> dict[str, Any]:
    """Return one dict for all versions with this step in their lineage: each has those of all before it."""
    found: dict[str, Any] = json.loads(step)
    return found


def _read(path: Path) -> CheckpointInfo:
    header = read_header(path)
    if METADATA_KEY not in header.metadata:
        raise CheckpointError(
            f"{path} has weights but no description of the model, so it is not a checkpoint of Maskwright.",
            "Choose a checkpoint made by Maskwright, or a torchvision segmentation .pth file.",
        )
    try:
        data = json.loads(header.metadata[METADATA_KEY])
        plain(data)
        schema = _typed(data, "schema", int)
        if schema > SCHEMA:
            raise CheckpointError(
                f"{path} was written by a newer version (schema {schema}, this one knows {SCHEMA}).",
                "Update Maskwright.",
            )
        return CheckpointInfo(
            path=path,
            architecture=_typed(data, "architecture", str),
            classes=_classes(_typed(data, "classes", list)),
            preprocess=_typed(data, "preprocess", dict),
            name=_typed({"name": path.stem, **data}, "name", str)[:_LONGEST_NAME],
            metrics=_typed({"metrics": {}, **data}, "metrics", dict),
            lineage=[_step(step) for step in _typed({"lineage": [], **data}, "lineage", list)],
            schema=schema,
            shapes=header.shapes,
            temperature=_temperature(data.get("temperature", 1.0)),
            config=_typed({"config": "", **data}, "config", str),
        )
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, ClassesError) as error:
        raise CheckpointError(
            f"The header of {path} is damaged ({error}).", "Copy the checkpoint again, or train a new one."
        ) from error


def _temperature(value: Any) -> float:
    """Return a temperature that can be divided by. Raises TypeError, ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("its temperature is not a number")
    if not _TEMPERATURES[0] <= value <= _TEMPERATURES[1]:
        raise ValueError(f"its temperature is {value}")
    return float(value)


def _typed(data: dict[str, Any], key: str, kind: type) -> Any:
    """Return a value of this type. Raises KeyError, TypeError."""
    if type(data[key]) is not kind:
        raise TypeError(f"'{key}' is {type(data[key]).__name__}, not {kind.__name__}")
    return data[key]


def _classes(entries: list[Any]) -> ClassSet:
    if len(entries) > IGNORE_INDEX:
        raise ValueError(f"{len(entries)} classes; {IGNORE_INDEX} is the most that a label map holds")
    return ClassSet.from_json(entries)


def _step(step: Any) -> dict[str, Any]:
    """Return a step of the lineage. Raises TypeError."""
    marks = step.get("trained_on", []) if isinstance(step, dict) else None
    if not isinstance(marks, list) or not all(isinstance(mark, str) for mark in marks):
        raise TypeError("a step of its lineage is not an object, or its 'trained_on' is not a list of texts")
    found: dict[str, Any] = step
    return found
