"""TrackRecord and TrackRecords: how right the scores of a head were on images that it had not seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.class_change import ClassChange
from segcore.adaptation.deciding import STRIP
from segcore.adaptation.decision import best_of
from segcore.adaptation.grid import strips
from segcore.adaptation.live_image import LiveImage
from segcore.adaptation.live_options import LiveOptions
from segcore.adaptation.ridge import check_array
from segcore.adaptation.scorer import Scorer
from segcore.adaptation.trust import Trust
from segcore.editing.box import Box
from segcore.labels.classes import IGNORE_INDEX
from segcore.metrics.boundary import disk

NEAR = 2
"""Pixels: a class was right where it truly is within so many."""
LEAST_SHARE = 0.001
"""Of an image's known pixels, 0-1: a class with fewer of them says nothing about a head."""


class TrackRecord:
    """Judges the scores that images were opened with, once they are done.

    Attributes
    ----------
    trust : Trust
        How far a rare class must lead.
    merit : float
        Sum over images of the mean F of the classes, 0-1, earlier images weighing less; the better head has more.
    """

    def __init__(self, options: LiveOptions) -> None:
        self._options = options
        self.trust = Trust(options.precision, options.rare, options.trust_decay)
        self.merit = 0.0

    def judge(self, opening: Scorer | None, now: LiveImage, labels: NDArray[np.uint8], values: list[int]) -> None:
        """See how right the scores were.

        Parameters
        ----------
        opening : Scorer or None
            Of the time when the image was opened; None: no class was known.
        now : LiveImage
            The image.
        labels : NDArray[np.uint8]
            [H, W], what is true; 255 where nobody knows.
        values : list[int]
            The classes in ``labels``.
        """
        bias = {} if opening is None else {value: self.trust.bias(value, {}) for value in opening.values}
        self.trust.count({value: float((labels == value).sum()) for value in values})
        self.merit *= self._options.trust_decay
        if opening is None:
            return
        rare = [value for value in opening.values if self.trust.share(value, {}) < 2 * self._options.rare]
        taken = np.array([bias[value] for value in opening.values], np.float32)[:, None, None]
        coarse = opening.coarse(now)
        said = np.full_like(labels, IGNORE_INDEX)
        for strip in strips(Box(0, 0, labels.shape[1], labels.shape[0]), STRIP):
            known = labels[strip.slices] != IGNORE_INDEX
            planes = opening.planes(now, coarse, strip)
            best = best_of(zip(opening.values, planes, strict=True), labels[strip.slices])
            for value in rare:
                mask = (best.values == value) & known
                if mask.any():
                    self.trust.learn(value, best.lead[mask], _near_in(labels, value, strip)[mask])
            chosen = best_of(zip(opening.values, planes - taken, strict=True), labels[strip.slices])
            np.copyto(said[strip.slices], chosen.values, where=known)
        self.merit += mean_f(said, labels)

    # -- classes and files -------------------------------------------------------------------------------------------

    def rename_classes(self, change: ClassChange) -> None:
        """Use other class values."""
        self.trust.rename_classes(change)

    def state(self, name: str) -> dict[str, NDArray[Any]]:
        """Return the arrays that `restore` needs, under this name."""
        merit = {f"{name}.merit": np.array([self.merit], np.float64)}
        return merit | {f"{name}.{key}": array for key, array in self.trust.state().items()}

    def restore(self, state: Mapping[str, NDArray[Any]], name: str) -> None:
        """Remember what `state` says. Raises KeyError and ValueError; nothing is changed then."""
        merits = state[f"{name}.merit"]
        check_array(merits, (1,))
        merit = float(merits[0])
        start = f"{name}."
        self.trust.restore({key.removeprefix(start): array for key, array in state.items() if key.startswith(start)})
        self.merit = merit


class TrackRecords:
    """Of the coarse scores alone, and of those that the fine head has made sharp.

    Attributes
    ----------
    plain, sharp : TrackRecord
    """

    def __init__(self, options: LiveOptions) -> None:
        self.plain, self.sharp = TrackRecord(options), TrackRecord(options)

    @property
    def sharp_is_better(self) -> bool:
        """Whether the fine head made the scores of earlier images better, before a person saw them."""
        return self.sharp.merit > self.plain.merit

    def judge(
        self, coarse: Scorer | None, fine: Scorer | None, now: LiveImage, labels: NDArray[np.uint8], values: list[int]
    ) -> None:
        """See how right both scores were that the image was opened with; see `TrackRecord.judge`."""
        self.plain.judge(coarse, now, labels, values)
        self.sharp.judge(fine, now, labels, values)

    def rename_classes(self, change: ClassChange) -> None:
        """Use other class values."""
        self.plain.rename_classes(change)
        self.sharp.rename_classes(change)

    def state(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that `restore` needs."""
        return self.plain.state("plain") | self.sharp.state("sharp")

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Remember what `state` says. Raises KeyError and ValueError."""
        self.plain.restore(state, "plain")
        self.sharp.restore(state, "sharp")


def mean_f(said: NDArray[np.uint8], labels: NDArray[np.uint8]) -> float:
    """Return the mean F of the classes, 0-1, where `NEAR` pixels beside the truth are right; 0 without any class.

    Parameters
    ----------
    said, labels : NDArray[np.uint8]
        [H, W], what a head says and what is true; 255 where nobody knows.
    """
    least = LEAST_SHARE * np.count_nonzero(labels != IGNORE_INDEX)
    found = []
    for value in np.unique(labels[labels != IGNORE_INDEX]).tolist():
        true, mask = labels == value, said == value
        pixels, claimed = np.count_nonzero(true), np.count_nonzero(mask)
        if pixels < least:
            continue
        right = np.count_nonzero(mask & _near(true)) / claimed if claimed else 0.0
        reached = np.count_nonzero(true & _near(mask)) / pixels
        found.append(2 * right * reached / (right + reached) if right + reached else 0.0)
    return float(np.mean(found)) if found else 0.0


def _near_in(labels: NDArray[np.uint8], value: int, strip: Box) -> NDArray[np.bool_]:
    """Return where, in a strip of the image's width, a class is within `NEAR` pixels."""
    wide = Box(strip.left, strip.top - NEAR, strip.right, strip.bottom + NEAR).clipped(*labels.shape)
    return _near(labels[wide.slices] == value)[strip.top - wide.top :][: strip.height]


def _near(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray(cv2.dilate(mask.view(np.uint8), disk(NEAR), borderType=cv2.BORDER_CONSTANT) > 0)
