"""Crf: an energy and the engine that minimises it. `refine`: the one function that refines probabilities."""

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
    """How to refine images: parameters, engine, device and protected classes.

    Attributes
    ----------
    parameters : CrfParameters
        The energy.
    engine : Engine
        ``exact``: pydensecrf, in a process of its own. ``fast``: our own, in torch. ``auto`` is ``fast`` on every
        machine, so that a result does not depend on what is installed.
    device : str or None
        Of the fast engine: ``cpu`` or ``cuda``; None or ``auto``: the GPU if torch finds one with enough free memory,
        else the CPU.
    protected : tuple[int, ...]
        Channels of the protected classes, which keep their predicted pixels; see `protection`.
    """

    parameters: CrfParameters
    engine: Engine = "auto"
    device: str | None = None
    protected: tuple[int, ...] = ()

    def require(self) -> None:
        """Raise CrfError when the engine is not installed; the remedy says how to install it."""
        require_engine(self.engine)

    def refine(self, image: NDArray[np.uint8], probabilities: NDArray[np.float32]) -> Task[NDArray[np.float32]]:
        """Refine like `segcore.crf.refine`, then restore the protected classes."""
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
        """Refine tile by tile, for arrays larger than memory: both may be memory-mapped files.

        Parameters
        ----------
        image : NDArray[np.uint8]
            RGB, [H, W, 3].
        probabilities : NDArray[np.floating]
            [C, H, W], float16 or float32; see `segcore.crf.refine`.

        Yields
        ------
        Progress or Piece
            The pieces cover the image. When memory runs out, they start again with smaller tiles. Raises CrfError,
            also when the smallest tiles do not fit either.
        """
        check_sizes(image, probabilities)
        channels, height, width = probabilities.shape
        backend = Backend.for_choice(self.engine, self.device, channels)
        side = side_for(height, width, channels, backend.pixels_in_room(channels, self.parameters))
        if backend.engine == "exact":
            side = min(side, max(SMALLEST_SIDE, self.parameters.longest_side))
        while True:
            try:
                yield from self._tiled(image, probabilities, backend, tiles_for(height, width, side, self.parameters))
                return
            except MemoryError as error:
                side = min(side, max(height, width)) // 2
                if side < SMALLEST_SIDE:
                    raise CrfError(
                        f"There is not enough memory to refine an image of {width} x {height} pixels with {channels} "
                        "classes.",
                        "Close other programs, or choose the fast engine on the CPU.",
                    ) from error
                yield Progress(0, 0, "Not enough memory; refining in smaller tiles")

    def _tiled(
        self, image: NDArray[np.uint8], probabilities: NDArray[np.floating], backend: Backend, tiles: list[Tile]
    ) -> Iterator[Progress | Piece]:
        total = self.parameters.iterations * len(tiles)
        for number, tile in enumerate(tiles):
            before = number * self.parameters.iterations
            rows, columns = tile.outer.slices
            shares = np.asarray(probabilities[:, rows, columns], np.float32)
            for _ in check_values(shares):
                yield Progress(before, total, "Refining")
            if len(shares) > 1:
                task = backend.mean_field(image[rows, columns], shares, self.parameters)
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
    """Refine probabilities so that their borders follow the edges in the image.

    Parameters
    ----------
    image : NDArray[np.uint8]
        RGB, [H, W, 3].
    probabilities : NDArray[np.float32]
        [C, H, W], not negative. A pixel whose values are all 0 is undecided. With one class, the result equals them.
    parameters, engine, device
        See `Crf`.

    Returns
    -------
    Task[NDArray[np.float32]]
        [C, H, W], 0-1, summing to 1 at each pixel. It yields after each iteration; the exact engine at least every
        50 ms, because it runs in another process, which closing the task ends at once. Python's global lock stays
        free. An image too large for the memory is refined in tiles that overlap by several standard deviations.

    Raises
    ------
    CrfError
        The sizes differ, a value is negative or not finite, the engine is not installed or died, or the memory is too
        small even for small tiles. The exact engine only: θα or θγ is too small even for a tile
        (`CrfParameters.check_reach`).
    """
    return Crf(parameters, engine, device).refine(image, probabilities)
