"""Sitting: a document, its tools, autosaver and journal on a project of one tiny image; and the steps done to it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image
from PySide6.QtWidgets import QApplication

from app.canvas.pen_options import ToolOptions
from app.canvas.tool import Pointer
from app.commands.command_table import PREDICTION
from app.commands.command_table import TABLE as COMMANDS
from app.commands.computed import Wish, computed
from app.document.autosave import Autosaver
from app.document.document import Document
from app.document.journaling import Journaling
from app.document.loaded_image import LoadedImage, load_image
from app.jobs.job_runner import JobRunner
from app.tools.toolbox import RADII, make_tools
from segcore.editing import Box, Edit, diff
from segcore.editing.brush import Point
from segcore.editing.paint_policy import OPEN
from segcore.editing.thresholding import Channel
from segcore.labels.classes import ClassSet
from segcore.labels.label_map import LabelMap, Provenance
from segcore.labels.probability_map import ProbabilityMap
from segcore.progress import drive
from segcore.project.project import Project
from tests.properties.steps import CLASSES, HEIGHT, IGNORE, WIDTH, Command, Gesture

IMAGE_ID = "a.png"
PATIENCE_SECONDS = 30.0


class Sitting:
    """Does steps; `seen` is the label map as bytes, `on_disk` what a process that starts now would show."""

    def __init__(self, folder: Path) -> None:
        photos = folder / "photos"
        photos.mkdir()
        Image.fromarray(_scene()).save(photos / IMAGE_ID)
        self.project = Project.for_folder(photos, ClassSet.from_names(CLASSES))
        self.project.save_label_map(IMAGE_ID, _first_labels())
        self.jobs = JobRunner()
        self.document = Document()
        self.autosaver = Autosaver(self.document, self.jobs)
        self.journaling = Journaling(self.document, self.jobs, self.autosaver)
        self.errors: list[Exception] = []
        self.journaling.error.connect(self.errors.append)
        self.autosaver.error.connect(self.errors.append)
        self.options = ToolOptions(radii=RADII)
        self.tools = make_tools(self.document, self.options)
        self.tool = self.tools["brush"]
        self._late: tuple[Edit, int] | None = None
        self._last: Edit | None = None
        self.document.committed.connect(self._made)
        self.document.set_project(self.project)
        self.document.show(load_image(self.project, IMAGE_ID))

    # -- steps -------------------------------------------------------------------------------------------------------

    def do(self, step: Command | Gesture) -> None:
        """Do one step."""
        if isinstance(step, Command):
            getattr(self, step.name)(*step.at)
        else:
            self.draw(step)

    def draw(self, gesture: Gesture) -> None:
        """Take the tool, as the canvas does, and draw with it."""
        tool = self.tools[gesture.tool]
        if tool is not self.tool:
            self.tool.leave()
            self.tool = tool
            tool.enter()
        self.options.take(gesture.tool)
        self.options.set_radius(gesture.radius)
        pointers = [
            Pointer(Point(x, y), 1.0, gesture.button, gesture.modifiers, gesture.pressure) for x, y in gesture.path
        ]
        tool.hover(pointers[0])
        if gesture.end == "double click":
            tool.press(pointers[0])
            tool.release(pointers[0])
            tool.double_click(pointers[0])
        else:
            tool.press(pointers[0])
        for command in gesture.between:
            self.do(command)
        for pointer in pointers[1:]:
            tool.drag(pointer)
        if gesture.end == "Esc":
            tool.cancel()
        tool.release(pointers[-1])
        if gesture.end == "Enter":
            tool.finish()

    def undo(self) -> None:
        """Ctrl+Z: the tool's own steps first."""
        if not self.tool.step_back():
            self.document.undo()

    def redo(self) -> None:
        """Ctrl+Shift+Z."""
        if not self.tool.step_forward():
            self.document.redo()

    def mark_done(self) -> None:
        """F, or the key of the day."""
        self.document.mark_done()

    def reopen(self) -> None:
        """The same key again."""
        self.document.reopen()

    def accept(self) -> None:
        """Every open pixel takes its predicted label."""
        self.document.accept_prediction()

    def predict(self, *at: int) -> None:
        """A model's answer: one class, with another one in a box."""
        labels = _painted(np.zeros((HEIGHT, WIDTH), np.uint8), *at[:4], at[4] % len(CLASSES))
        probabilities = np.stack([np.where(labels == c, 204, 26).astype(np.uint8) for c in range(len(CLASSES))])
        indices = np.arange(len(CLASSES), dtype=np.uint8)
        self.document.set_prediction(ProbabilityMap(probabilities, labels, np.zeros_like(labels), indices, "m"))

    def replace(self, *at: int) -> None:
        """A whole label map from somewhere else, such as an import."""
        self.document.replace(self._changed(*at), "Replace")

    def compute(self, *at: int) -> None:
        """Begin work on a lane whose edit will `arrive` later."""
        now = self.document.label_map
        assert now is not None
        self._late = diff(now, self._changed(*at), "Late"), self.document.revision

    def arrive(self) -> None:
        """The edit of the last `compute` arrives."""
        if self._late is not None:
            self.document.apply(*self._late)
            self._late = None

    def extend(self, *at: int) -> None:
        """Live answers the last edit: both are one step."""
        now = self.document.label_map
        assert now is not None
        if self._last is not None:
            more = diff(now, self._changed(*at), "Live")
            self._last = self.document.extend(self._last, more, self.document.revision)

    def choose_class(self, value: int) -> None:
        """1 to 9."""
        self.document.set_active_class(value)

    def protect_all_but(self, *kept: int) -> None:
        """Tools paint over these classes only; none given: over everything."""
        self.document.set_policy(replace(self.document.policy, over=frozenset(kept) or None))

    def lock(self, *values: int) -> None:
        """These classes are locked, and no others."""
        self.document.set_policy(replace(self.document.policy, locked=frozenset(values)))

    def protect_painted(self, on: int) -> None:
        """Tools paint over free pixels only, or over all."""
        self.document.set_policy(replace(self.document.policy, only_free=bool(on)))

    def command(self, row: int, where: int, x: int, y: int, number: int, old: int, new: int) -> None:
        """A command of the menu Labels, shown and applied."""
        chosen, document = COMMANDS[row], self.document
        place = chosen.where[where % len(chosen.where)]  # all images: this one is what is looked at
        prediction = document.prediction
        if document.label_map is None or (chosen.given == PREDICTION and prediction is None):
            return
        document.settle()
        given = _painted(np.full((HEIGHT, WIDTH), IGNORE, np.uint8), x, y, 60, 60, old)
        policy = document.policy if chosen.locks else OPEN
        parts = given, prediction, policy, document.image, Channel.GREY, None
        wish = Wish(chosen, chosen.name, place, new, (x, y), number, old, new, *parts)
        found = drive(computed(document.label_map, wish, document.revision))
        document.apply(found.edit, found.revision)

    def save(self) -> None:
        """What the autosaver's timers do, perhaps in the middle of a stroke."""
        self.autosaver._save_when_free()

    def leave_and_return(self) -> None:
        """The image is left and opened again."""
        self.autosaver.flush()
        self.document.clear_image()
        self.document.show(self.on_disk())

    # -- what came of it ---------------------------------------------------------------------------------------------

    def end(self) -> None:
        """Drop what a tool has begun, such as the corners of a polygon."""
        self.tool.cancel()

    @property
    def seen(self) -> bytes:
        """Labels and provenance that are shown."""
        return pixels(self.document.label_map)

    def on_disk(self) -> LoadedImage:
        """What a process that starts after a kill would show: label files, perhaps old ones, and the journal."""
        until = time.monotonic() + PATIENCE_SECONDS
        while self.jobs.busy and time.monotonic() < until:
            QApplication.processEvents()
            time.sleep(0.0002)
        return load_image(self.project, IMAGE_ID)

    def states(self, name: str, step: str) -> list[bytes]:
        """Undo (or redo) until nothing is left; return what was seen at first and after each step."""
        found = [self.seen]
        while getattr(self.document, name):
            getattr(self.document, step)()
            found.append(self.seen)
        return found

    def _changed(self, *at: int) -> LabelMap:
        now = self.document.label_map
        assert now is not None
        provenance = Provenance.UNTOUCHED if at[4] == IGNORE else Provenance.PREDICTED
        return LabelMap(_painted(now.labels, *at), _painted(now.provenance, *at[:4], provenance))

    def _made(self, edit: Edit) -> None:
        self._last = edit


