"""Trials: what sets of parameters are worth on the same training_images."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from segcore.crf.crf import Crf
from segcore.crf.engines import Engine
from segcore.crf.parameters import CrfParameters
from segcore.crf_tuning.training_image import TrainingImage
from segcore.labels.class_mapping import winner
from segcore.metrics.boundary import BoundaryScore
from segcore.metrics.scores import ConfusionMatrix, Scores
from segcore.progress import Progress, Task, mapped

BOUNDARY_SHARE = 0.25
"""A point of boundary F-score counts as a quarter of a point of mean IoU.

Mean IoU alone hardly tells a weak CRF from a strong one: most pixels lie in the middle of something, and on CamVid the
better settings are within 0.3 points while their borders differ by three. What a person corrects are borders.
"""

PROTECTED_FROM = 0.01
"""A class that loses more IoU than this is protected; smaller losses come and go between images."""


@dataclass(frozen=True)
class Outcome:
    """What a set of parameters did.

    Attributes
    ----------
    parameters : CrfParameters
        The set; without any weight it is no CRF at all.
    protected : tuple[int, ...]
        Channels that kept their pixels; see `segcore.crf.protection`.
    scores : Scores
        With both.
    """

    parameters: CrfParameters
    protected: tuple[int, ...]
    scores: Scores

    @property
    def worth(self) -> float:
        """Mean IoU and `BOUNDARY_SHARE` of the boundary F-score; higher is better."""
        return self.scores.mean_iou + BOUNDARY_SHARE * (self.scores.boundary_f or 0.0)


class Trials:
    """Runs the CRF on training images with one set of parameters after the other.

    Attributes
    ----------
    training_images : list[TrainingImage]
        These.
    tried : int
        Sets so far.
    """

    def __init__(
        self,
        training_images: Sequence[TrainingImage],
        names: Sequence[str],
        engine: Engine = "auto",
        device: str | None = None,
    ) -> None:
        self.training_images = list(training_images)
        self.tried = 0
        self._names, self._engine, self._device = names, engine, device
        self._network: tuple[list[NDArray[np.uint8]], Scores] | None = None

    @property
    def without(self) -> Scores:
        """What the network alone scores on them; after `prepare`."""
        assert self._network is not None
        return self._network[1]

    def prepare(self) -> Task[None]:
        """Measure the network alone, once."""
        if self._network is None:
            labels = []
            for training_image in self.training_images:
                yield Progress(0, 0, "Preparing")
                labels.append(winner(training_image.as_float()))
            scores = yield from self._scores(labels, lambda _: Progress(0, 0, "Preparing"))
            self._network = labels, scores

    def run(
        self,
        parameters: CrfParameters,
        told: Callable[[float], Progress],
        protected: tuple[int, ...] | None = None,
    ) -> Task[Outcome]:
        """Refine all training images and measure.

        Parameters
        ----------
        parameters : CrfParameters
            The set to try.
        told : callable
            From the share that is done, 0.0-1.0, to what is yielded, after each iteration and each measurement.
        protected : tuple[int, ...] or None
            Channels to protect; None: those that lose more than `PROTECTED_FROM` of their IoU here.
        """
        yield from self.prepare()
        assert self._network is not None
        self.tried += 1
        if parameters.w1 == parameters.w2 == 0:
            yield told(1.0)
            return Outcome(parameters, (), self.without)
        crf = Crf(parameters, self._engine, self._device)
        matrix = ConfusionMatrix(len(self._names))
        after = []
        for number, training_image in enumerate(self.training_images):
            refining = crf.refine(training_image.image, training_image.as_float())
            refined = yield from mapped(refining, partial(self._told, number, told))
            after.append(winner(refined))
            matrix.update(training_image.truth, after[-1])
        if protected is None:
            protected = self._losers(matrix.scores(self._names))
        if protected:
            after = [
                np.where(np.isin(old, protected), old, new) for old, new in zip(self._network[0], after, strict=True)
            ]
        scores = yield from self._scores(after, told)
        return Outcome(parameters, protected, scores)

    def _told(self, number: int, told: Callable[[float], Progress], step: Progress) -> Progress:
        return told(step.part(number, len(self.training_images)).fraction)

    def _losers(self, after: Scores) -> tuple[int, ...]:
        return tuple(
            channel
            for channel, name in enumerate(self._names)
            if (self.without.iou[name] or 0.0) - (after.iou[name] or 0.0) > PROTECTED_FROM
        )

    def _scores(self, labels: Sequence[NDArray[np.uint8]], told: Callable[[float], Progress]) -> Task[Scores]:
        matrix, boundary = ConfusionMatrix(len(self._names)), BoundaryScore(len(self._names))
        for training_image, found in zip(self.training_images, labels, strict=True):
            matrix.update(training_image.truth, found)
            boundary.update(training_image.truth, found)
            yield told(1.0)
        return matrix.scores(self._names, boundary)
