"""LiveHead: linear models on frozen features and on pixels, which follow every stroke."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.decision import best_of
from segcore.adaptation.feature_pyramid import STRIDE, FeaturePyramid, Floats, expand
from segcore.adaptation.fine_head import Examples, FineHead
from segcore.adaptation.live_image import Lesson, LiveImage, Scores, cells, shares
from segcore.adaptation.live_options import LiveOptions
from segcore.adaptation.normaliser import Normaliser
from segcore.adaptation.ridge import Linear, Sums, fit
from segcore.adaptation.trust import Trust
from segcore.editing.brush import Covered
from segcore.errors import LabelError
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import Provenance, values_in
from segcore.metrics.boundary import disk
from segcore.progress import Progress, Task

NEAR = 2
"""Pixels: a rare class was right where it truly is within so many."""


@dataclass(frozen=True)
class Decision:
    """What the head makes of the open image.

    Attributes
    ----------
    labels : NDArray[np.uint8]
        [H, W], class values; 255 where the pixel stays as it is.
    confidence : NDArray[np.float32]
        [H, W], 0-1: by how much the best class leads, everywhere.
    """

    labels: NDArray[np.uint8]
    confidence: Floats


class LiveHead:
    """Learns from strokes and from done images; decides the labels of all pixels that no person vouches for.

    Use it from one thread at a time: `open_image`, then strokes and `decide`, then `finish_image`.
    """

    def __init__(self, options: LiveOptions | None = None) -> None:
        self.options = options or LiveOptions()
        self._normaliser: Normaliser | None = None
        self._past = Sums.none(1)
        self._now: LiveImage | None = None
        self._linear: Linear | None = None
        self._fine = FineHead(self.options.fine) if self.options.fine is not None else None
        self._trust = Trust(self.options.precision, self.options.rare, self.options.trust_decay)
        self._numbers = count(1)

    # -- an image ----------------------------------------------------------------------------------------------------

    def open_image(self, image: NDArray[np.uint8], pyramid: FeaturePyramid) -> Task[None]:
        """Work on this image, uint8 RGB [H, W, 3], from now on; strokes on another one are forgotten."""
        yield Progress(0, 2, "Preparing the image")
        if self._normaliser is None:
            self._normaliser = Normaliser.of(pyramid)
            self._past = Sums.none(pyramid.channels + 1)
        now = LiveImage(
            (image.shape[0], image.shape[1]), pyramid, self._normaliser(pyramid), Sums.none(pyramid.channels + 1)
        )
        self._linear = fit(self._past, self.options.ridge) if self._past.xy else None
        self._now = now
        now.coarse_opening = self._scores(now)
        if self._fine is not None:
            yield Progress(1, 2, "Preparing the image")
            now.fine = self._fine.look(image)
            self._fine.fit(now.fine)
        now.opening = {value: plane.astype(np.float16) for value, plane in self._planes(now, now.coarse_opening)}

    def finish_image(self, labels: NDArray[np.uint8]) -> Task[None]:
        """Keep what is known of the open image, uint8 [H, W] with 255 where nothing is; nothing is open afterwards.

        Raises LabelError when no image is open, or one of another size.
        """
        now = self._opened(labels.shape)
        values = [value for value in values_in(labels) if value != IGNORE_INDEX]
        self._judge_opening(now, labels, values)
        if self._fine is not None:
            self._fine.decay()
        self._past.decay(self.options.decay)
        coarse = {value: now.plane(scores) for value, scores in now.coarse_opening.items()}
        for number, value in enumerate(values):
            yield Progress(number, len(values), "Learning from the image")
            mask = labels == value
            share = shares(mask)
            rows, columns = np.nonzero(share >= 0.5)
            if rows.size:
                weights = np.full(rows.size, self.options.image_weight / np.sqrt(rows.size), np.float32)
                self._past.add(now.features(rows, columns), weights, value)
            if self._fine is not None and now.fine is not None and value in coarse:
                self._fine.learn(now.fine, mask, value, coarse, done=True)
        self._now = None

    # -- strokes -----------------------------------------------------------------------------------------------------

    def add_stroke(self, covered: Covered, value: int) -> int:
        """Learn that these pixels of the open image are of this class; return a number for `remove_stroke`."""
        now = self._opened()
        number = next(self._numbers)
        rows, columns, share = cells(covered)
        weights = share * np.float32(min(1.0, self.options.stroke_weight / max(1e-6, float(share.sum()))))
        lesson = Lesson(value, rows, columns, weights, float(covered.mask.sum()))
        now.lessons[number] = lesson
        now.sums.add(now.features(rows, columns), weights, value)
        self._fit(now)
        fine = self._learn_fine(now, covered, value)
        if fine is not None:
            now.lessons[number] = Lesson(value, rows, columns, weights, lesson.pixels, fine)
        return number

    def remove_stroke(self, number: int) -> None:
        """Take a stroke back. Raises LabelError when there is no such stroke on the open image."""
        now = self._opened()
        lesson = now.lessons.pop(number, None)
        if lesson is None:
            raise LabelError(f"There is no stroke {number} on this image.")
        others = [each for each in now.lessons.values() if each.value == lesson.value]
        now.sums.remove(now.features(lesson.rows, lesson.columns), lesson.weights, lesson.value, bool(others))
        if lesson.fine is not None and now.fine is not None and self._fine is not None:
            self._fine.forget(now.fine, lesson.fine, any(each.fine is not None for each in others))
            self._fine.fit(now.fine)
        self._fit(now)

    def decide(self, labels: NDArray[np.uint8], provenance: NDArray[np.uint8]) -> Decision:
        """Return new labels for the pixels that nobody painted or confirmed: fill where empty, flip where sure.

        Both arrays are uint8 [H, W]; see `LabelMap`. Raises LabelError when they are not of the open image's size.
        """
        now = self._opened(labels.shape)
        scores = self._scores(now)
        if not scores:
            return Decision(np.full_like(labels, IGNORE_INDEX), np.zeros(labels.shape, np.float32))
        painted = now.painted()
        bias = {value: self._trust.bias(value, painted) for value in scores}
        best = best_of(((v, plane - np.float32(bias[v])) for v, plane in self._planes(now, scores)), labels)
        needed = np.full(256, self.options.gain, np.float32)
        needed[[value for value, each in bias.items() if each > 0]] = self.options.rare_gain
        needed[IGNORE_INDEX] = -np.inf
        takes = (provenance < Provenance.PAINTED) & (best.gain >= cv2.LUT(labels, needed))
        return Decision(np.where(takes, best.values, np.uint8(IGNORE_INDEX)), np.clip(best.lead, 0, 1))

    # -- inside ------------------------------------------------------------------------------------------------------

    def _opened(self, shape: tuple[int, ...] | None = None) -> LiveImage:
        if self._now is None:
            raise LabelError("The live head has no image open.")
        if shape is not None and shape != self._now.shape:
            raise LabelError(f"The labels are {shape}, the image {self._now.shape}.")
        return self._now

    def _fit(self, now: LiveImage) -> None:
        sums = self._past.plus(now.sums)
        self._linear = fit(sums, self.options.ridge) if sums.xy else None

    def _learn_fine(self, now: LiveImage, covered: Covered, value: int) -> Examples | None:
        """Fit the fine head to a stroke of a common class, once it knows from a done image how far to go.

        Strokes lie where the scores were wrong; without a whole image beside them it would overrule what is right.
        """
        if self._fine is None or now.fine is None or not self._fine.knows:
            return None
        if self._trust.share(value, now.painted()) < self.options.rare:
            return None
        mask = np.zeros(now.shape, np.bool_)
        mask[covered.box.slices] = covered.mask
        coarse = {each: now.plane(scores) for each, scores in self._scores(now).items()}
        examples = self._fine.learn(now.fine, mask, value, coarse)
        self._fine.fit(now.fine)
        return examples

    def _scores(self, now: LiveImage) -> Scores:
        """Return what the coarse head says; nothing while no class is known."""
        if self._linear is None:
            return {}
        values, weights = self._linear.values, self._linear.weights
        total = np.full((*now.pyramid.shape, len(values)), 1 / len(values), np.float32) + weights[-1]
        first = 0
        for level, stride in zip(now.levels, now.pyramid.strides, strict=True):
            part = level @ weights[first : first + level.shape[2]]
            total += expand(part, stride // STRIDE, now.pyramid.shape)
            first += level.shape[2]
        return {value: np.ascontiguousarray(total[..., channel]) for channel, value in enumerate(values)}

    def _planes(self, now: LiveImage, scores: Scores) -> Iterator[tuple[int, Floats]]:
        """Yield class values with their final scores, float32 [H, W]."""
        mixed = scores if self._fine is None or not scores else self._fine.mixed(scores)
        for value, each in mixed.items():
            plane = now.plane(each)
            yield value, plane + now.fine.planes[value] if now.fine and value in now.fine.planes else plane

    def _judge_opening(self, now: LiveImage, labels: NDArray[np.uint8], values: list[int]) -> None:
        """See how right the scores were that the image was opened with."""
        self._trust.count({value: float((labels == value).sum()) for value in values})
        if not now.opening:
            return
        best = best_of(((value, plane.astype(np.float32)) for value, plane in now.opening.items()), labels)
        for value in now.opening:
            said = (best.values == value) & (labels != IGNORE_INDEX)
            if said.any() and self._trust.share(value, {}) < 2 * self.options.rare:
                near = cv2.dilate((labels == value).view(np.uint8), disk(NEAR)) > 0
                self._trust.learn(value, best.lead[said], near[said])
