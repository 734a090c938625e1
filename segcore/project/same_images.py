"""Same images: which image of this project is which of another one, by path or by content."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from segcore.errors import ProjectError
from segcore.files.regular_file import open_regular
from segcore.files.stamp import Stamp
from segcore.images.page_path import split_id
from segcore.project.project import Project

_PIECE = 1 << 20


class SameImages:
    """Finds the images of ``other`` in ``project``. Files of the same size are read to compare them, each once."""

    def __init__(self, project: Project, other: Project) -> None:
        self._project = project
        self._other = other
        self._ids = set(project.image_ids())
        self._digests: dict[Path, str] = {}
        self._copies: dict[str, str] = {}
        self._by_size: dict[int, list[str]] = defaultdict(list)
        for image_id in project.image_ids():
            self._by_size[Stamp.of(project.image_file(image_id)).size].append(image_id)

    def find(self, image_id: str) -> str | None:
        """Return the image of ``project`` with the content of this one of ``other``; None: there is none.

        The same path counts first. It also counts where the file of ``other`` is missing, as in a packed project
        without images. A page or slice is found in a file of the same content, under the same number.
        """
        file, page = split_id(image_id)
        if file in self._copies:
            copy = self._copies[file] + (f"/{page}" if page else "")
            return copy if copy in self._ids else None
        try:
            path = self._other.image_file(image_id)
        except ProjectError:
            return None
        if Stamp.of(path) == Stamp():
            return image_id if image_id in self._ids else None
        candidates = sorted(self._of_size(path), key=lambda each: each != image_id)
        return next((each for each in candidates if split_id(each)[1] == page and self._equal(each, path)), None)

    def has_file(self, file: str) -> bool:
        """Whether ``project`` has a file with the content of this image file of ``other``."""
        path = self._other.image_file(file)
        return any(self._equal(each, path) for each in self._of_size(path))

    def note_copies(self, copies: dict[str, str]) -> None:
        """Know from now on that files of ``other`` were copied: the path there and the path in ``project``."""
        self._copies.update(copies)
        self._ids = set(self._project.image_ids())

    def _of_size(self, path: Path) -> list[str]:
        return self._by_size.get(Stamp.of(path).size, [])

    def _equal(self, image_id: str, path: Path) -> bool:
        return self._digest(self._project.image_file(image_id)) == self._digest(path) != ""

    def _digest(self, path: Path) -> str:
        """SHA-256 of a file; "" when it cannot be read."""
        if path not in self._digests:
            self._digests[path] = ""
            with suppress(OSError):
                digest = hashlib.sha256()
                for piece in _pieces(path):
                    digest.update(piece)
                self._digests[path] = digest.hexdigest()
        return self._digests[path]


def _pieces(path: Path) -> Iterator[bytes]:
    with open_regular(path) as file:
        while piece := file.read(_PIECE):
            yield piece
