"""Crf: an energy and the engine that minimises it; `refine`, the one way to refine probabilities."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from segcore.crf.engines import Backend, Engine, require_engine
from segcore.crf.parameters import CrfParameters
from segcore.crf.protection import protect
from segcore.crf.tiles import SMALLEST_SIDE, Tile, side_for, tiles_for
from segcore.crf.unary import check_sizes, check_values
from segcore.errors import CrfError
from segcore.images.blending import Piece
from segcore.progress import Progress, Task, mapped


@dataclass(frozen=True)
class Crf:
    """How to refine, as those take it who refine many images.

    Attributes
    ----------
    parameters : CrfParameters
        The energy.
    engine : Engine
        ``exact``: pydensecrf, in a process of its own. ``fast``: ours, in torch. ``auto`` is ``fast`` everywhere, so
        that an answer does not depend on what happens to be installed.
    device : str or None
        For the fast engine: ``cpu`` or ``cuda``; None or ``auto``: the GPU where torch sees one with room, else the
        CPU.
    protected : tuple[int, ...]
        Channels that keep the pixels the network gave them; see `protection`.
    """

    parameters: CrfParameters
    engine: Engine = "auto"
    device: str | None = None
    protected: tuple[int, ...] = ()

    def require(self) -> None:
        """Raise CrfError, with what to install, when the engine is not there."""
        require_engine(self.engine)

    def refine(self, image: NDArray[np.uint8], probabilities: NDArray[np.float32]) -> Task[NDArray[np.float32]]:
        """Do what `segcore.crf.refine` does, and protect what is to be protected."""
        whole: NDArray[np.float32] | None = None
        with closing(self.pieces(image, probabilities)) as steps:
            for step in steps:
                if isinstance(step, Progress):
                    yield step
                elif step.probabilities.shape == probabilities.shape:
                    return step.probabilities
                else:
                    whole = np.empty(probabilities.shape, np.float32) if whole is None else whole
                    whole[:, step.rows, step.columns] = step.probabilities
        assert whole is not None
        return whole

    def pieces(
        self, image: NDArray[np.uint8], probabilities: NDArray[np.floating]
    ) -> Generator[Progress | Piece, None, None]:
        """Refine part by part, for arrays that memory does not hold: both may be mapped files.

        Parameters
        ----------
        image : NDArray[np.uint8]
            RGB, [H, W, 3].
        probabilities : NDArray[np.floating]
            [C, H, W], float16 or float32; see `segcore.crf.refine`.

        Yields
        ------
        Progress or Piece
            Pieces cover the image. When memory ran out they begin again with smaller ones. Raises CrfError, also when
            the smallest do not fit either.
        """
        check_sizes(image, probabilities)
        channels, height, width = probabilities.shape
        means = Backend.for_choice(self.engine, self.device, channels)
        side = side_for(height, width, channels, means.pixels_in_room(channels, self.parameters))
        if means.engine == "exact":
            side = min(side, max(SMALLEST_SIDE, self.parameters.longest_side))
        while True:
            try:
                yield from self._tiled(image, probabilities, means, tiles_for(height, width, side, self.parameters))
                return
            except MemoryError as error:
                side = min(side, max(height, width)) // 2
                if side < SMALLEST_SIDE:
                    raise CrfError(
                        f"There is not enough memory to refine an image of {width} x {height} pixels with {channels} "
                        "classes.",
                        "Close other programs, or choose the fast engine on the CPU.",
                    ) from error
                yield Progress(0, 0, "Not enough memory; refining in smaller parts")

    def _tiled(
        self, image: NDArray[np.uint8], probabilities: NDArray[np.floating], means: Backend, tiles: list[Tile]
    ) -> Iterator[Progress | Piece]:
        total = self.parameters.iterations * len(tiles)
        for number, tile in enumerate(tiles):
            before = number * self.parameters.iterations
            rows, columns = tile.outer.slices
            shares = np.asarray(probabilities[:, rows, columns], np.float32)
            for _ in check_values(shares):
                yield Progress(before, total, "Refining")
            if len(shares) > 1:
                task = means.mean_field(image[rows, columns], shares, self.parameters)
                found = yield from mapped(task, partial(_refining, before, total))
                shares = protect(found, shares, self.protected)
            else:
                shares = shares.copy()
            yield Piece(*tile.inner.slices, shares[tile.kept])


def _refining(before: float, total: float, step: Progress) -> Progress:
    return Progress(before + step.done, total, "Refining")


def refine(
    image: NDArray[np.uint8],
    probabilities: NDArray[np.float32],
    parameters: CrfParameters,
    engine: Engine = "auto",
    device: str | None = None,
) -> Task[NDArray[np.float32]]:
    """Refine probabilities so that their borders follow the image.

    Parameters
    ----------
    image : NDArray[np.uint8]
        RGB, [H, W, 3].
    probabilities : NDArray[np.float32]
        [C, H, W], not negative. A pixel without any counts as undecided. With one class they come back unchanged.
    parameters, engine, device
        See `Crf`.

    Returns
    -------
    Task[NDArray[np.float32]]
        [C, H, W], 0-1, summing to 1 at each pixel. Steps come after each iteration, of the exact engine at least
        every 50 ms (its iterations run in another process, which closing the task ends at once). Python's global
        lock is free meanwhile. An image too large for the memory is refined in tiles that overlap by several reaches.

    Raises
    ------
    CrfError
        Sizes that differ, values that are not finite or negative, an engine that is not installed or died, too little
        memory even for small tiles, and for the exact engine reaches too small even for a tile
        (`CrfParameters.check_reach`; the fast one does without).
    """
    return Crf(parameters, engine, device).refine(image, probabilities)
