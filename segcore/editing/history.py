"""History: the edits of one image, to go back and forth in."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable

from segcore.editing.edit import Edit, Tile


class History:
    """Undo and redo, limited by memory instead of by number.

    Parameters
    ----------
    keep : int
        The newest edits that are never dropped, however large.
    max_bytes : int
        Beyond ``keep`` edits, the oldest go when all together hold more than this.
    done, undone : Iterable[Edit]
        Compressed edits to begin with: those that `undo` takes back, oldest first, and those that `redo` does again,
        the next one last.
    """

    def __init__(
        self,
        keep: int = 20,
        max_bytes: int = 512 * 1024 * 1024,
        done: Iterable[Edit] = (),
        undone: Iterable[Edit] = (),
    ) -> None:
        self._keep = keep
        self._max_bytes = max_bytes
        self._done = deque(done)
        self._undone = list(undone)
        self._raw: deque[Tile] = deque()

    def __len__(self) -> int:
        return len(self._done)

    @property
    def undo_name(self) -> str:
        """Name of what `undo` would take back; empty when there is nothing."""
        return self._done[-1].name if self._done else ""

    @property
    def redo_name(self) -> str:
        """Name of what `redo` would do again; empty when there is nothing."""
        return self._undone[-1].name if self._undone else ""

    @property
    def nbytes(self) -> int:
        """Memory held, in bytes."""
        return sum(edit.nbytes for edit in self._done) + sum(edit.nbytes for edit in self._undone)

    def push(self, edit: Edit) -> None:
        """Remember an edit that has just been done; what was undone before can no longer be redone."""
        self._undone.clear()
        self._done.append(edit)
        self._raw.extend(tile for tile in edit.tiles if not tile.is_compressed)
        if not self._raw:
            self._evict()

    def undo(self) -> Edit | None:
        """Return the edit to take back, or None."""
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        return self._undone[-1]

    def redo(self) -> Edit | None:
        """Return the edit to do again, or None."""
        if not self._undone:
            return None
        self._done.append(self._undone.pop())
        return self._done[-1]

    def compress(self, seconds: float = float("inf")) -> bool:
        """Compress edits for about so long; return whether some are left. The limit of memory is kept when none is."""
        until = time.perf_counter() + seconds
        while self._raw:
            self._raw.popleft().compress()
            if self._raw and time.perf_counter() >= until:
                return True
        self._evict()
        return False

    def _evict(self) -> None:
        held = self.nbytes
        while len(self._done) > self._keep and held > self._max_bytes:
            held -= self._done.popleft().nbytes
