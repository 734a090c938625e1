"""LiveDesk: a document with Live, whose features are made up; project, lanes and head are real."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from app.adaptation.answer import Answer
from app.adaptation.feature_lane import FeatureLane
from app.adaptation.live_adaptation import LiveAdaptation
from app.document.autosave import Autosaver
from app.document.document import Document
from app.document.journaling import Journaling
from app.document.loaded_image import LoadedImage, load_image
from app.document.records import Records
from app.document.session import Session
from app.jobs.job_runner import JobRunner
from app.settings.settings import Settings
from segcore.adaptation.feature_pyramid import FeaturePyramid
from segcore.editing import Box
from segcore.labels.classes import IGNORE_INDEX, ClassSet
from segcore.progress import Progress, Task
from segcore.project.project import Project
from tests.segcore.adaptation.scenes import HEIGHT, WIDTH, scene, with_network

CLASSES = ClassSet.from_names(["background", "sky", "tree", "road"])
SKY, ROAD = 1, 3
LEFT, RIGHT = Box(8, 8, 24, 24), Box(64, 30, 80, 46)
"""Strokes in the dark half of the scene and in the bright one."""
NAMES = ("a.png", "b.png", "c.png", "d.png", "e.png")


class SceneFeatures(FeatureLane):
    """Features of `scene`, whatever the image; remembers what was prepared."""

    def __init__(self) -> None:
        super().__init__()
        self.prepared: list[str] = []
        self.failure: BaseException | None = None
        self.network: tuple[int, int] | None = None
        """What it says of the two halves."""

    def of(
        self, image: np.ndarray, device: str, project: Project | None = None, image_id: str = ""
    ) -> Task[FeaturePyramid]:
        yield Progress(0, 1)
        if self.failure is not None:
            raise self.failure.with_traceback(None)
        pyramid = scene()[1]
        return pyramid if self.network is None else with_network(pyramid, *self.network)

    def prepare(self, project: Project, image_id: str, device: str) -> Task[None]:
        yield Progress(0, 1)
        self.prepared.append(image_id)


class LiveDesk:
    """A project of five images of the same scene, with everything of the window that Live needs."""

    def __init__(self, qtbot, folder: Path, monkeypatch) -> None:
        self.qtbot = qtbot
        photos = folder / "photos"
        if not photos.is_dir():
            photos.mkdir(parents=True)
            for name in NAMES:
                Image.fromarray(scene()[0]).save(photos / name)
        monkeypatch.setattr("app.adaptation.live_adaptation.FeatureLane", SceneFeatures)
        self.project = Project.for_folder(photos, CLASSES)
        self.document, self.jobs, self.settings = Document(), JobRunner(), Settings()
        self.autosaver = Autosaver(self.document, self.jobs)
        self.journaling = Journaling(self.document, self.jobs, self.autosaver)
        records = Records(self.document, self.jobs)
        session = Session(self.document, self.jobs, self.settings, self.autosaver, records)
        self.live = LiveAdaptation(session, self.neighbour, lambda: self.visible)
        self.features: SceneFeatures = self.live._features
        self.visible = Box(0, 0, WIDTH, HEIGHT)
        self.answers: list[Answer] = []
        self.errors: list[Exception] = []
        self.messages: list[str] = []
        self.switches: list[bool] = []
        self.live.answered.connect(self.answers.append)
        self.live.error.connect(self.errors.append)
        self.live.message.connect(self.messages.append)
        self.live.switched.connect(self.switches.append)
        self.document.set_project(self.project)

    @staticmethod
    def neighbour(image_id: str | None, step: int) -> tuple[str | None, int]:
        at = NAMES.index(image_id) + step
        return (NAMES[at] if 0 <= at < len(NAMES) else None), 0

    def wait(self, condition) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()))

    def settle(self) -> None:
        """Wait until nothing is under way."""
        self.qtbot.wait(20)
        self.wait(lambda: not self.jobs.busy)
        self.qtbot.wait(20)
        self.wait(lambda: not self.jobs.busy)

    def loaded(self, image_id: str) -> LoadedImage:
        return load_image(self.project, image_id)

    def show(self, image_id: str) -> None:
        """Load it once everything before is on the disk, as the window does."""
        self.autosaver.flush()
        self.settle()
        self.document.show(self.loaded(image_id))
        self.settle()

    def begin(self, image_id: str = "a.png") -> LiveDesk:
        self.live.warm_up()
        self.show(image_id)
        return self

    def paint(self, box: Box, value: int, settle: bool = True) -> None:
        recorder = self.document.begin("Brush")
        recorder.paint(box, np.ones((box.height, box.width), np.bool_), value)
        self.document.commit(recorder)
        if settle:
            self.settle()

    def both(self) -> LiveDesk:
        """Paint a stroke in each half."""
        self.paint(LEFT, SKY)
        self.paint(RIGHT, ROAD)
        return self

    @property
    def labels(self) -> np.ndarray:
        return self.document.label_map.labels

    @property
    def right(self) -> float:
        """Share of the pixels that have the class of their half."""
        truth = np.where(np.arange(WIDTH) < 48, SKY, ROAD) * np.ones((HEIGHT, 1), int)
        return float((self.labels == truth).mean())

    @property
    def empty(self) -> int:
        return int((self.labels == IGNORE_INDEX).sum())

    def close(self) -> None:
        self.autosaver.flush()
        self.live.shutdown()
        self.jobs.shutdown()
        self.project.close()
