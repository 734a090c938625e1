"""The labels of a prediction that a person gets to correct: of reliable classes only, and without specks.

A missing thing costs a person one stroke, a false one many: its pixels lie in crumbs inside other classes. So a class
is only predicted when it was mostly right on the held-out images, as `segcore.adaptation.trust` does for the live head.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.labels.specks import without_specks

PRECISION = 0.85
"""Share of a class's predicted held-out pixels that must be right."""


def reliable(confusion: Sequence[Sequence[int]], least: float = PRECISION) -> NDArray[np.bool_]:
    """Bool [C]: which classes were right in at least ``least`` (0-1) of the pixels that were predicted as them.

    ``confusion`` is [C, C] on held-out images: rows are true classes, columns predicted ones. A class that was never
    predicted there is not reliable: nothing is known of it.
    """
    counts = np.asarray(confusion, np.int64)
    predicted = counts.sum(0)
    return np.asarray((predicted > 0) & (np.diag(counts) >= least * predicted), np.bool_)


def labels_to_correct(
    probabilities: NDArray[np.float32],
    classes: ClassSet,
    says: NDArray[np.bool_] | None = None,
    smallest: int | None = None,
) -> NDArray[np.uint8]:
    """Return the labels of a prediction.

    Parameters
    ----------
    probabilities : NDArray[np.float32]
        [C, H, W], 0-1.
    classes : ClassSet
        One a channel.
    says : NDArray[np.bool_] or None
        [C], which classes may be predicted; the pixels of the others get the best class that may. None: all.
    smallest : int or None
        See `without_specks`.

    Returns
    -------
    NDArray[np.uint8]
        [H, W], class values; 255 everywhere when no class may be predicted.
    """
    said = np.arange(len(classes)) if says is None else np.flatnonzero(says)
    if not said.size:
        return np.full(probabilities.shape[1:], IGNORE_INDEX, np.uint8)
    return without_specks(classes.indices[said[probabilities[said].argmax(0)]], smallest)
