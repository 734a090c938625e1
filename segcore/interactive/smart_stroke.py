"""Smart stroke: a scribble of one class, and the region round it that gets the class, too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.crf.parameters import CrfParameters
from segcore.editing.box import EMPTY, Box
from segcore.editing.brush import Covered
from segcore.interactive.firm_labels import firm
from segcore.interactive.gesture import Network, Probabilities, check_maps, stepped, trimmed
from segcore.interactive.stroke_evidence import ScribbleEvidence
from segcore.interactive.stroke_record import Origin
from segcore.interactive.window import Window, Windows
from segcore.labels.classes import IGNORE_INDEX
from segcore.progress import Progress, Task

Mask = NDArray[np.bool_]

STROKE = CrfParameters(w1=2.0, w2=2.0, theta_alpha=20.0, theta_beta=20.0, theta_gamma=1.0, iterations=5)
"""The pairwise energy of a stroke. The kernels are normalised, so that one of weight 1 decides only what is undecided;
a scribble says more than a prediction."""


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
    """Decides, while the pen moves, which pixels one stroke gives its class.

    Make one when the pen goes down and call `decide` with all that the stroke covers so far, as often as wanted (drop
    what you have no time for: each answer stands for itself, none builds on the last). One at a time; any thread.

    The question is put to a CRF of two classes, "becomes the value" and "stays", whatever their number in the project.
    The scribble is known to become the value; what is firm stays: other scribbles, what was painted by hand, what was
    confirmed (see `firm`). What a stroke grew is not firm: strokes compete, and the newest one wins in its own place.
    Of older scribbles of the classes that it crosses, the pixels under their pens stay and, unless it erases, from two
    radii of this pen on most of what they grew nearer to themselves. The evidence for the rest is: how many radii of
    the pen a pixel is away, whether its colour is rather one under the scribble or one of what lies elsewhere (as in
    Rother, Kolmogorov and Blake's GrabCut, 2004), how far it is from the scribble, where edges make ways longer, and
    whether the network is as doubtful there as under the scribble. The pairwise term makes the borders follow the
    image.

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
        The pairwise energy; None (best) takes the stroke's own, `STROKE`, which is stronger than a prediction's.
    windows : Windows | None
        What is kept between strokes on this image, so that the next one in the same place starts at once.
    origins : Callable[[Box], NDArray[np.uint8]] | None
        Values of `Origin`, [h, w] of a box: what of the painted pixels is a scribble and what a stroke grew. None: all
        is UNKNOWN, as if painted by hand.

    Raises
    ------
    CrfError
        Arrays whose sizes differ.
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
        origins: Callable[[Box], NDArray[np.uint8]] | None = None,
    ) -> None:
        check_maps(image, labels, provenance)
        self._origins = origins or _unknown
        self._labels, self._provenance = labels, provenance
        self._value = value
        self._parameters = parameters or STROKE
        self._windows = windows or Windows(image)
        self._network = Network(probabilities, values)

    def decide(self, stroke: Covered | NDArray[np.bool_]) -> Task[Decision]:
        """Decide which pixels become the value.

        Those under the stroke always do; of the others, only pixels joined to it, that are not firm, and whose class
        the stroke crosses (or that have none yet).

        Parameters
        ----------
        stroke : Covered | NDArray[np.bool_]
            All that the pen has covered since it went down, as box and mask, or bool [H, W].

        Returns
        -------
        Task[Decision]
            Yields between its steps and after each iteration; close it to cancel.

        Raises
        ------
        CrfError
            A stroke or probabilities of another size than they should have.
        """
        covered = trimmed(stroke, self._labels.shape)
        if covered.box.is_empty:
            return Decision(EMPTY, np.zeros((0, 0), np.bool_))
        yield Progress(0, 1)
        window = self._windows.around(covered.box)
        yield Progress(0, 1)
        crossed = self._crossed(covered)
        at = window.box.slices
        labels, provenance = self._labels[at], self._provenance[at]
        origins = self._origins(window.box)
        held = firm(labels, provenance, origins, window.cropped(covered), self._value)
        # an old scribble of a class that this one contests keeps its own pixels, and speaks for none round them
        rivals = held & (origins == Origin.SCRIBBLE) & crossed[labels]
        yield Progress(0, 1)
        evidence = ScribbleEvidence.of(
            window.labels(self._labels),
            window.labels(self._provenance),
            window.reduced(held & ~rivals),
            window.reduced(rivals),
            window.mask(covered),
            crossed,
            self._value,
        )
        odds = evidence.odds(window, self._network)
        yield Progress(0, 1)
        crf = window.crf(self._parameters)
        yield Progress(0, 1)
        becomes = 1.0 / (1.0 + np.exp(-odds))
        iterations = crf.infer(np.stack([becomes, 1.0 - becomes]), evidence.known())
        marginals = yield from stepped(iterations, 0, 1, int(self._parameters.iterations))
        return self._joined(window, covered, crossed[labels] & ~held, rivals, window.enlarged(marginals[0]) > 0.5)

    def _crossed(self, covered: Covered) -> Mask:
        """Bool [256]: class values that the stroke may change."""
        crossed = np.zeros(256, np.bool_)
        crossed[self._labels[covered.box.slices][covered.mask]] = True
        crossed[IGNORE_INDEX] = True
        crossed[self._value] = False
        return crossed

    def _joined(self, window: Window, covered: Covered, may: Mask, rivals: Mask, chosen: Mask) -> Decision:
        """Return what is chosen, may change and hangs together with the scribble, at full size.

        Pixels of ``rivals`` join others, but do not change.
        """
        scribble = window.cropped(covered)
        chosen &= may
        chosen |= scribble
        _, parts = cv2.connectedComponents((chosen | rivals).astype(np.uint8), connectivity=8)
        ours = np.zeros(int(parts.max()) + 1, np.bool_)
        ours[parts[scribble]] = True
        found = trimmed(Covered(window.box, ours[parts] & chosen), self._labels.shape)
        return Decision(found.box, found.mask)


def _unknown(box: Box) -> NDArray[np.uint8]:
    """Return the origins without a record."""
    return np.full((box.height, box.width), Origin.UNKNOWN, np.uint8)
