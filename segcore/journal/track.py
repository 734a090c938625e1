"""Track: the records of a journal gone through, to the steps that can be taken back and done again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from segcore.editing import Edit
from segcore.errors import LabelError
from segcore.journal.records import HEADER_BYTES, Header, Kind, pack, pack_edit, read_edit, records


class Step(NamedTuple):
    """One edit of the history.

    Attributes
    ----------
    edit : Edit
        Compressed.
    state : int
        Fingerprint of the label map after it.
    body : bytes
        Its record.
    parts : tuple[bytes, ...]
        Records of the same gesture, written while it went on.
    """

    edit: Edit
    state: int
    body: bytes
    parts: tuple[bytes, ...] = ()


@dataclass
class Track:
    """What the records of a journal lead to.

    Attributes
    ----------
    header : Header
        The image, and the state at the beginning.
    done, undone : list[Step]
        Steps to take back, oldest first; steps to do again, the next one last.
    parts : list[Step]
        A gesture that was not ended, as far as it had come each time.
    end : int
        Bytes of the file that are sound.
    since : list[tuple[Edit, bool]] | None
        What leads from the labels that were looked for to here: edits, and whether each is done (or taken back). None
        while the labels were not found.
    found : int
        Bytes of the file up to the place where the labels were found.
    is_damaged : bool
        Whether something stands behind ``end`` that cannot be read, other than a record that was cut off.
    """

    header: Header
    done: list[Step] = field(default_factory=list)
    undone: list[Step] = field(default_factory=list)
    parts: list[Step] = field(default_factory=list)
    end: int = HEADER_BYTES
    since: list[tuple[Edit, bool]] | None = None
    found: int = HEADER_BYTES
    is_damaged: bool = False

    @property
    def state(self) -> int:
        """Fingerprint of the label map here, without a gesture that was not ended."""
        return self.done[-1].state if self.done else self.header.base

    def follow(self, data: bytes, wanted: int | None = None) -> Track:
        """Go through the records of a file, looking for the labels with fingerprint ``wanted``; return itself."""
        if wanted == self.state:
            self.since = []
        try:
            for kind, body, end in records(data):
                found = self._follow(kind, body, wanted)
                self.end = end
                self.found = end if found else self.found
        except (LabelError, IndexError):  # IndexError: nothing to take back or to do again
            self.is_damaged = True
        return self

    def _follow(self, kind: Kind, body: bytes, wanted: int | None) -> bool:
        """Take one more record; return whether it leads to the labels that are looked for."""
        edit, forward = self._take(kind, body)
        if kind is Kind.PART:
            found = wanted == self.parts[-1].state
            if found:
                self.since = [(edit, False)]
            return found
        found = wanted == self.state
        if found:
            self.since = []
        elif self.since is not None:
            self.since.append((edit, forward))
        return found

    def _take(self, kind: Kind, body: bytes) -> tuple[Edit, bool]:
        if kind in (Kind.EDIT, Kind.PART, Kind.EXTEND):
            edit, state = read_edit(body, self.header.height, self.header.width)
            if kind is Kind.EXTEND:
                self._extend(edit, state)
                return edit, True
            step = Step(edit, state, body)
            if kind is Kind.PART:
                self.parts.append(step)
                return edit, True
            self.undone.clear()
            self.done.append(step._replace(parts=tuple(part.body for part in self.parts[-1:])))
        elif kind is Kind.UNDO:
            self.undone.append(self.done.pop())
        else:
            self.done.append(self.undone.pop())
        self.parts.clear()
        return (self.undone if kind is Kind.UNDO else self.done)[-1].edit, kind is not Kind.UNDO

    def _extend(self, more: Edit, state: int) -> None:
        """Join ``more`` to the last step; the step without it is a part now, for labels that were saved in between."""
        last = self.done.pop()
        edit = last.edit.joined(more)
        self.undone.clear()
        self.done.append(Step(edit, state, pack_edit(edit, state), (*last.parts[-2:], last.body)))
        self.parts.clear()

    @property
    def unfinished(self) -> Edit | None:
        """The gesture that was going on when the labels that were found were saved, when it was never ended."""
        undo = self.since[0][0] if self.since else None
        return undo if any(part.edit is undo for part in self.parts) else None

    def shortened(self, most: int) -> tuple[bytes, int, int]:
        """Return a file of about ``most`` bytes with the newest steps, and how many are done and undone in it.

        The last step stays, whatever its size.
        """
        ahead = [step.body for step in reversed(self.undone)]
        room = most - sum(map(len, ahead))
        while room < 0 and ahead:
            room += len(ahead.pop())
        first = len(self.done)
        while first and (first == len(self.done) or room >= len(self.done[first - 1].body)):
            first -= 1
            room -= len(self.done[first].body)
        kept = self.done[first:]
        base = self.done[first - 1].state if first else self.header.base
        parts = () if ahead or not kept else kept[-1].parts
        out = [self.header._replace(base=base).pack()]
        out += [pack(Kind.EDIT, step.body) for step in kept[:-1]]
        out += [pack(Kind.PART, part) for part in parts]
        out += [pack(Kind.EDIT, step.body) for step in kept[-1:]]
        out += [pack(Kind.EDIT, body) for body in ahead] + [pack(Kind.UNDO)] * len(ahead)
        out += [pack(Kind.PART, part.body) for part in self.parts[-2:]]
        return b"".join(out), len(kept), len(ahead)
