"""ScribbleEvidence: the evidence for and against a pixel becoming the class of a scribble."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.interactive.colour_model import likelihood
from segcore.interactive.gesture import Network
from segcore.interactive.window import Window
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import Provenance

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

REACH = 2.0
"""How far a stroke reaches, in sizes of the stroke: there the odds have fallen to 1 / e."""
LEAST_SIZE = 4.0
"""Pixels; the size of a dot is at least this."""
CLOSE = (0.0, 1.0, 2.0), (4.0, 2.0, 0.0)
"""Distances from the scribble in radii of the pen, and log odds there: what lies beside a scribble most likely belongs
to it. Chosen by the strokes that a simulated person needs (docs/decisions/0014)."""
CEDED = (2.0, 4.0), (0.0, 3.0)
"""Distances in radii, and log odds against taking a pixel from an older scribble that is nearer to it."""
NEAR_RIM = 0.6
"""Share of the way to the side where the window cuts the image off, from which on a stroke counts less and less. So a
region that goes on beyond the window ends round the stroke, not along a straight line that nobody drew."""
ELSEWHERE = (1.5, 4.5)
"""Distances, in reaches, from which and up to which a pixel's colour counts more and more as one from elsewhere."""
KEEPING = 0.2
"""How much the colour of a pixel that keeps its class counts as one from elsewhere."""
COLOUR, COLOUR_LIMIT = 0.75, 3.0
"""How much the log odds of a colour count, and how high they may be."""
NETWORK, NETWORK_LIMIT = 1.5, 4.0
"""How much the network's log odds count once it is put right, and how high they may be."""
FORGIVEN = 0.75
"""Share of its usual log odds under the scribble by which the network is put right everywhere in the window: the
person says that it is wrong here, so what it is no surer of elsewhere is as doubtful."""
OTHERS = 3.0
"""Log odds of pixels that cannot change: for the value where they have it, against it elsewhere."""
PRIOR = 0.5
"""Log odds against a change of a pixel that has a class from a prediction or an import. What a person painted and then
runs over with another class gets none: measured, a filled region would not come back (docs/decisions/0014)."""
SURE = 10.0
"""Log odds beyond which nothing changes."""
_TINY = np.float32(1e-4)


