"""KeptPredictions: the model's answers for the images of a project, ``predictions/<image id>.npz``."""

from __future__ import annotations

import os
from pathlib import Path

from segcore.files.atomic import writing
from segcore.files.inside import check_stays_inside
from segcore.labels.classes import ClassSet
from segcore.labels.probability_map import ProbabilityMap, load_prediction, save_prediction
from segcore.project.image_id import check_image_id
from segcore.project.image_list import ImageList
from segcore.project.label_store import now
from segcore.project.write_access import WriteAccess


class KeptPredictions:
    """The predictions in the project folder ``root`` for the images in ``images``."""

    def __init__(self, root: Path, access: WriteAccess, images: ImageList) -> None:
        self._root = root
        self._access = access
        self._images = images

    def path(self, image_id: str) -> Path:
        """Return the file of a prediction; it need not exist."""
        return self._root / "predictions" / f"{check_image_id(image_id)}.npz"

    def save(self, image_id: str, prediction: ProbabilityMap) -> None:
        """Write a prediction. Raises ProjectError."""
        path = self.path(image_id)
        check_stays_inside(self._root, path)
        with self._access.writing():
            pass  # may this process write? Compressing takes too long to hold the lock meanwhile.
        with writing(path):
            save_prediction(path, prediction)
        self._images.note(
            image_id,
            uncertainty=prediction.mean_uncertainty,
            predicted_at=now(),
            prediction_stamp=path.stat().st_mtime_ns,
        )

    def load(self, image_id: str, classes: ClassSet, shape: tuple[int, int] | None) -> ProbabilityMap | None:
        """Read a prediction in these classes; None when there is none. Raises LabelError."""
        path = self.path(image_id)
        return load_prediction(path, classes.indices, shape) if os.path.lexists(path) else None
