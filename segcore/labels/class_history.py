"""ClassHistory: which label values belonged to classes that are no more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from segcore.errors import LabelError
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.labels.label_map import LabelMap, Provenance, values_in


@dataclass(frozen=True)
class ClassHistory:
    """What happened to the classes of a project.

    Attributes
    ----------
    removed : dict[int, str]
        Label values whose class was removed, with its name: their pixels count as unlabelled.
    reused : dict[int, str]
        Label values that went to another class, with the time (ISO 8601 UTC): pixels saved before it count as
        unlabelled.
    """

    removed: dict[int, str] = field(default_factory=dict)
    reused: dict[int, str] = field(default_factory=dict)

    def changed(self, before: ClassSet, after: ClassSet, time: str) -> ClassHistory:
        """Return the history after the classes changed; a class of the same value and name is the old one again."""
        removed = self.removed | {c.index: c.name for c in before if after.find(c.index) is None}
        reused = dict(self.reused)
        for c in after:
            old = removed.pop(c.index, None)
            if old is not None and old.casefold() != c.name.casefold():
                reused[c.index] = time
        return ClassHistory(removed, reused)

    @property
    def newest(self) -> str:
        """When a value went to another class last; "": never. No labels that are saved now may seem older."""
        return max(self.reused.values(), default="")

    def stale(self, values: Collection[int], saved_at: str) -> list[int]:
        """Return those of ``values`` that mean a class of the past, in labels saved at ``saved_at`` ("": unknown)."""
        return [
            value for value in values if value in self.removed or (saved_at and saved_at < self.reused.get(value, ""))
        ]


def unknown_values(values: Collection[int], classes: ClassSet) -> list[int]:
    """Return those of ``values`` that are neither a class nor 255, sorted."""
    return sorted(set(values) - {*classes.indices.tolist(), IGNORE_INDEX})


def check_labels(image_id: str, labels: NDArray[np.uint8], shape: tuple[int, int], classes: ClassSet) -> None:
    """Raise LabelError unless ``labels`` are of ``shape`` (height, width) and hold only class values and 255."""
    if labels.shape != shape:
        raise LabelError(
            f"The labels for {image_id} are {labels.shape[1]} x {labels.shape[0]}, the image {shape[1]} x {shape[0]}.",
            "Use the label map that belongs to this image.",
        )
    unknown = unknown_values(values_in(labels), classes)
    if unknown:
        raise LabelError(
            f"The labels for {image_id} hold {in_words(unknown)}, which no class has.",
            "Add classes with these values to the project, or change them to 255 (ignore).",
        )


def without(label_map: LabelMap, values: Collection[int]) -> LabelMap:
    """Return a copy in which the pixels of these values are untouched."""
    pixels = np.isin(label_map.labels, list(values))
    return LabelMap(
        np.where(pixels, np.uint8(IGNORE_INDEX), label_map.labels),
        np.where(pixels, np.uint8(Provenance.UNTOUCHED), label_map.provenance),
    )


def in_words(values: Collection[int]) -> str:
    """Return ``the value 3`` or ``the values 3, 7``."""
    return f"the value{'s' if len(values) > 1 else ''} {', '.join(map(str, values))}"
