"""NetworkInUse: lets the network that predicts a project's images say what it thinks, beside the frozen one.

Imports torch.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from segcore.adaptation.class_shares import ClassShares
from segcore.adaptation.feature_pyramid import STRIDE, FeaturePyramid, Floats
from segcore.adaptation.features import TILE, blend
from segcore.images.tiling import GRID, tiles_for
from segcore.labels.class_mapping import ClassMapping
from segcore.labels.classes import ClassSet
from segcore.models.lineage import fingerprint, seen_by
from segcore.models.model import Model
from segcore.prediction import Predictor
from segcore.prediction.labels_to_correct import reliable
from segcore.progress import Progress, Task


class NetworkInUse:
    """A network on a device, and which classes of a project it knows reliably.

    Those are the classes with which it was mostly right on held-out images (`segcore.prediction.labels_to_correct`): a
    class that it says in wrong places costs a person more strokes than one that it does not say.

    Parameters
    ----------
    model : Model
        Its probabilities are calibrated by its temperature.
    mapping : ClassMapping
        From its classes to the project's.
    classes : ClassSet
        Of the project.
    device : str
        See `segcore.hardware.device.choose_device`.
    name : str
        Names the network and the mapping; see `ClassShares`.
    """

    def __init__(
        self, model: Model, mapping: ClassMapping, classes: ClassSet, device: str = "cpu", name: str = ""
    ) -> None:
        self.name = name
        self._predictor = Predictor(model, device)
        says = reliable(model, mapping, classes)
        self._channels = {
            int(value): list(channels)
            for value in (classes.indices if says is None else classes.indices[says])
            if (channels := mapping.channels((int(value),), model.classes))
        }
        self._seen = seen_by(model.lineage)

    @property
    def knows_any(self) -> bool:
        """Whether it knows a class of the project reliably."""
        return bool(self._channels)

    def join(
        self, image: NDArray[np.uint8], pyramid: FeaturePyramid, key: str = "", tile: int = TILE
    ) -> Task[FeaturePyramid]:
        """Return the features of an image, uint8 RGB [H, W, 3], with what the network says of it.

        ``key`` is the image's in trainings, such as its id; it says whether the network was trained on it.

        An image that the frozen network looked at on a smaller copy keeps its features alone: on that copy, things are
        smaller than the network in use has learned them. Raises what `Predictor.probabilities` raises.
        """
        if pyramid.strides[0] != STRIDE or not self.knows_any:
            return replace(pyramid, shares=None)
        padded = np.pad(image, ((0, -image.shape[0] % GRID), (0, -image.shape[1] % GRID), (0, 0)), mode="edge")
        rows, columns = padded.shape[:2]
        shares = np.zeros((rows // STRIDE, columns // STRIDE, len(self._channels)), np.float16)
        tiles = tiles_for(rows, columns, tile)
        for number, piece in enumerate(tiles):
            yield Progress(number, len(tiles), "Looking at the image")
            probabilities = yield from self._predictor.probabilities(padded[piece.rows, piece.columns])
            blend(shares, STRIDE, piece, self._of_cells(probabilities))
        values, seen = tuple(self._channels), fingerprint(key) in self._seen
        return replace(pyramid, shares=ClassShares(values, shares, STRIDE, self.name, seen))

    def _of_cells(self, probabilities: NDArray[np.float32]) -> Floats:
        """Float32 [M, H, W] of the network's classes -> [H / STRIDE, W / STRIDE, C] means of those of the project."""
        height, width = probabilities.shape[1] // STRIDE, probabilities.shape[2] // STRIDE
        found = np.empty((height, width, len(self._channels)), np.float32)
        for column, channels in enumerate(self._channels.values()):
            plane = probabilities[channels].sum(0)
            found[..., column] = plane.reshape(height, STRIDE, width, STRIDE).mean((1, 3))
        return found