@dataclass(frozen=True)
class ScribbleEvidence:
    """A scribble in a window; masks are bool [h, w].

    Attributes
    ----------
    scribble : NDArray[np.bool_]
        Becomes the value.
    open : NDArray[np.bool_]
        May become the value.
    own : NDArray[np.bool_]
        Has the value already.
    firm : NDArray[np.bool_]
        Cannot change: a person placed it, and the scribble does not run over it; see `firm_labels`.
    guessed : NDArray[np.bool_]
        Has a class that no person gave it: a prediction or an import.
    grown : NDArray[np.bool_]
        Open, with a class from an older stroke.
    rivals : NDArray[np.bool_]
        Older scribbles of the classes that this one crosses.
    crossed : NDArray[np.bool_]
        [256], class values that may change: those under the scribble, and no class.
    value : int
        Class of the scribble.
    """

    scribble: Mask
    open: Mask
    own: Mask
    firm: Mask
    guessed: Mask
    grown: Mask
    rivals: Mask
    crossed: Mask
    value: int

    @staticmethod
    def of(
        labels: NDArray[np.uint8],
        provenance: NDArray[np.uint8],
        firm: Mask,
        rivals: Mask,
        scribble: Mask,
        crossed: Mask,
        value: int,
    ) -> ScribbleEvidence:
        """Read it from uint8 [h, w] labels and provenance, bool [h, w] what of them cannot change, and the rivals."""
        own = (labels == value) & ~scribble
        may = crossed[labels] & ~firm & ~scribble
        guessed = (labels != IGNORE_INDEX) & (provenance < Provenance.PAINTED)
        grown = may & (labels != IGNORE_INDEX) & ~guessed
        return ScribbleEvidence(scribble, may, own, firm, guessed, grown, rivals, crossed, value)

    def known(self) -> NDArray[np.uint8]:
        """Return uint8 [h, w]: 0 where a pixel is known to become or have the value, 1 not to, 255 elsewhere."""
        known = np.full(self.scribble.shape, 255, np.uint8)
        known[self.firm] = 1
        known[(self.own & self.firm) | self.scribble] = 0
        return known

    def odds(self, window: Window, network: Network) -> Floats:
        """Return the log odds that a pixel becomes (or has) the value, float32 [h, w]."""
        away = self._away(window)
        odds = COLOUR * self._colour(window, away) - away + NETWORK * self._network(window, network)
        odds += self._close() - PRIOR * self.guessed
        odds = np.where(self.open, odds, np.float32(-OTHERS))
        odds[self.own] = OTHERS
        return np.asarray(np.maximum(odds, -SURE), np.float32)

    def _away(self, window: Window) -> Floats:
        """Return the geodesic distance from the scribble in reaches.

        A scribble's size is the root of its area: of a straight one, the geometric mean of length and width.
        """
        reach = REACH * max(math.sqrt(float(self.scribble.sum())), LEAST_SIZE / window.factor)
        away = window.terrain.distance(self.scribble) / np.float32(reach)
        return np.asarray(away + self._beyond(window), np.float32)

    def _close(self) -> Floats:
        """Return the log odds of the distance from the scribble, measured in radii of the pen.

        Half the scribble's thickness counts as radius. What is nearer to an older scribble, and grew, stays with it.
        """
        if self.scribble.all():
            return np.zeros(self.scribble.shape, np.float32)
        distance = _distance(self.scribble)
        radii = distance / np.float32(max(float(_distance(~self.scribble).max()) - 0.5, 0.5))
        odds = np.asarray(np.interp(radii, *CLOSE), np.float32)
        if self.value != IGNORE_INDEX and self.rivals.any():
            ceded = self.grown & (_distance(self.rivals) < distance)
            odds[ceded] -= np.asarray(np.interp(radii[ceded], *CEDED), np.float32)
        return odds

    def _beyond(self, window: Window) -> Floats | float:
        """Return how much a pixel lies where the scribble cannot reach in this window: 0, rising to SURE."""
        rows, columns = (np.flatnonzero(self.scribble.any(axis)) for axis in (1, 0))
        height, width = self.scribble.shape
        room = (rows[0], height - 1 - rows[-1], columns[0], width - 1 - columns[-1])
        limit = min((int(one) for one, cut in zip(room, window.cut, strict=True) if cut), default=0)
        if limit < 1:
            return 0.0
        distance = _distance(self.scribble) / np.float32(limit)
        return np.asarray(SURE * np.clip((distance - NEAR_RIM) / (1.0 - NEAR_RIM), 0.0, 1.0), np.float32)

    def _colour(self, window: Window, away: Floats) -> Floats:
        near, far = ELSEWHERE
        rest = np.clip((away - near) / (far - near), 0.0, 1.0) * self.open
        # an eraser's own pixels have no class: their colours are no region's that it could take away
        own = self.own & (self.value != IGNORE_INDEX)
        rest[~self.open & ~own & ~self.scribble] = KEEPING
        if not rest.any():
            return np.zeros_like(away)
        here = likelihood(window, self.scribble.astype(np.float32))
        odds = np.log(here / likelihood(window, np.asarray(rest, np.float32)))
        return np.asarray(np.clip(odds, -COLOUR_LIMIT, COLOUR_LIMIT), np.float32)

    def _network(self, window: Window, network: Network) -> Floats:
        among = self.crossed.copy()
        among[IGNORE_INDEX] = False
        against = network.highest(window, among)
        if against is None:  # the scribble crosses nothing that the network knows: then all but the value
            among[:] = True
            among[[self.value, IGNORE_INDEX]] = False
            against = network.highest(window, among)
        if against is None:
            return np.zeros(self.scribble.shape, np.float32)
        support = network.of(window, self.value)
        odds = -np.log(against + _TINY)
        if support is not None:
            odds += np.log(support + _TINY)
        # a class that the network does not know gets no support anywhere: only differences count
        usual = np.float32(np.median(odds[self.scribble])) * (FORGIVEN if support is not None else 1.0)
        return np.asarray(np.clip(odds - usual, -NETWORK_LIMIT, NETWORK_LIMIT), np.float32)


def _distance(mask: Mask) -> Floats:
    """Return how far each pixel is from a mask, bool [h, w], in pixels."""
    return np.asarray(cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, 5), np.float32)
