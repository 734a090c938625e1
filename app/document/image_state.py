"""ImageState: how an image is listed; and what is known of all images, with their counts."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from segcore.labels.label_map import State

if TYPE_CHECKING:
    from segcore.project.index import ImageRecord


class ImageState(IntEnum):
    """How an image is listed: how far its labels have come, that it cannot be read, or what a reviewer says.

    `state_of` and the counts know no reviewer: a reviewed image is done, too; `Records.listed` does.
    """

    NEW = 0
    PREDICTED = 1
    IN_PROGRESS = 2
    DONE = 3
    UNREADABLE = 4
    REVIEWED = 5
    REJECTED = 6


class Kind(NamedTuple):
    """What the counts tell apart."""

    listed: ImageState
    state: State
    has_prediction: bool


KINDS = tuple(
    Kind(ImageState.UNREADABLE if unreadable else ImageState(int(state)), state, has_prediction)
    for state in State
    for has_prediction in (False, True)
    for unreadable in (False, True)
)


def kind_of(record: ImageRecord) -> int:
    """Return the place of an image in `KINDS`; plain numbers, because it is asked for every change."""
    return record.state * 4 + (record.predicted_at is not None) * 2 + bool(record.unreadable)


def state_of(record: ImageRecord) -> ImageState:
    """Return how an image is listed."""
    return KINDS[kind_of(record)].listed


class Known(NamedTuple):
    """The records of all images, in the order of the folder, and their counts; made in a lane when they are many."""

    records: dict[str, ImageRecord]
    numbers: list[int]

    @classmethod
    def of(cls, records: Iterable[ImageRecord]) -> Known:
        """Count the records."""
        found = {record.id: record for record in records}
        numbers = [0] * len(KINDS)
        for record in found.values():
            numbers[kind_of(record)] += 1
        return cls(found, numbers)