@contextmanager
def sitting() -> Iterator[Sitting]:
    """A sitting on a project in a folder of its own."""
    with TemporaryDirectory() as folder:
        sitting = Sitting(Path(folder))
        try:
            yield sitting
        finally:
            sitting.document.clear_image()
            sitting.jobs.shutdown()
            sitting.project.close()


def pixels(label_map: LabelMap | None) -> bytes:
    """Labels and provenance."""
    assert label_map is not None
    return label_map.labels.tobytes() + label_map.provenance.tobytes()


def _painted(array: np.ndarray, left: int, top: int, width: int, height: int, value: int) -> np.ndarray:
    new = array.copy()
    new[Box(left, top, left + width, top + height).clipped(*array.shape).slices] = value
    return new


def _scene() -> np.ndarray:
    """Uint8 [H, W, 3]: three grey areas, so that the wand has something to find."""
    grey = np.full((HEIGHT, WIDTH), 60, np.uint8)
    grey[20:120, 30:90] = 120
    grey[50:80, 45:140] = 200
    return np.repeat(grey[..., None], 3, axis=2)


def _first_labels() -> LabelMap:
    """Something of every provenance, and a hole."""
    labels, provenance = np.full((HEIGHT, WIDTH), IGNORE, np.uint8), np.zeros((HEIGHT, WIDTH), np.uint8)
    for value, (label, box) in enumerate(
        [(0, (10, 10, 40, 40)), (1, (60, 20, 80, 90)), (IGNORE, (80, 50, 20, 20)), (2, (120, 100, 25, 35))]
    ):
        labels, provenance = _painted(labels, *box, label), _painted(provenance, *box, value + 1)
    return LabelMap(labels, provenance)
