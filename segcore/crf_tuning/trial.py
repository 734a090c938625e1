"""Trials: scores of sets of parameters on the same training images."""

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

Mean IoU alone hardly distinguishes a weak CRF from a strong one, because few pixels lie at borders: on CamVid, the mean
IoU of the better sets differs by 0.3 points, their boundary F-score by three. Borders are what a person corrects.
"""

PROTECTED_FROM = 0.01
"""A class that loses more IoU than this is protected; smaller losses are noise."""


@dataclass(frozen=True)
class Outcome:
    """The result of one set of parameters.

    Attributes
    ----------
    parameters : CrfParameters
        The set; w1 = w2 = 0 means no CRF.
    protected : tuple[int, ...]
        Channels of the protected classes; see `segcore.crf.protection`.
    scores : Scores
        Scores with these parameters and protected classes.
    """

    parameters: CrfParameters
    protected: tuple[int, ...]
    scores: Scores

    @property
    def worth(self) -> float:
        """Mean IoU and `BOUNDARY_SHARE` of the boundary F-score; higher is better."""
        return self.scores.mean_iou + BOUNDARY_SHARE * (self.scores.boundary_f or 0.0)


class Trials:
    """Runs the CRF on the same training images with different sets of parameters.

    Attributes
    ----------
    training_images : list[TrainingImage]
        The images.
    tried : int
        Number of sets tried so far.
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
        """Scores of the network without the CRF; after `prepare`."""
        assert self._network is not None
        return self._network[1]

    def prepare(self) -> Task[None]:
        """Measure the network without the CRF, once."""
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
        progress_at: Callable[[float], Progress],
        protected: tuple[int, ...] | None = None,
    ) -> Task[Outcome]:
        """Refine all training images and measure.

        Parameters
        ----------
        parameters : CrfParameters
            The set to try.
        progress_at : callable
            From the share that is done, 0.0-1.0, to the `Progress` that is yielded.
        protected : tuple[int, ...] or None
            Channels to protect; None: those that lose more than `PROTECTED_FROM` of IoU here.
        """
        yield from self.prepare()
        assert self._network is not None
        self.tried += 1
        if parameters.w1 == parameters.w2 == 0:
            yield progress_at(1.0)
            return Outcome(parameters, (), self.without)
        crf = Crf(parameters, self._engine, self._device)
        matrix = ConfusionMatrix(len(self._names))
        after = []
        for number, training_image in enumerate(self.training_images):
            refining = crf.refine(training_image.image, training_image.as_float())
            refined = yield from mapped(refining, partial(self._progress, number, progress_at))
            after.append(winner(refined))
            matrix.update(training_image.truth, after[-1])
        if protected is None:
            protected = self._losers(matrix.scores(self._names))
        if protected:
            after = [
                np.where(np.isin(old, protected), old, new) for old, new in zip(self._network[0], after, strict=True)
            ]
        scores = yield from self._scores(after, progress_at)
        return Outcome(parameters, protected, scores)

    def _progress(self, number: int, progress_at: Callable[[float], Progress], step: Progress) -> Progress:
        return progress_at(step.part(number, len(self.training_images)).fraction)

    def _losers(self, after: Scores) -> tuple[int, ...]:
        return tuple(
            channel
            for channel, name in enumerate(self._names)
            if (self.without.iou[name] or 0.0) - (after.iou[name] or 0.0) > PROTECTED_FROM
        )

    def _scores(self, labels: Sequence[NDArray[np.uint8]], progress_at: Callable[[float], Progress]) -> Task[Scores]:
        matrix, boundary = ConfusionMatrix(len(self._names)), BoundaryScore(len(self._names))
        for training_image, found in zip(self.training_images, labels, strict=True):
            matrix.update(training_image.truth, found)
            boundary.update(training_image.truth, found)
            yield progress_at(1.0)
        return matrix.scores(self._names, boundary)
