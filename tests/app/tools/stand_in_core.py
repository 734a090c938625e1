"""Core: decides smart strokes when the test says so."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import Qt

from app.canvas.tool import LEFT, Pointer
from app.document.document import Document, LoadedImage
from app.jobs.job_runner import JobRunner
from segcore.editing import Box
from segcore.editing.brush import Covered, Point
from segcore.interactive import smart_stroke
from segcore.labels.label_map import LabelMap
from segcore.progress import Progress

SHAPE = 300, 400


GROWN = 8
"""The stand-in labels the box of the stroke, and so many pixels more on each side."""


@dataclass
class Core:
    """Stands in for the fully-connected CRF."""

    gate: threading.Event = field(default_factory=threading.Event)
    started: list[tuple[int, Box]] = field(default_factory=list)  # value, box of the stroke
    closed: int = 0
    made: list[dict] = field(default_factory=list)
    error: Exception | None = None
    threads: set[str] = field(default_factory=set)

    def make(
        self, image, labels, provenance, probabilities, values, value, parameters=None, windows=None, origins=None
    ):
        self.made.append(
            {
                "labels": labels,
                "p": probabilities,
                "values": values,
                "value": value,
                "windows": windows,
                "origins": origins,
            }
        )
        return Stroke(self, value, labels.shape)


@dataclass
class Stroke:
    core: Core
    value: int
    shape: tuple[int, int]

    def decide(self, covered: Covered):
        core, tight, (x, y, *_) = self.core, box_of(covered.mask), covered.box
        box = Box(tight.left + x, tight.top + y, tight.right + x, tight.bottom + y)
        core.started.append((self.value, box))
        core.threads.add(threading.current_thread().name)
        done = False
        try:
            while not core.gate.wait(0.002):
                yield Progress(0, 1)
            if core.error is not None:
                raise core.error
            done = True
        finally:
            core.closed += not done
        grown = Box(box.left - GROWN, box.top - GROWN, box.right + GROWN, box.bottom + GROWN).clipped(*self.shape)
        return smart_stroke.Decision(grown, np.ones((grown.height, grown.width), np.bool_))


def loaded(image_id: str) -> LoadedImage:
    return LoadedImage(image_id, np.zeros((*SHAPE, 3), np.uint8), LabelMap.blank(*SHAPE))


def at(x: float, y: float, button=LEFT, modifiers=Qt.KeyboardModifier.NoModifier) -> Pointer:
    return Pointer(Point(x, y), 1.0, button, modifiers)


def box_of(mask: np.ndarray) -> Box:
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1) if rows.size else Box(0, 0, 0, 0)


def seen(document: Document, value: int = 1) -> Box:
    """Where the person sees this class: in the label map with the patch over it."""
    labels = document.label_map.labels.copy()
    if document.patch is not None:
        np.copyto(labels[document.patch.box.slices], document.patch.labels, where=document.patch.painted)
    return box_of(labels == value)


def painted(document: Document, value: int = 1) -> Box:
    return box_of(document.label_map.labels == value)


def quiet(jobs: JobRunner) -> bool:
    return not jobs.busy


PEN = Box(98, 98, 102, 102)
"""A dab of radius 2 at (100, 100)."""


GROWN_PEN = Box(90, 90, 110, 110)


LONG_PEN = Box(98, 98, 202, 102)
