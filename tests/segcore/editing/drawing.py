"""Label maps drawn with letters: a digit is a class value, "." is 255."""

from __future__ import annotations

import numpy as np

from segcore.editing.command import Command, Order
from segcore.editing.edit import Edit
from segcore.editing.paint_policy import OPEN
from segcore.editing.target import Where, target_of
from segcore.labels.label_map import LabelMap, Provenance
from segcore.labels.probability_map import ProbabilityMap
from segcore.progress import drive


def labels_of(*rows: str) -> np.ndarray:
    return np.array([[255 if letter == "." else int(letter) for letter in row] for row in rows], np.uint8)


def rows_of(labels: np.ndarray) -> list[str]:
    return ["".join("." if value == 255 else str(value) for value in row) for row in labels]


def map_of(*rows: str, provenance: Provenance = Provenance.PREDICTED) -> LabelMap:
    labels = labels_of(*rows)
    return LabelMap(labels, np.where(labels == 255, 0, provenance).astype(np.uint8))


def prediction_of(labels: np.ndarray, *channels: list[list[int]]) -> ProbabilityMap:
    """Return a prediction of classes 0, 1, ...; ``channels``: probability of each, 0-255."""
    probabilities = np.array(channels or [np.zeros_like(labels)], np.uint8)
    values = np.arange(len(probabilities), dtype=np.uint8)
    return ProbabilityMap(probabilities, labels, np.zeros_like(labels), values, "m")


def do(command: Command, label_map: LabelMap, where: Where = Where.IMAGE, value=1, point=None, **order) -> LabelMap:
    """Return the label map after a command."""
    after = LabelMap(label_map.labels.copy(), label_map.provenance.copy())
    edit_by(command, label_map, where, value, point, **order).redo(after)
    return after


def edit_by(command, label_map, where=Where.IMAGE, value=1, point=None, policy=OPEN, **order) -> Edit:
    target = target_of(label_map, where, value, point)
    outcome = drive(command(Order(label_map, target, **order)))
    return drive(outcome.edit(label_map, "Command", policy))
