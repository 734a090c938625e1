"""Smart stroke: a scribble of one class, and the region it means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segcore.crf.parameters import CrfParameters
from segcore.crf.window import Windows
from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.progress import Progress, Task

Probabilities = Callable[[Box], NDArray[np.float32]]
"""The network's probabilities, float32 [C, h, w], of a box inside the image; called once a window, on the thread that
drives the task."""


@dataclass(frozen=True)
class Decision:
    """Pixels that become the stroke's value, the scribble included.

    Attributes
    ----------
    box : Box
        Inside the image; empty when the stroke covers nothing.
    mask : NDArray[np.bool_]
        [box.height, box.width]. Ready for `Recorder.paint(box, mask, value)`.
    """

    box: Box
    mask: NDArray[np.bool_]


class SmartStroke:
    """Decides, while the pen moves, what one stroke means.

    Make one when the pen goes down and call `decide` with all that the stroke covers so far, as often as wanted (drop
    what you have no time for: each answer stands for itself, none builds on the last). One at a time; any thread.

    Parameters
    ----------
    image : NDArray[np.uint8]
        RGB, [H, W, 3].
    labels, provenance : NDArray[np.uint8]
        [H, W], as they were when the pen went down. They are read at each decision and never copied: while the stroke
        lasts, show it as a preview, or paint into copies.
    probabilities : Probabilities | None
        The network's; None without a model, or when there is no prediction of this image.
    values : NDArray[np.uint8]
        [C], the class value of each channel; 255 for channels that stand for no class of the project.
    value : int
        What the person scribbles; 255 erases.
    parameters : CrfParameters | None
        The pairwise energy; None (best) takes the stroke's own, which are stronger than a prediction's.
    windows : Windows | None
        What is kept between strokes on this image, so that the next one in the same place starts at once.
    """

    def __init__(
        self,
        image: NDArray[np.uint8],
        labels: NDArray[np.uint8],
        provenance: NDArray[np.uint8],
        probabilities: Probabilities | None,
        values: NDArray[np.uint8],
        value: int,
        parameters: CrfParameters | None = None,
        windows: Windows | None = None,
    ) -> None:
        self._image, self._labels, self._provenance = image, labels, provenance
        self._probabilities, self._values, self._value = probabilities, values, value
        self._parameters = parameters
        self._windows = windows or Windows(image)

    def decide(self, stroke: Covered | NDArray[np.bool_]) -> Task[Decision]:
        """Decide which pixels become the value.

        Those under the stroke always do; of the others, only pixels joined to it, that nobody painted or confirmed,
        and whose class the stroke crosses (or that have none yet).

        Parameters
        ----------
        stroke : Covered | NDArray[np.bool_]
            All that the pen has covered since it went down, as box and mask, or bool [H, W].

        Returns
        -------
        Task[Decision]
            Yields after each iteration; close it to cancel.

        Raises
        ------
        CrfError
            Arrays whose sizes differ.
        """
        yield Progress(0, 1)
        if isinstance(stroke, np.ndarray):
            stroke = Covered(Box(0, 0, stroke.shape[1], stroke.shape[0]), stroke)
        return Decision(stroke.box, stroke.mask.copy())
