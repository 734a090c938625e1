"""KeptPredictions: the model's answers for the images of a project, ``predictions/<image id>.npz``.

Each names the picture that it was made of. One of another picture, because the image file was replaced since, is never
returned: the image is predicted again. Those of earlier versions of Maskwright name none.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from segcore.errors import ImageError, LabelError, LabelSizeError
from segcore.files.atomic import writing
from segcore.files.inside import check_stays_inside
from segcore.files.stamp import Stamp
from segcore.images.picture import Picture
from segcore.labels.classes import ClassSet
from segcore.labels.probability_map import (
    Certainty,
    ProbabilityMap,
    load_certainty,
    load_prediction,
    save_prediction,
    stored_picture,
)
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

    def save(self, image_id: str, prediction: ProbabilityMap, picture: Picture | None) -> None:
        """Write a prediction, made of this picture. Raises ProjectError."""
        path = self.path(image_id)
        check_stays_inside(self._root, path)
        with self._access.writing():
            pass  # may this process write? Compressing takes too long to hold the lock meanwhile.
        with writing(path):
            save_prediction(path, prediction, picture)
        stamp = Stamp.of(path).time
        self._images.note(image_id, uncertainty=prediction.mean_uncertainty, predicted_at=now(), prediction_stamp=stamp)

    def load(
        self,
        image_id: str,
        classes: ClassSet,
        shape: tuple[int, int] | None = None,
        pixels: Callable[[], str] | None = None,
    ) -> ProbabilityMap | None:
        """Read a prediction in these classes; None when there is none.

        ``pixels`` returns the `content_key` of the image as the caller has read it, and may wait for that. Without it
        the image is read when its file was changed.

        Raises LabelError when the prediction is damaged, of another size or of another picture.
        """
        path = self.path(image_id)
        if not os.path.lexists(path):
            return None
        try:
            found = load_prediction(path, classes.indices, shape)
        except LabelSizeError:
            self._note(image_id, None)
            raise
        self._check(image_id, pixels)
        self._note(image_id, found.mean_uncertainty)
        return found

    def load_certainty(self, image_id: str, shape: tuple[int, int]) -> Certainty | None:
        """Read how sure a prediction is; None when there is none. Raises LabelError as `load` does."""
        path = self.path(image_id)
        if not os.path.lexists(path):
            return None
        self._check(image_id)
        return load_certainty(path, shape)

    def _check(self, image_id: str, pixels: Callable[[], str] | None = None) -> None:
        """Raise LabelError when the prediction was made of another picture than the image is now."""
        made_of = Picture.from_json(stored_picture(self.path(image_id)))
        if made_of is None:
            return
        try:
            same = made_of.is_in(self._images.path(image_id)) if pixels is None else made_of.pixels == pixels()
        except ImageError:  # it cannot be compared; who reads the image is told
            return
        if not same:
            self._note(image_id, None)
            raise LabelError(
                f"The prediction of {image_id} is of another picture: the image file was replaced since.",
                "Predict this image again.",
            )

    def _note(self, image_id: str, uncertainty: float | None) -> None:
        """Keep in the index whether the image has a prediction; None: the one that is there is of another picture."""
        row = self._images.index.row(image_id)
        if row is None or (row.predicted_at is None) == (uncertainty is None):
            return
        stamp = Stamp.of(self.path(image_id)).time
        time = datetime.fromtimestamp(stamp / 1e9, UTC).isoformat(timespec="microseconds")
        predicted_at = None if uncertainty is None else time
        self._images.note(image_id, uncertainty=uncertainty, predicted_at=predicted_at, prediction_stamp=stamp)
