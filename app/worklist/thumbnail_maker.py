"""ThumbnailMaker: thumbnails from the cache on the disk, or made and kept there. For a lane: no Qt here."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from segcore.errors import ImageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from segcore.images.thumbnail_cache import ThumbnailCache

logger = logging.getLogger(__name__)

SECONDS = 0.03
"""How long thumbnails are made before those that are ready are shown; at least one."""


class ThumbnailMaker:
    """Makes thumbnails of the images of a folder.

    Parameters
    ----------
    megabytes : float
        What the cache may take on the disk; 0 keeps nothing. May be set while a lane works.
    """

    def __init__(self, megabytes: float) -> None:
        self.megabytes = megabytes
        self._cache: ThumbnailCache | None = None
        self._cache_megabytes = megabytes

    def make(
        self, folder: Path, image_ids: Iterable[str], width: int, height: int
    ) -> dict[str, NDArray[np.uint8] | ImageError | None]:
        """Return the thumbnails of some of these images, the first ones: as many as there is time for.

        The error of one that cannot be read; None for one that is too large, see `thumbnail`.
        """
        end, cache = time.monotonic() + SECONDS, self._opened()
        found: dict[str, NDArray[np.uint8] | ImageError | None] = {}
        new: dict[Path, NDArray[np.uint8]] = {}
        for image_id in image_ids:
            path = folder / image_id
            kept = cache.get(path, width, height)
            made = _made(path, width, height) if kept is None else kept
            if kept is None and isinstance(made, np.ndarray):
                new[path] = made
            found[image_id] = made
            if time.monotonic() >= end:
                break
        cache.put(new)
        return found

    def close(self) -> None:
        """Let the cache go, once no lane works."""
        if self._cache is not None:
            self._cache.close()

    def _opened(self) -> ThumbnailCache:
        from platformdirs import user_cache_dir

        from segcore.images.thumbnail_cache import ThumbnailCache

        wanted = self.megabytes
        if self._cache is None or self._cache_megabytes != wanted:
            self.close()
            file = Path(user_cache_dir("maskwright", appauthor=False)) / "thumbnails.sqlite"
            self._cache, self._cache_megabytes = ThumbnailCache(file, wanted), wanted
        return self._cache


def _made(path: Path, width: int, height: int) -> NDArray[np.uint8] | ImageError | None:
    try:
        return thumbnail(path, width, height)
    except Exception:  # one image that nobody thought of must not keep the others from being seen
        logger.warning("No thumbnail of %s", path, exc_info=True)
        return None


def thumbnail(path: Path, width: int, height: int) -> NDArray[np.uint8] | ImageError | None:
    """Read an image, fill ``width`` x ``height`` with its middle: uint8 [height, width, 3] RGB.

    The error when it cannot be read; None when it is too large for a thumbnail, see
    `segcore.images.image.read_thumbnail`.
    """
    from segcore.images.image import ThumbnailError, read_thumbnail

    try:
        return read_thumbnail(path, width, height)
    except ThumbnailError:
        return None
    except ImageError as error:
        return error
