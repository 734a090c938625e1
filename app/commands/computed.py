"""Computed: what a command would do to the open image; computed on a lane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.commands.command_table import CommandRow
from segcore.editing.paint_policy import PaintPolicy
from segcore.editing.target import Where, target_of
from segcore.editing.thresholding import ALL_LEVELS, LEVELS, Channel, LevelRange, level_counts, levels_of, otsu
from segcore.labels.label_map import LabelMap
from segcore.labels.probability_map import ProbabilityMap
from segcore.progress import Progress, Task

if TYPE_CHECKING:
    from segcore.editing.edit import Edit


@dataclass(frozen=True)
class Computed:
    """What a command would do to the labels as they were at ``revision``."""

    edit: Edit
    revision: int
    labels: NDArray[np.uint8]
    pixels: int
    paints: bool = False  # whether a pixel becomes painted or confirmed, with another label or the one it has
    counts: NDArray[np.int64] | None = None  # of the levels, int64 [256], and the range of them that is meant
    levels: LevelRange = ALL_LEVELS


@dataclass(frozen=True)
class Wish:
    """What the person has chosen.

    Attributes
    ----------
    value : int
        Class value that is meant by "class".
    point : tuple[int, int] or None
        Where a piece was clicked.
    levels : LevelRange or None
        None: the range that separates dark from bright best.
    """

    row: CommandRow
    name: str
    where: Where
    value: int
    point: tuple[int, int] | None
    number: int
    old: int
    new: int
    given: NDArray[np.uint8] | None
    prediction: ProbabilityMap | None
    policy: PaintPolicy
    image: NDArray[np.uint8] | None
    channel: Channel
    levels: LevelRange | None


def computed(label_map: LabelMap, wish: Wish, revision: int) -> Task[Computed]:
    """Compute what a command would do.

    The label map is the document's own: when it is painted into meanwhile, the revision tells that it is out of date.
    """
    from segcore.editing import Edit
    from segcore.editing.command import Order
    from segcore.editing.outcome import changed_pixels, labels_after, paints

    target = target_of(label_map, wish.where, wish.value, wish.point)
    yield Progress(0, 0)
    if target.covered.box.is_empty:
        return Computed(Edit(wish.name, ()), revision, label_map.labels, 0)
    counts, levels = None, wish.levels
    if wish.image is not None:
        counts = level_counts(levels_of(wish.image, wish.channel, target.covered), target.covered)
        levels = levels or LevelRange(min(otsu(counts) + 1, LEVELS - 1), LEVELS - 1)
    levels = levels or ALL_LEVELS
    order = Order(
        label_map,
        target,
        wish.number,
        wish.old,
        wish.new,
        wish.given,
        wish.prediction,
        wish.image,
        wish.channel,
        levels,
    )
    found = yield from wish.row.run(order)
    edit = yield from found.edit(label_map, wish.name, wish.policy)
    return Computed(
        edit, revision, labels_after(edit, label_map.labels), changed_pixels(edit), paints(edit), counts, levels
    )
