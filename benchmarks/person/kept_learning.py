"""Live adaptation beside a continual training, which gets the seconds that the person spends and no more."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path

from PIL import Image

from benchmarks.person.data import Sample
from benchmarks.person.desk import Desk
from benchmarks.person.live import Live
from benchmarks.person.predicted import START
from segcore.adaptation.live_options import LiveOptions
from segcore.hardware.parent_watch import ParentWatch
from segcore.labels.classes import ClassSet
from segcore.progress import drive
from segcore.project.project import Project
from segcore.training.candidate import Candidate
from segcore.training.continual import ContinualRequest, ContinualTraining
from segcore.training.control import Control

MOST_WAITING = 20.0
"""A training that pauses uses no processor: it gets at most so many times the person's seconds."""


class KeptLearning(Live):
    """See the module.

    The training is the one of "Keep learning", run between two images for as long as the first took the person, in
    this process; time is that of the processor, so that other work on the machine takes nothing from it. Whatever it
    offers is used: what the network says of the next images is among the features of the live head.
    """

    def __init__(self, options: LiveOptions, classes: ClassSet) -> None:
        super().__init__(options, classes)
        self._work = tempfile.TemporaryDirectory(prefix="labour")
        folder = Path(self._work.name)
        self._images = folder / "images"
        self._images.mkdir()
        self._project = Project.create(folder / "project", self._images, classes)
        self._control, self._control_path = Control(), folder / "control.json"
        request = ContinualRequest(folder / "project", folder / "training", START, self._control_path)
        request.folder.mkdir()
        self._training = ContinualTraining(request, ParentWatch(), self._use, battery=lambda: False).run()
        self._name = ""

    def opened(self, desk: Desk, sample: Sample) -> None:
        """Put the image into the project, and let the live head decide."""
        self._name = f"{sample.name}.png"
        Image.fromarray(sample.image).save(self._images / self._name)
        super().opened(desk, sample)

    def accepted(self, desk: Desk) -> float:
        """Mark the image as done: live head and training learn from it."""
        drive(self._project.rescan())
        self._project.save_label_map(self._name, desk.label_map.confirm())
        self._say(changes=self._control.changes + 1)
        return super().accepted(desk)

    def worked(self, seconds: float) -> None:
        """Let the training go on for so long."""
        end, latest = time.process_time() + seconds, time.monotonic() + MOST_WAITING * seconds
        while time.process_time() < end and time.monotonic() < latest:
            next(self._training)

    def close(self) -> None:
        """End the training, and remove its folder."""
        self._training.close()
        self._project.close()
        self._work.cleanup()

    def _use(self, candidate: Candidate) -> None:
        version = self._images.parent / f"version {candidate.step}.safetensors"
        version.write_bytes(candidate.checkpoint.read_bytes())
        self.use_network(version)
        self._say(model=str(version))

    def _say(self, **changes: object) -> None:
        self._control = replace(self._control, **changes)  # type: ignore[arg-type]
        self._control.write(self._control_path)
