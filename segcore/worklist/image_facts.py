"""ImageFacts: what the ranking and the estimate need to know of one image, in less than a kilobyte."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap, State
from segcore.labels.probability_map import Certainty
from segcore.worklist.uncertainty_map import Source, UncertaintyMap, uncertainty_map

if TYPE_CHECKING:
    from segcore.project.project import Project

BINS = 10
"""Steps of confidence, 0.0 to 1.0, by which errors are counted."""


@dataclass(frozen=True)
class ImageFacts:
    """What is known of one image.

    Attributes
    ----------
    pixels : int
        Of the image.
    counts : Mapping[int, float]
        Pixels by the class value that they have, or are predicted to have; without those that have none.
    uncertain : Mapping[int, float]
        Sum of the uncertainty (0-1) of pixels that no person painted or confirmed, by class value; 255 is no class.
    source : Source
        What the uncertainty is taken from.
    done : bool
        Whether a person marked the image as done.
    open_bins : tuple[int, ...]
        [`BINS`], predicted pixels that no person painted or confirmed, by the prediction's confidence.
    done_bins, wrong_bins : tuple[int, ...]
        [`BINS`], of an image that is done: predicted pixels, and those that now have another class.
    """

    pixels: int
    counts: Mapping[int, float]
    uncertain: Mapping[int, float]
    source: Source
    done: bool
    open_bins: tuple[int, ...]
    done_bins: tuple[int, ...]
    wrong_bins: tuple[int, ...]

    def to_json(self) -> str:
        """Return the inverse of `from_json`."""
        fields = {**self.__dict__, "source": self.source.value}
        return json.dumps(fields, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> ImageFacts:
        """Read what `to_json` wrote. Raises ValueError, KeyError, TypeError or AttributeError for anything else."""
        data: dict[str, Any] = json.loads(text)
        bins = [tuple(int(each) for each in data[name]) for name in ("open_bins", "done_bins", "wrong_bins")]
        if any(len(each) != BINS for each in bins):
            raise ValueError("it has another number of bins")
        counts, uncertain = (
            {int(value): float(number) for value, number in data[name].items()} for name in ("counts", "uncertain")
        )
        return cls(int(data["pixels"]), counts, uncertain, Source(data["source"]), bool(data["done"]), *bins)


def facts_of(label_map: LabelMap, certainty: Certainty | None, judged: bool = True) -> ImageFacts:
    """Return the facts of an image.

    Parameters
    ----------
    label_map : LabelMap
        [H, W], what is labelled now.
    certainty : Certainty or None
        Of the kept prediction, of the same size.
    judged : bool
        Whether the prediction is what the person corrected: False when it was made after the image was done.
    """
    found = uncertainty_map(label_map, *((certainty.labels, certainty.uncertainty) if certainty else (None, None)))
    done = label_map.state() is State.DONE
    nothing = (0,) * BINS
    open_bins = done_bins = wrong_bins = nothing
    if certainty is not None:
        bins = (certainty.confidence.astype(np.intp) * BINS) >> 8
        predicted = certainty.labels != IGNORE_INDEX
        open_bins = _binned(bins, label_map.open() & predicted)
        if done and judged:
            known = predicted & (label_map.labels != IGNORE_INDEX)
            done_bins = _binned(bins, known)
            wrong_bins = _binned(bins, known & (label_map.labels != certainty.labels))
    return ImageFacts(
        label_map.labels.size,
        _sums(found.values, None),
        {value: total for value, total in _uncertain(found).items() if total > 0},
        found.source,
        done,
        open_bins,
        done_bins,
        wrong_bins,
    )


def read_facts(project: Project, image_id: str) -> ImageFacts:
    """Read the facts of an image from its files. Raises MaskwrightError when image or labels cannot be read."""
    shape = project.size(image_id)
    label_map = project.load_labels(image_id, shape).label_map
    record = project.record(image_id)
    judged = not (record.predicted_at and record.labelled_at and record.predicted_at > record.labelled_at)
    return facts_of(label_map, read_certainty(project, image_id, shape), judged)


def read_certainty(project: Project, image_id: str, shape: tuple[int, int]) -> Certainty | None:
    """Return how sure the kept prediction is, in the project's classes; None without one that can be read."""
    try:
        found = project.predictions.load_certainty(image_id, shape)
    except LabelError:  # the window tells of it when the image is opened
        return None
    if found is None:
        return None
    known = np.isin(found.labels, project.classes.indices)
    return Certainty(np.where(known, found.labels, np.uint8(IGNORE_INDEX)), found.uncertainty, found.confidence)


def _uncertain(found: UncertaintyMap) -> dict[int, float]:
    return _sums(found.values, found.uncertainty, keep_none=True)


def _sums(values: NDArray[np.uint8], weights: NDArray[np.uint8] | None, keep_none: bool = False) -> dict[int, float]:
    """Return the pixels of each class value, or the sum of their weights (0-255 meaning 0.0-1.0)."""
    totals = np.zeros(256)
    for row in range(0, len(values), 1024):  # a band at a time: bincount makes 8 bytes of each
        part = None if weights is None else weights[row : row + 1024].ravel() / 255.0
        totals += np.bincount(values[row : row + 1024].ravel(), part, minlength=256)
    if not keep_none:
        totals[IGNORE_INDEX] = 0
    return {int(value): round(float(totals[value]), 1) for value in np.flatnonzero(totals)}


def _binned(bins: NDArray[np.intp], mask: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(each) for each in np.bincount(bins[mask], minlength=BINS))
