"""The person labels one image."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks.person.assistance import Assistance
from benchmarks.person.bar import Bar
from benchmarks.person.data import Sample
from benchmarks.person.desk import Desk
from benchmarks.person.gesture import largest_wrong, outline_of, stroke_over

TOOLS = ("brush", "smart", "polygon")
IMAGE_SECONDS = 2.0
"""Of a person, for each image."""
MOST_ACTIONS = 500


@dataclass
class Labour:
    """What an image cost.

    Attributes
    ----------
    actions : int
        Strokes, or corners of polygons, until the image was accepted.
    to_right : int
        Of them until enough pixels were right.
    person, machine : float
        Seconds until it was accepted.
    first_right : float
        Share of right pixels before the first stroke, 0-1.
    accepted : bool
        False when the person gave up.
    classes : list[int]
        Class value of each stroke.
    """

    name: str
    actions: int = 0
    to_right: int = 0
    person: float = IMAGE_SECONDS
    machine: float = 0.0
    first_right: float = 0.0
    accepted: bool = False
    classes: list[int] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)


def label(desk: Desk, sample: Sample, tool: str, assistance: Assistance) -> Labour:
    """Label an image until it is accepted, with the tool of this name (see `TOOLS`)."""
    bar = Bar(sample.truth)
    labour = Labour(sample.name)
    desk.open(sample.name, sample.image)
    with _waiting(labour):
        assistance.opened(desk, sample)
    reached = False
    values = [int(c) for c in desk.document.classes.indices]
    judged = bar.judge(desk.label_map.labels)
    labour.first_right = judged.right
    while not judged.accepted and labour.actions < MOST_ACTIONS:
        reached = reached or judged.mostly_right
        of = judged.below if judged.mostly_right else values
        labels = desk.label_map.labels
        wrong = largest_wrong(labels, bar.truth, bar.valid, of) or largest_wrong(labels, bar.truth, bar.valid, values)
        if wrong is None:
            break
        labour.classes.append(wrong.value)
        if tool == "polygon":
            outline = outline_of(wrong, bar.truth.shape)
            desk.click(outline)
            count, seconds = len(outline.corners), outline.seconds
        else:
            stroke = stroke_over(wrong)
            with _waiting(labour, counts=tool == "smart"):
                covered = desk.draw(stroke, bar.truth == stroke.value, tool == "smart")
            with _waiting(labour):
                assistance.stroked(desk, covered, stroke.value)
            count, seconds = 1, stroke.seconds
        labour.actions += count
        labour.person += seconds
        if not reached:
            labour.to_right += count
        judged = bar.judge(desk.label_map.labels)
        if not reached and judged.mostly_right:
            reached = True
    labour.accepted = judged.accepted
    labour.machine += assistance.accepted(desk)
    assistance.worked(labour.person)
    return labour


@contextmanager
def _waiting(labour: Labour, counts: bool = True) -> Iterator[None]:
    """Add the time that passes to what the person waited for the machine."""
    started = time.monotonic()
    yield
    if counts:
        labour.waits.append(time.monotonic() - started)
        labour.machine += labour.waits[-1]
