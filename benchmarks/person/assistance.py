"""What the machine does for the person: before the first stroke, after each, and when the image is done."""

from __future__ import annotations

from benchmarks.person.data import Sample
from benchmarks.person.desk import Desk
from segcore.editing.brush import Covered


class Assistance:
    """Does nothing: the person is alone with a tool."""

    def opened(self, desk: Desk, sample: Sample) -> None:
        """React to an image that was opened."""

    def stroked(self, desk: Desk, covered: Covered, value: int) -> None:
        """React to a stroke that was committed: what the pen covered, and the class value."""

    def accepted(self, desk: Desk) -> float:
        """React to an image that the person is content with; return the seconds that the person waits for it."""
        return 0.0

    def worked(self, seconds: float) -> None:
        """React to so many seconds of a person's work; what happens here happens beside it."""

    def close(self) -> None:
        """End what runs, and remove what was written."""
