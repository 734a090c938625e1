"""DemoRun: what the stories of the headless demo share: a project, a model, timed steps, pictures."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from segcore.files.atomic import atomic_write, writing
from segcore.images.image import read_image
from segcore.images.overlay import contact_sheet, overlay
from segcore.labels.classes import IGNORE_INDEX
from segcore.progress import Progress, Task
from segcore.project.project import Project
from segcore.project.sample_project import Sample, install_sample

if TYPE_CHECKING:
    from segcore.metrics.scores import Scores
    from segcore.prediction import Predictor
    from segcore.training.dataset import Pair


@dataclass(frozen=True)
class Step:
    """One step: its name, its duration in seconds, and a note about its result."""

    name: str
    seconds: float
    note: str = ""


class DemoRun(ABC):
    """A story of the headless demo: tasks to be run one after another, then a table.

    Parameters
    ----------
    out : Path
        Folder for ``project/`` and the pictures.
    minutes : float
        Minutes of training.
    device : str
        See `choose_device`.

    Attributes
    ----------
    sample : Sample
        The sample project that it is about.
    steps : list[Step]
        The steps so far.
    scores : dict[str, Scores]
        On the held-out images, by what was measured.
    panels : dict[str, list[tuple[str, NDArray[np.uint8]]]]
        Of each image id, titles and label maps for its picture.
    pictures : list[Path]
        The pictures that were written.
    """

    sample: ClassVar[Sample]
    project: Project

    def __init__(self, out: Path, minutes: float, device: str = "auto") -> None:
        self.out, self.minutes, self.device = out, minutes, device
        self.steps: list[Step] = []
        self.scores: dict[str, Scores] = {}
        self.panels: dict[str, list[tuple[str, NDArray[np.uint8]]]] = {}
        self.pictures: list[Path] = []

    @abstractmethod
    def tasks(self) -> Sequence[tuple[str, Callable[[], Task[None]]]]:
        """Return a title for the progress bar and a task for each step."""

    @abstractmethod
    def table(self) -> list[str]:
        """Return the lines to be printed: seconds of each step, and scores on the held-out images."""

    def to_json(self) -> dict[str, Any]:
        """Return steps and scores as JSON values."""
        return {
            "steps": [{"name": s.name, "seconds": round(s.seconds, 2), "note": s.note} for s in self.steps],
            "scores": {name: scores.to_json() for name, scores in self.scores.items()},
            "held_out": [pair.key for pair in self.held_out()],
        }

    def open_project(self) -> None:
        """Copy the sample project and open it."""
        self.project = Project.open(install_sample(self.out / "project", sample=self.sample))

    def held_out(self) -> list[Pair]:
        """Return the images that are only measured, with their bundled labels."""
        from segcore.training.dataset import Pair

        return [Pair(key, self.project.image_path(key), path) for key, path in self.sample.held_out().items()]

    def corrected(self) -> list[Pair]:
        """Return the images that a person has painted or confirmed."""
        from segcore.training.dataset import Pair

        project = self.project
        return [
            Pair(key, project.image_path(key), project.labels_path(key), project.provenance_path(key))
            for key in project.corrected_ids()
        ]

    def draw(self) -> Task[None]:
        """Write a picture for each image: the image, then its label maps in the order in which they came.

        As in the window, a class that is hidden at first, such as the background, is not drawn.
        """
        hidden = [each.index for each in self.project.classes if not each.shown_at_first]
        for done, (image_id, shown) in enumerate(self.panels.items()):
            yield Progress(done, len(self.panels), image_id)
            image = read_image(self.project.image_path(image_id))
            panels = [("image", image)]
            for title, labels in shown:
                drawn = np.where(np.isin(labels, hidden), np.uint8(IGNORE_INDEX), labels)
                panels.append((title, overlay(image, drawn, self.project.classes)))
            path = self.out / f"{Path(image_id).stem}.png"
            with writing(path), atomic_write(path) as file:
                Image.fromarray(contact_sheet(panels, columns=2 if len(panels) <= 4 else 4)).save(file, format="PNG")
            self.pictures.append(path)

    def close(self) -> None:
        """Close the project."""
        if hasattr(self, "project"):
            self.project.close()

    @contextmanager
    def timed(self, name: str) -> Iterator[list[str]]:
        """Add a step with the time that passes; the list that is given takes its notes."""
        note: list[str] = []
        started = time.perf_counter()
        yield note
        self.steps.append(Step(name, time.perf_counter() - started, "; ".join(note)))

    def step_lines(self) -> list[str]:
        """Return the first part of the table."""
        lines = ["", f"{self.sample.key}", f"{'step':<14}{'seconds':>8}  what"]
        return lines + [f"{step.name:<14}{step.seconds:>8.1f}  {step.note}" for step in self.steps]


def loaded(model: str, device: str) -> Task[Predictor]:
    """Load a model: a name of the catalogue or a path. Raises what `load_model` raises."""
    from segcore.models.catalogue import load_model
    from segcore.prediction import Predictor

    return Predictor((yield from load_model(model)), device)
