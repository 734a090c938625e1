"""History: undo and redo of the edits of one image."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable

from segcore.editing.edit import Edit, Tile


class History:
    """Undo and redo, limited by memory, not by the number of edits.

    Parameters
    ----------
    keep : int
        Number of newest edits that are never dropped, however large.
    max_bytes : int
        Beyond ``keep`` edits, the oldest are dropped when all together hold more bytes than this.
    done, undone : Iterable[Edit]
        Compressed edits at the start: for `undo`, oldest first, and for `redo`, the next one last.
    """

    def __init__(
        self,
        keep: int = 20,
        max_bytes: int = 512 * 1024 * 1024,
        done: Iterable[Edit] = (),
        undone: Iterable[Edit] = (),
    ) -> None:
        self._keep = keep
        self.max_bytes = max_bytes
        self._done = deque(done)
        self._undone = list(undone)
        self._raw: deque[Tile] = deque()

    def __len__(self) -> int:
        return len(self._done)

    @property
    def newest(self) -> Edit | None:
        """The edit that `undo` would return."""
        return self._done[-1] if self._done else None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the edits that are done, the oldest first."""
        return tuple(edit.name for edit in self._done)

    @property
    def undone_names(self) -> tuple[str, ...]:
        """Names of the edits that were taken back, the one that `redo` returns first."""
        return tuple(edit.name for edit in reversed(self._undone))

    @property
    def undo_name(self) -> str:
        """Name of the edit that `undo` returns; "" when there is none."""
        return self._done[-1].name if self._done else ""

    @property
    def redo_name(self) -> str:
        """Name of the edit that `redo` returns; "" when there is none."""
        return self._undone[-1].name if self._undone else ""

    @property
    def nbytes(self) -> int:
        """Memory in use, in bytes."""
        return sum(edit.nbytes for edit in self._done) + sum(edit.nbytes for edit in self._undone)

    def push(self, edit: Edit) -> None:
        """Add an edit that has just been made; undone edits can no longer be redone."""
        self._undone.clear()
        self._done.append(edit)
        self._raw.extend(tile for tile in edit.tiles if not tile.is_compressed)
        if not self._raw:
            self._evict()

    def extend(self, more: Edit) -> Edit | None:
        """Let the newest edit go on with ``more``, so that both are one step; return the step.

        None, and nothing changes, when there is no edit, or when edits were taken back that begin where it ends.
        """
        if not self._done or self._undone:
            return None
        joined = self._done.pop().joined(more)
        self.push(joined)
        return joined

    def undo(self) -> Edit | None:
        """Return the edit to undo, or None."""
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        return self._undone[-1]

    def redo(self) -> Edit | None:
        """Return the edit to redo, or None."""
        if not self._undone:
            return None
        self._done.append(self._undone.pop())
        return self._done[-1]

    def compress(self, seconds: float = float("inf")) -> bool:
        """Compress edits for about this long and keep the memory limit; return whether some are left."""
        until = time.perf_counter() + seconds
        while self._raw:
            self._raw.popleft().compress()
            if self._raw and time.perf_counter() >= until:
                return True
        self._evict()
        return False

    def _evict(self) -> None:
        held = self.nbytes
        while len(self._done) > self._keep and held > self.max_bytes:
            held -= self._done.popleft().nbytes
