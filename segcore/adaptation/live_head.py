"""LiveHead: linear models on frozen features and on pixels, which follow every stroke."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy, deepcopy
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.answer import Answer
from segcore.adaptation.class_change import ClassChange
from segcore.adaptation.coarse_head import CoarseHead
from segcore.adaptation.deciding import Decision, Rule, cells_of
from segcore.adaptation.feature_pyramid import FeaturePyramid
from segcore.adaptation.fine_head import Examples, FineHead
from segcore.adaptation.grid import strips
from segcore.adaptation.growth import Growth
from segcore.adaptation.learned_images import Contribution, LearnedImages
from segcore.adaptation.live_image import MOST_CELLS, LiveImage, shares
from segcore.adaptation.live_options import LiveOptions
from segcore.adaptation.ridge import Sums, evenly
from segcore.adaptation.scorer import Scorer
from segcore.adaptation.spread import Spread
from segcore.adaptation.track_record import TrackRecords
from segcore.adaptation.trust import Trust
from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.errors import LabelError
from segcore.hardware.threads import one_blas_thread
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap, values_in
from segcore.progress import Progress, Task

STRIP_PIXELS = 1_000_000
"""Pixels that `LiveHead.decide_all` decides at once."""


class LiveHead:
    """Learns from strokes and from done images; decides the labels of all pixels that no person vouches for.

    Use it from one thread at a time: `open_image`, then strokes and `decide`, then `finish_image` or `leave_image`.
    A task that is closed or fails leaves what was known before.

    Parameters
    ----------
    options : LiveOptions or None
        None: the usual ones.
    network : str
        Names the network of the features, so that a head is not used with those of another one.
    """

    def __init__(self, options: LiveOptions | None = None, network: str = "") -> None:
        one_blas_thread()
        self.options = options or LiveOptions()
        self.network = network
        self._images = LearnedImages()
        self._now: LiveImage | None = None
        self._plain: Scorer | None = None
        self._scorer: Scorer | None = None
        self._opening: Scorer | None = None
        self._coarse_opening: Scorer | None = None
        self._coarse = CoarseHead(self.options.ridge)
        self._fine = FineHead(self.options.fine) if self.options.fine is not None else None
        self._records = TrackRecords(self.options)
        self._numbers = count(1)

    # -- an image ----------------------------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether there is an image that strokes can be added to."""
        return self._now is not None

    @property
    def values(self) -> tuple[int, ...]:
        """Values of the classes that it can decide for."""
        return () if self._scorer is None else self._scorer.values

    def open_image(
        self,
        image: NDArray[np.uint8],
        pyramid: FeaturePyramid,
        labels: NDArray[np.uint8] | None = None,
        provenance: NDArray[np.uint8] | None = None,
        key: str = "",
        picture: str = "",
    ) -> Task[None]:
        """Work on this image from now on; one that is still open is left first, see `leave_image`.

        Parameters
        ----------
        image : NDArray[np.uint8]
            RGB [H, W, 3], 0-255.
        pyramid : FeaturePyramid
            Its features.
        labels, provenance : NDArray[np.uint8] or None
            [H, W], see `LabelMap`: what is painted or confirmed already is learned at once, and counts once.
        key, picture : str
            Its id and `content_key`: it counts once; what another picture of this id brought is forgotten. "": new.

        Raises
        ------
        AdaptationError
            The features are those of another network.
        LabelError
            The labels are of another size.
        """
        self.leave_image()
        self._coarse.check(pyramid)
        shape = (image.shape[0], image.shape[1])
        for array in (labels, provenance):
            if array is not None and array.shape != shape:
                raise LabelError(f"The labels are {array.shape}, the image {shape}.")
        with self._unless_stopped():
            yield Progress(0, 3, "Preparing the image")
            added, known_before = self._images.take_back(key, picture)
            if added is not None:
                self._coarse.take_back(added.coarse)
                if self._fine is not None and added.fine is not None:
                    self._fine.take_back(added.fine)
            now = self._coarse.look(image, pyramid, key, known_before)
            yield Progress(1, 3, "Preparing the image")
            if self._fine is not None:
                now.fine = self._fine.look(image)
                now.spread = Spread(now.fine, now.shape) if self.options.spreads else None
            self._fit(now)
            self._coarse_opening = self._plain
            self._opening = self._with_fine(now, self._coarse_opening)
            yield Progress(2, 3, "Preparing the image")
            if labels is not None and provenance is not None and key not in self._images.keys:
                truth = LabelMap(labels, provenance).ground_truth()
                for value in (each for each in values_in(truth) if each != IGNORE_INDEX):
                    self._learn(now, Covered(Box(0, 0, shape[1], shape[0]), truth == value), value, whole=True)
                    yield Progress(2, 3, "Learning from the image")
                self._fit_fine(now)
            self._now = now

    def leave_image(self) -> None:
        """Go away from the open image, which is not done; what is known of it goes on counting. None may be open."""
        now, self._now = self._now, None
        if now is None or not now.sums.xy:
            return
        fine = now.fine.sums if self._fine is not None and now.fine is not None and now.fine.sums.xy else None
        self._coarse.merge(now.sums)
        if self._fine is not None and fine is not None:
            self._fine.merge(fine)
        self._images.add(now.key, Contribution(now.sums, fine), done=now.known_before)

    def finish_image(self, labels: NDArray[np.uint8]) -> Task[None]:
        """Keep what is known of the open image, uint8 [H, W] with 255 where nothing is; nothing is open afterwards.

        Raises LabelError when no image is open, or one of another size.
        """
        now = self._opened(labels.shape)
        if self._images.done(now.key):
            self.leave_image()
            return
        values = [value for value in values_in(labels) if value != IGNORE_INDEX]
        with self._unless_stopped(now):
            if not now.known_before:
                self._records.judge(self._coarse_opening, self._opening, now, labels, values)
            if self._fine is not None:
                self._fine.decay(self._fine.options.decay)
            self._coarse.decay(self.options.decay)
            self._images.decay(self.options.decay, self._fine.options.decay if self._fine is not None else 1.0)
            fine_before = self._fine.known() if self._fine is not None else None
            seen = self._scores_before_done(now)
            coarse = None if seen is None else seen.coarse(now)
            added = Sums.none(now.sums.dimensions)
            for number, value in enumerate(values):
                yield Progress(number, len(values), "Learning from the image")
                mask = labels == value
                share = shares(mask)
                rows, columns = np.nonzero(share >= 0.5)
                if rows.size:
                    total = self.options.image_weight * np.sqrt(rows.size)
                    some = evenly(rows.size, MOST_CELLS)
                    weights = np.full(some.size, total / some.size, np.float32)
                    added.add(now.features(rows[some], columns[some]), weights, value)
                if self._fine is not None and now.fine is not None and coarse is not None and value in coarse.values:
                    covered = Covered(Box(0, 0, labels.shape[1], labels.shape[0]), mask)
                    self._fine.learn(now.fine, covered, value, coarse.values, coarse.at, done=True)
            self._coarse.merge(added)
            fine = None
            if self._fine is not None and fine_before is not None:
                after = self._fine.known()
                fine = after.minus(fine_before.widened(after.dimensions))
            self._images.add(now.key, Contribution(added, fine), done=True)
        self._now = None

    # -- strokes -----------------------------------------------------------------------------------------------------

    def add_stroke(self, covered: Covered, value: int) -> int:
        """Learn that these pixels of the open image are of this class; return a number for `remove_stroke`."""
        now = self._opened()
        number = self._learn(now, covered, value)
        self._fit_fine(now)
        now.growth = Growth(now.image, covered, value) if self.options.grows else None
        if now.spread is not None:
            now.spread.add(number, covered, value)
        return number

    def remove_stroke(self, number: int) -> None:
        """Take a stroke back. Raises LabelError when there is no such stroke on the open image."""
        now = self._opened()
        if (stroke := now.strokes.pop(number, None)) is None:
            raise LabelError(f"There is no stroke {number} on this image.")
        now.growth = None
        if now.spread is not None:
            now.spread.remove(number)
        others = [each for each in now.strokes.values() if each.value == stroke.value]
        now.sums.remove(now.features(stroke.rows, stroke.columns), stroke.weights, stroke.value, bool(others))
        if stroke.fine is not None and now.fine is not None and self._fine is not None:
            self._fine.forget(now.fine, stroke.fine, any(each.fine is not None for each in others))
        self._fit(now)

    def decide(self, labels: NDArray[np.uint8], provenance: NDArray[np.uint8], region: Box | None = None) -> Decision:
        """Return new labels for the pixels that nobody painted or confirmed: fill where empty, flip where sure.

        Parameters
        ----------
        labels, provenance : NDArray[np.uint8]
            [H, W] of the whole image; see `LabelMap`.
        region : Box or None
            Decide only these pixels, such as the visible ones: the decision is of its size then. None: all.

        Raises
        ------
        LabelError
            The labels are not of the open image's size.
        """
        answer = self._answer(self._opened(labels.shape))
        whole = Box(0, 0, labels.shape[1], labels.shape[0])
        region = whole if region is None else region.clipped(whole.height, whole.width)
        if answer is None or region.is_empty:
            return Decision.none(region.height, region.width)
        return answer.decide(labels, provenance, region)

    def decide_all(self, labels: NDArray[np.uint8], provenance: NDArray[np.uint8]) -> Task[Decision]:
        """Return what `decide` gives for the whole image, strip by strip, so that other work may come in between."""
        height, width = labels.shape
        found = Decision.none(height, width)
        for box in strips(Box(0, 0, width, height), STRIP_PIXELS):
            yield Progress(box.top, height, "Deciding the image")
            part = self.decide(labels, provenance, box)
            found.labels[box.slices], found.confidence[box.slices] = part.labels, part.confidence
        return found

    def draft(
        self, labels: NDArray[np.uint8], provenance: NDArray[np.uint8], region: Box
    ) -> tuple[NDArray[np.uint8], Box]:
        """Return roughly what `decide` gives, in a fraction of its time: one class for each cell, and which cells.

        Returns
        -------
        NDArray[np.uint8]
            [h, w], class values, 255 where all pixels of a cell stay as they are. No specks are found.
        Box
            The cells of `STRIDE` pixels that lie in the ``region``, at least in part.
        """
        answer, cells = self._answer(self._opened(labels.shape)), cells_of(region)
        if answer is None or region.is_empty:
            return Decision.none(cells.height, cells.width).labels, cells
        return answer.draft(labels, provenance, region), cells

    # -- classes and files -------------------------------------------------------------------------------------------

    def rename_classes(self, change: ClassChange) -> None:
        """Use other class values, after classes were merged, removed or re-ordered.

        Parameters
        ----------
        change : Mapping[int, int | None]
            Old class value -> new one; None: removed. Values that are not named stay. Classes that get the same value
            become one: what is known of them is added.
        """
        coarse = self._coarse.rename_classes(change)
        self._records.rename_classes(change)
        matrix = self._fine.rename_classes(change) if self._fine is not None else np.zeros((0, 0))
        self._images.rename_classes(change, coarse, matrix)
        if self._now is not None:
            self._now.rename_classes(change, self._coarse.slots, coarse, matrix)
            for name in ("_opening", "_coarse_opening"):
                scorer: Scorer | None = getattr(self, name)
                setattr(self, name, None if scorer is None else scorer.renamed(change))
            self._fit(self._now)

    def state(self) -> tuple[dict[str, NDArray[Any]], dict[str, bool]]:
        """Return what is known, the open image included: arrays, and the keys of images (True: done)."""
        left = copy(self)
        left._images, left._coarse, left._fine = copy(self._images), copy(self._coarse), copy(self._fine)
        left.leave_image()
        arrays = {**left._coarse.state(), **left._records.state(), **left._images.state()}
        arrays |= left._fine.state() if left._fine is not None else {}
        return arrays, left._images.keys

    def restore(self, arrays: Mapping[str, NDArray[Any]], keys: Mapping[str, bool]) -> None:
        """Know what `state` of an earlier head says; nothing is open afterwards.

        Raises KeyError and ValueError for arrays that are damaged, or of a head of other options; then nothing changes.
        """
        with self._unless_stopped():
            self._coarse.restore(arrays)
            self._records.restore(arrays)
            if self._fine is not None:
                self._fine.restore(arrays)
            fine = None if self._fine is None else self._fine.known()
            self._images = LearnedImages.restored(keys, arrays, self._coarse.known(), fine)
            self._now = self._plain = None

    # -- inside ------------------------------------------------------------------------------------------------------

    def _opened(self, shape: tuple[int, ...] | None = None) -> LiveImage:
        if self._now is None:
            raise LabelError("The live head has no image open.")
        if shape is not None and shape != self._now.shape:
            raise LabelError(f"The labels are {shape}, the image {self._now.shape}.")
        return self._now

    @contextmanager
    def _unless_stopped(self, now: LiveImage | None = None) -> Iterator[None]:
        """Know again what is known now if the body fails or is cancelled; ``now`` is the open image, if it changes."""
        changed, before, images = deepcopy((self._coarse, self._fine, self._records)), self._plain, copy(self._images)
        fine = now.fine.sums if now is not None and now.fine is not None else None
        try:
            yield
        except BaseException:
            (self._coarse, self._fine, self._records), self._plain, self._images = changed, before, images
            if now is not None and now.fine is not None and fine is not None:
                now.fine.sums = fine
            raise

    def _fit(self, now: LiveImage) -> None:
        """Find the weights for all that is known."""
        self._plain = self._coarse.fitted(now)
        self._fit_fine(now)

    def _fit_fine(self, now: LiveImage) -> None:
        self._scorer = self._with_fine(now, self._plain) if self._sharpens else self._plain

    def _with_fine(self, now: LiveImage, coarse: Scorer | None) -> Scorer | None:
        fine = self._fine.fitted(now.fine) if self._fine is not None and now.fine is not None else None
        return coarse if coarse is None or fine is None else coarse.with_fine(fine)

    def _scores_before_done(self, now: LiveImage) -> Scorer | None:
        """Return the coarse scores that the fine head learns to correct: those that the open image was opened with.

        In the first image, where no class was known, those of its strokes: few of its pixels were learned by then.
        None where its final labels were learned before, for scores that were fitted to all pixels look too right.
        """
        if self._coarse_opening is not None or self._plain is None or now.known_before:
            return self._coarse_opening
        return self._plain

    def _learn(self, now: LiveImage, covered: Covered, value: int, whole: bool = False) -> int:
        """Add pixels of a class to what is known of an image: a stroke, or the ``whole`` of what is painted."""
        number = next(self._numbers)
        now.learn(number, covered, value, self.options, whole)
        self._plain = self._coarse.fitted(now)
        fine = self._learn_fine(now, covered, value)
        if fine is not None:
            now.strokes[number] = replace(now.strokes[number], fine=fine)
        return number

    def _learn_fine(self, now: LiveImage, covered: Covered, value: int) -> Examples | None:
        """Let the fine head learn a stroke of a common class, once it knows from a done image how far to go.

        Strokes lie where the scores were wrong; without a whole image beside them it would overrule what is right.
        """
        if not self._sharpens or self._fine is None or now.fine is None or self._plain is None:
            return None
        if self._trust.share(value, now.painted()) < self.options.rare:
            return None
        coarse = self._plain.coarse(now, covered.box)
        return self._fine.learn(now.fine, covered, value, coarse.values, coarse.at)

    def _answer(self, now: LiveImage) -> Answer | None:
        """Return how the open image is decided now; None while nothing is known."""
        scorer, painted = self._scorer, now.painted()
        if scorer is None:
            return None
        bias = {value: self._trust.bias(value, painted) for value in scorer.values}
        withheld = self._trust.withheld(scorer.values, painted) if self.options.withholds else frozenset()
        rule = Rule.of(bias, self.options.gain, self.options.rare_gain, withheld)
        knows = all(each.value in self._coarse.values for each in now.recent)
        return Answer(now, scorer, rule, self.options, now.recent if knows and self.options.reach else [])

    @property
    def _sharpens(self) -> bool:
        """Whether the fine head made the scores of earlier images better, before a person saw them."""
        return self._fine is not None and self._records.sharp_is_better

    @property
    def _trust(self) -> Trust:
        return (self._records.sharp if self._sharpens else self._records.plain).trust
