"""Command: what a person can do with many pixels at once, each a task from an `Order` to an `Outcome`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segcore.editing.deciding import biased, next_best
from segcore.editing.growing import grown, shrunk
from segcore.editing.holes import small_holes
from segcore.editing.joining import joined, split
from segcore.editing.outcome import Outcome
from segcore.editing.smoothing import smoothed
from segcore.editing.target import Target
from segcore.editing.thresholding import ALL_LEVELS, Channel, LevelRange, levels_of
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap, Provenance
from segcore.labels.probability_map import ProbabilityMap
from segcore.labels.specks import without_specks
from segcore.progress import Progress, Task

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Order:
    """What a person asks for. No command changes the label map.

    Attributes
    ----------
    label_map : LabelMap
        As it is now.
    target : Target
        The pixels that it is about.
    number : int
        Pixels, for commands that ask for a number.
    old, new : int
        Class values, for commands that ask for them. 255 means unlabelled as ``old`` and ignore as ``new``.
    given : NDArray[np.uint8] or None
        [H, W]: labels of another image.
    prediction : ProbabilityMap or None
        Of this image, for commands that need it.
    image : NDArray[np.uint8] or None
        RGB [H, W, 3].
    channel, levels : Channel, LevelRange
        Which pixels of the image are meant, for commands that ask for it.
    """

    label_map: LabelMap
    target: Target
    number: int = 1
    old: int = IGNORE_INDEX
    new: int = IGNORE_INDEX
    given: Bytes | None = None
    prediction: ProbabilityMap | None = None
    image: Bytes | None = None
    channel: Channel = Channel.GREY
    levels: LevelRange = ALL_LEVELS

    @property
    def labels(self) -> Bytes:
        """Uint8 [H, W], as they are now."""
        return self.label_map.labels


Command = Callable[[Order], Task[Outcome]]


def replace(order: Order) -> Task[Outcome]:
    """Give the pixels of one class another; they count as painted."""
    box, mask = order.target.covered
    wanted = mask & (order.labels[box.slices] == order.old)
    if order.old == IGNORE_INDEX:
        wanted &= order.label_map.provenance[box.slices] < Provenance.PAINTED
    labels = order.labels.copy()
    np.copyto(labels[box.slices], np.uint8(order.new), where=wanted)
    yield Progress(1, 1)
    if order.old != IGNORE_INDEX or order.new != IGNORE_INDEX:
        return Outcome(labels, ignores=True)
    also = np.zeros(labels.shape, np.bool_)
    also[box.slices] = wanted
    return Outcome(labels, also=also, ignores=True)


def threshold(order: Order) -> Task[Outcome]:
    """Give the pixels whose level lies in the range a class; they count as painted, where a model said it, too."""
    assert order.image is not None
    box, mask = order.target.covered
    level = levels_of(order.image, order.channel, order.target.covered)
    labels, also = order.labels.copy(), np.zeros(order.labels.shape, np.bool_)
    wanted = mask & (level >= order.levels.low) & (level <= order.levels.high)
    np.copyto(labels[box.slices], np.uint8(order.new), where=wanted)
    also[box.slices] = wanted & (order.label_map.provenance[box.slices] < Provenance.PAINTED)
    yield Progress(1, 1)
    return Outcome(labels, also=also, ignores=True)


def clear(order: Order) -> Task[Outcome]:
    """Take the labels away; the pixels are free for a model again."""
    box, mask = order.target.covered
    labels, also = order.labels.copy(), np.zeros(order.labels.shape, np.bool_)
    np.copyto(labels[box.slices], np.uint8(IGNORE_INDEX), where=mask)
    also[box.slices] = mask & (order.label_map.provenance[box.slices] != Provenance.UNTOUCHED)
    yield Progress(1, 1)
    return Outcome(labels, also=also)


def to_prediction(order: Order) -> Task[Outcome]:
    """Make the pixels, also painted and confirmed ones, as the prediction has them."""
    assert order.prediction is not None
    box, mask = order.target.covered
    labels = order.labels.copy()
    np.copyto(labels[box.slices], order.prediction.labels[box.slices], where=mask)
    also = np.zeros(labels.shape, np.bool_)
    also[box.slices] = mask & (order.label_map.provenance[box.slices] >= Provenance.PAINTED)
    yield Progress(1, 1)
    return Outcome(labels, Provenance.PREDICTED, also)


def second_best(order: Order) -> Task[Outcome]:
    """Give a piece the class that the prediction says is the most probable one but its own; it counts as painted."""
    assert order.prediction is not None
    (box, mask), value = order.target
    labels = order.labels.copy()
    found = None if value is None else next_best(order.prediction, order.target.covered, value)
    if found is not None:
        np.copyto(labels[box.slices], np.uint8(found), where=mask)
    yield Progress(1, 1)
    return Outcome(labels)


def shift(order: Order) -> Task[Outcome]:
    """Decide free pixels again, with a class (``new``) made more or less probable by a bias of ``number``.

    Only pixels change whose predicted class the bias changes.
    """
    assert order.prediction is not None
    decided = yield from biased(order.prediction, order.new, order.number)
    labels = order.labels.copy()
    free = order.label_map.provenance < Provenance.PAINTED
    np.copyto(labels, decided, where=free & (decided != order.prediction.labels))
    return Outcome(labels, Provenance.PREDICTED)


def copy_labels(order: Order) -> Task[Outcome]:
    """Give free pixels the labels of another image (``given``); like a prediction, nobody has checked them here."""
    assert order.given is not None
    box, mask = order.target.covered
    given, labels = order.given[box.slices], order.labels.copy()
    free = order.label_map.provenance[box.slices] < Provenance.PAINTED
    np.copyto(labels[box.slices], given, where=mask & free & (given != IGNORE_INDEX))
    yield Progress(1, 1)
    return Outcome(labels, Provenance.PREDICTED)


def fill_holes(order: Order) -> Task[Outcome]:
    """Give holes of at most ``number`` pixels the label around them; 0: holes of any size."""
    covered, value = order.target
    labels = order.labels.copy()
    if value is not None and value != IGNORE_INDEX:
        holes = small_holes(covered, order.number or labels.size)
        np.copyto(labels[holes.box.slices], np.uint8(value), where=holes.mask)
    yield Progress(1, 1)
    return Outcome(labels)


def remove_specks(order: Order) -> Task[Outcome]:
    """Give pieces of fewer than ``number`` pixels, connected over edges and corners, the label beside them."""
    box, mask = order.target.covered
    labels = order.labels.copy()
    cleaned = without_specks(labels, order.number)
    np.copyto(labels[box.slices], cleaned[box.slices], where=mask)
    yield Progress(1, 1)
    return Outcome(labels, None)


def smooth(order: Order) -> Task[Outcome]:
    """Take the corners off borders, see `smoothed`; of a class or a piece, only its own border moves."""
    (box, mask), value = order.target
    labels = order.labels
    smoother = yield from smoothed(labels, box.widened(order.number).clipped(*labels.shape), order.number)
    if value is None:
        return Outcome(smoother, None)
    wider = yield from grown(np.zeros_like(labels), order.target.covered, 1, order.number)
    own = np.zeros(labels.shape, np.bool_)
    own[box.slices] = mask
    moved = own | ((wider == 1) & (smoother == value))
    return Outcome(np.where(moved, smoother, labels), None)


def grow(order: Order) -> Task[Outcome]:
    """Make the target wider by ``number`` pixels; what it takes counts as painted."""
    covered, value = order.target
    if value is None:
        return Outcome(order.labels.copy())
    return Outcome((yield from grown(order.labels, covered, value, order.number)), ignores=value == IGNORE_INDEX)


def shrink(order: Order) -> Task[Outcome]:
    """Make the target narrower by ``number`` pixels; what it gives up counts as painted."""
    return Outcome((yield from shrunk(order.labels, order.target.covered, order.number)))


def close_gaps(order: Order) -> Task[Outcome]:
    """Close gaps of the target of at most twice ``number`` pixels; what it takes counts as painted."""
    covered, value = order.target
    if value is None:
        return Outcome(order.labels.copy())
    return Outcome((yield from joined(order.labels, covered, value, order.number)), ignores=value == IGNORE_INDEX)


def split_thin(order: Order) -> Task[Outcome]:
    """Take parts away that are at most twice ``number`` pixels wide; what it gives up counts as painted."""
    return Outcome((yield from split(order.labels, order.target.covered, order.number)))


def confirm(order: Order) -> Task[Outcome]:
    """Let labels that nobody has painted or confirmed yet count as checked by a person."""
    box, mask = order.target.covered
    labels, also = order.labels, np.zeros(order.labels.shape, np.bool_)
    free = order.label_map.provenance[box.slices] < Provenance.PAINTED
    also[box.slices] = mask & free & (labels[box.slices] != IGNORE_INDEX)
    yield Progress(1, 1)
    return Outcome(labels, Provenance.CONFIRMED, also)
