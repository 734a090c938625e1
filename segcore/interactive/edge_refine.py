"""Edge refine: a band along a border in which the labels are decided anew."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from segcore.crf.parameters import CrfParameters
from segcore.editing.box import EMPTY, Box
from segcore.editing.brush import Covered
from segcore.interactive.edge_evidence import EdgeEvidence
from segcore.interactive.gesture import Network, Probabilities, check_maps, stepped, trimmed
from segcore.interactive.window import Window, Windows
from segcore.progress import Progress, Task

Kind = TypeVar("Kind", np.uint8, np.bool_)

BAND = CrfParameters(w1=8.0, w2=1.0, theta_alpha=8.0, theta_beta=10.0, theta_gamma=1.5, iterations=5)
"""The pairwise energy of a band."""
TILE, MARGIN = 128, 32
"""Pixels. A band too long for one window is decided in tiles, each with what lies round it."""


@dataclass(frozen=True)
class Redecision:
    """Labels of a box after its band was decided anew.

    Attributes
    ----------
    box : Box
        Around the band, inside the image; empty when the band is.
    labels : NDArray[np.uint8]
        [box.height, box.width]; outside the band what they were before. Paint, a value at a time, where they differ
        from the label map.
    """

    box: Box
    labels: NDArray[np.uint8]


class EdgeRefine:
    """Decides, while the pen moves, where the borders under it run.

    Beside the band the labels are known. In it speak, for each class that touches it: the present labels, blurred; how
    often the pixel's colour occurs in the class near the band; the network. The pairwise term draws the border to the
    edges of the image. A band is always decided at full size; a long one in tiles, of which only those are computed
    again in which it has grown.

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
    parameters : CrfParameters | None
        The pairwise energy; None (best) takes the band's own, `BAND`.
    windows : Windows | None
        What is kept between strokes on this image, so that the next one in the same place starts at once.

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
        parameters: CrfParameters | None = None,
        windows: Windows | None = None,
    ) -> None:
        check_maps(image, labels, provenance)
        self._labels = labels
        self._parameters = parameters or BAND
        self._windows = windows or Windows(image)
        self._network = Network(probabilities, values)
        self._tiles: dict[Box, tuple[bytes, NDArray[np.uint8]]] = {}

    def decide(self, band: Covered | NDArray[np.bool_]) -> Task[Redecision]:
        """Decide the labels under ``band`` anew, painted ones too, among the classes that touch it.

        What is thin keeps its middle line, so that it cannot vanish.

        Parameters
        ----------
        band : Covered | NDArray[np.bool_]
            All that the pen has covered since it went down, as box and mask, or bool [H, W].

        Returns
        -------
        Task[Redecision]
            Yields after each iteration; close it to cancel.

        Raises
        ------
        CrfError
            A band or probabilities of another size than they should have.
        """
        covered = trimmed(band, self._labels.shape)
        box = covered.box
        if box.is_empty:
            return Redecision(EMPTY, np.zeros((0, 0), np.uint8))
        labels = self._labels[box.slices].copy()
        yield Progress(0, 1)
        if self._windows.is_enough(box):
            window = self._windows.around(box)
            decided = yield from self._decided(window, window.cropped(covered), 0, 1)
            np.copyto(labels, _part(decided, window.box, box), where=covered.mask)
            return Redecision(box, labels)
        tiles = _tiles(covered)
        for done, tile in enumerate(tiles):
            decided = yield from self._tile(tile, covered, done, len(tiles))
            inner = Box(*np.maximum(tile[:2], box[:2]).tolist(), *np.minimum(tile[2:], box[2:]).tolist())
            mask = _part(covered.mask, box, inner)
            np.copyto(_part(labels, box, inner), _part(decided, tile, inner), where=mask)
        return Redecision(box, labels)

    def _tile(self, tile: Box, covered: Covered, done: int, total: int) -> Generator[Progress, None, NDArray[np.uint8]]:
        """Labels of a tile; those of the last time when the band in and round it is the same."""
        around = tile.widened(MARGIN)
        window = self._windows.at(around.clipped(*self._labels.shape))
        band = window.cropped(covered)
        key = np.packbits(band).tobytes()
        known = self._tiles.get(tile)
        if known is None or known[0] != key:
            decided = yield from self._decided(window, band, done, total)
            known = (key, _part(decided, window.box, tile.clipped(*self._labels.shape)).copy())
            self._tiles[tile] = known
        return known[1]

    def _decided(
        self, window: Window, band: NDArray[np.bool_], done: int, total: int
    ) -> Generator[Progress, None, NDArray[np.uint8]]:
        """Labels of a window at full size; right in the band only."""
        labels = window.labels(self._labels)
        evidence = EdgeEvidence.of(labels, band)
        if len(evidence.values) < 2:
            return labels
        odds = evidence.odds(window, self._network)
        shares = np.exp(odds - odds.max(axis=0))
        # one more for whatever does not touch the band: known where it is, and impossible elsewhere
        shares = np.concatenate([shares, np.zeros_like(shares[:1])])
        crf = window.crf(self._parameters)
        yield Progress(done, total)
        iterations = crf.infer(shares, evidence.known())
        marginals = yield from stepped(iterations, done, total, int(self._parameters.iterations))
        return np.where(band, evidence.values[marginals[:-1].argmax(axis=0)], labels)


def _part(array: NDArray[Kind], box: Box, inner: Box) -> NDArray[Kind]:
    """View of ``array``, which lies at ``box``, at ``inner``."""
    return array[inner.top - box.top : inner.bottom - box.top, inner.left - box.left : inner.right - box.left]


def _tiles(covered: Covered) -> list[Box]:
    """Tiles of a fixed grid that hold pixels of the band."""
    box = covered.box
    found = []
    for top in range(box.top // TILE * TILE, box.bottom, TILE):
        for left in range(box.left // TILE * TILE, box.right, TILE):
            rows = slice(max(top - box.top, 0), top + TILE - box.top)
            if covered.mask[rows, max(left - box.left, 0) : left + TILE - box.left].any():
                found.append(Box(left, top, left + TILE, top + TILE))
    return found
