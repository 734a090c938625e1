"""Outline: the corners of a polygon while it is drawn and changed, and the steps that led there."""

from __future__ import annotations

import math
from dataclasses import dataclass

from segcore.editing.brush import Point


@dataclass(frozen=True)
class Step:
    """What the outline is after a step, and what the step was."""

    corners: tuple[Point, ...] = ()
    closed: bool = False
    name: str = ""


class Outline:
    """Every change is a step that can be taken back and put back.

    A closed outline has at least three corners, and its last one is joined to the first.
    """

    def __init__(self) -> None:
        self._done = [Step()]
        self._taken_back: list[Step] = []

    @property
    def corners(self) -> tuple[Point, ...]:
        """Image coordinates."""
        return self._done[-1].corners

    @property
    def closed(self) -> bool:
        """Whether no corner follows after the last."""
        return self._done[-1].closed

    @property
    def steps(self) -> int:
        """How many steps can be taken back."""
        return len(self._done) - 1

    @property
    def last_step(self) -> str:
        """Name of the step that `step_back` would take back; empty when there is none."""
        return self._done[-1].name

    @property
    def next_step(self) -> str:
        """Name of the step that `step_forward` would put back; empty when there is none."""
        return self._taken_back[-1].name if self._taken_back else ""

    def add(self, point: Point, name: str) -> None:
        """Add a corner after the last."""
        self._do(Step((*self.corners, point), self.closed, name))

    def insert(self, before: int, point: Point, name: str) -> None:
        """Add a corner before that one."""
        self._do(Step((*self.corners[:before], point, *self.corners[before:]), self.closed, name))

    def move(self, index: int, point: Point, name: str) -> None:
        """Move a corner."""
        self._do(Step((*self.corners[:index], point, *self.corners[index + 1 :]), self.closed, name))

    def remove(self, index: int, name: str) -> None:
        """Remove a corner; with two left the outline is open again."""
        corners = (*self.corners[:index], *self.corners[index + 1 :])
        self._do(Step(corners, self.closed and len(corners) >= 3, name))

    def close(self, name: str) -> None:
        """Join the last corner to the first; nothing with fewer than three."""
        if len(self.corners) >= 3:
            self._do(Step(self.corners, True, name))

    def clear(self) -> None:
        """Begin anew; the steps are forgotten."""
        self._done, self._taken_back = [Step()], []

    def step_back(self) -> bool:
        """Take the last step back; return whether there was one."""
        if len(self._done) == 1:
            return False
        self._taken_back.append(self._done.pop())
        return True

    def step_forward(self) -> bool:
        """Put the step back that was taken back last; return whether there was one."""
        if not self._taken_back:
            return False
        self._done.append(self._taken_back.pop())
        return True

    def corner_near(self, point: Point, reach: float) -> int | None:
        """Return the corner nearest to a point, if it is at most ``reach`` pixels away."""
        far = [math.dist(corner, point) for corner in self.corners]
        nearest = min(range(len(far)), key=far.__getitem__, default=None)
        return nearest if nearest is not None and far[nearest] <= reach else None

    def side_near(self, point: Point, reach: float) -> int | None:
        """Return before which corner one on the nearest side would be inserted, if it is at most ``reach`` away."""
        corners = self.corners
        ends = [(n, corners[n - 1], corners[n]) for n in range(1, len(corners))]
        if self.closed:
            ends.append((len(corners), corners[-1], corners[0]))
        far = {n: _from_side(point, a, b) for n, a, b in ends}
        nearest = min(far, key=far.__getitem__, default=None)
        return nearest if nearest is not None and far[nearest] <= reach else None

    def _do(self, step: Step) -> None:
        self._done.append(step)
        self._taken_back.clear()


def _from_side(point: Point, a: Point, b: Point) -> float:
    """Distance of a point from the line between ``a`` and ``b``."""
    dx, dy = b.x - a.x, b.y - a.y
    length = dx * dx + dy * dy
    share = 0.0 if length == 0 else ((point.x - a.x) * dx + (point.y - a.y) * dy) / length
    share = min(1.0, max(0.0, share))
    return math.dist(point, (a.x + share * dx, a.y + share * dy))
