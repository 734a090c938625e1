"""Joining: two label maps of one image become one, and two class lists one list."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.labels.label_map import LabelMap, Provenance


class JoinedClasses(NamedTuple):
    """Classes of two projects.

    Attributes
    ----------
    classes : ClassSet
        Those of this project as they are, then those that only the other one has, with its colours; one that a class
        has already is replaced by a fresh one.
    added : tuple[str, ...]
        The names of the latter.
    table : NDArray[np.uint8]
        [256]: the value here of each value there; 255 where there is no class.
    """

    classes: ClassSet
    added: tuple[str, ...]
    table: NDArray[np.uint8]


class JoinedLabels(NamedTuple):
    """A label map, and the number of pixels to which persons gave different labels in the two projects."""

    label_map: LabelMap
    differing: int


def join_classes(here: ClassSet, there: ClassSet) -> JoinedClasses:
    """Join classes of the same name, without regard to case. Raises ClassesError when they are more than 255."""
    classes, added = here, []
    table = np.full(256, IGNORE_INDEX, np.uint8)
    for each in there:
        if classes.named(each.name) is None:
            is_taken = each.color in {known.color for known in classes}
            classes = classes.added(each.name, None if is_taken else each.color)
            added.append(each.name)
        found = classes.named(each.name)
        assert found is not None
        if each.name in added:
            classes = classes.changed(found.index, shown=each.shown)
        table[each.index] = found.index
    return JoinedClasses(classes, tuple(added), table)


def join_labels(here: LabelMap, there: LabelMap, replace: bool = False) -> JoinedLabels:
    """Put the labels of the other project into those of this one; both have the same classes and size.

    What a person painted or confirmed there goes to pixels that nobody painted or confirmed here; with ``replace`` also
    to those with another label. Predictions go to untouched pixels only.
    """
    human = there.human()
    other_label = here.labels != there.labels
    differing = human & here.human() & other_label
    taken = (human & here.open()) | (
        (there.provenance == Provenance.PREDICTED) & (here.provenance == Provenance.UNTOUCHED)
    )
    if replace:
        taken |= differing
    joined = LabelMap(np.where(taken, there.labels, here.labels), np.where(taken, there.provenance, here.provenance))
    return JoinedLabels(joined, int(np.count_nonzero(differing)))
