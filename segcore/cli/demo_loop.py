"""The steps of the headless demo: predict, fine-tune, predict again, export; measured on held-out images."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from resources import resource
from segcore.crf import Crf, CrfParameters
from segcore.files.atomic import atomic_write, writing
from segcore.formats.export import export_project
from segcore.formats.registry import format_keys
from segcore.images.image import read_image
from segcore.images.indexed_png import read_indexed_png
from segcore.images.overlay import contact_sheet, overlay
from segcore.models.catalogue_entries import BUNDLED_CHECKPOINT
from segcore.progress import Progress, Task
from segcore.project.project import Project
from segcore.project.sample_project import ROADS, install_sample

if TYPE_CHECKING:
    from segcore.metrics.scores import Scores
    from segcore.prediction import Predictor
    from segcore.prediction.batch import BatchItem
    from segcore.training.dataset import Pair


CORRECTED = 2
"""Number of labelled images that count as corrected; the others are held out."""


@dataclass(frozen=True)
class Step:
    """One step: its name, its duration in seconds, and a note about its result."""

    name: str
    seconds: float
    note: str = ""


@dataclass
class Demo:
    """The headless demo, step by step.

    Attributes
    ----------
    out : Path
        Folder for ``project/``, ``export/`` and the pictures.
    minutes : float
        Minutes of fine-tuning.
    device : str
        See `choose_device`.
    steps : list[Step]
        The steps so far.
    scores : dict[str, Scores]
        Scores on the held-out images: ``before``, ``crf`` (before, refined) and ``after``.
    """

    out: Path
    minutes: float
    device: str = "auto"
    steps: list[Step] = field(default_factory=list)
    scores: dict[str, Scores] = field(default_factory=dict)
    project: Project = field(init=False)
    _predictor: Predictor = field(init=False)
    _pictures: dict[str, dict[str, NDArray[np.uint8]]] = field(default_factory=dict)

    def open(self) -> Task[None]:
        """Copy the sample project, open it and load the bundled model."""
        with self._timed("open") as note:
            yield Progress(0, 2, "copying the sample project")
            self.project = Project.open(install_sample(self.out / "project", CORRECTED))
            yield Progress(1, 2, "loading the model")
            yield from self._use(str(resource(BUNDLED_CHECKPOINT)))
            note.append(f"{len(self.project.image_ids())} images")

    def predict(self, when: str = "before") -> Task[None]:
        """Predict all images; corrected pixels stay."""
        from segcore.prediction.batch import BatchItem, predict_many

        project, model = self.project, self._predictor.model
        mapping = project.mapping_for(model.classes)

        def write(item: BatchItem, image: NDArray[np.uint8], probabilities: NDArray[np.float32]) -> None:
            prediction = mapping.apply(probabilities, model.classes, project.classes, model.name)
            project.save_prediction(item.key, prediction)
            project.accept_prediction(item.key, prediction)
            self._pictures.setdefault(item.key, {})[when] = prediction.labels

        items = [BatchItem(image_id, project.image_path(image_id)) for image_id in project.image_ids()]
        with self._timed("predict" if when == "before" else "predict again") as note:
            report = yield from predict_many(self._predictor, items, write)
            failed = "".join(f"; {key}: {message}" for key, message in report.failures)
            note.append(f"{report.done} images on {self._predictor.device_name}{failed}")

    def measure(self, when: str = "before") -> Task[None]:
        """Score the model on the held-out labelled images."""
        from segcore.training.evaluate import evaluate

        self.scores[when] = yield from evaluate(self._predictor, self.held_out(), self.project.classes)

    def refine(self) -> Task[None]:
        """Score the same model with the CRF."""
        from segcore.training.evaluate import evaluate

        held_out = self.held_out()
        with self._timed("refine") as note:
            crf = Crf(CrfParameters(), device=self.device)
            self.scores["crf"] = yield from evaluate(self._predictor, held_out, self.project.classes, crf=crf)
            note.append(f"{len(held_out)} images, predicted and refined")

    def fine_tune(self) -> Task[None]:
        """Train on the corrected images and use the result.

        The best step is chosen on a quarter of each corrected image, in tiles; the held-out images are not used.
        """
        from segcore.training.training_loop import TrainRequest, train

        pairs = self._pairs(set(self.project.corrected_ids()) - {pair.key for pair in self.held_out()})
        request = TrainRequest(
            train=tuple(replace(pair, part="train") for pair in pairs),
            validate=tuple(replace(pair, part="validate") for pair in pairs),
            classes=self.project.classes,
            model=str(resource(BUNDLED_CHECKPOINT)),
            out=self.project.new_checkpoint_path(),
            minutes=self.minutes,
            device=self.device,
        )
        with self._timed("fine-tune") as note:
            result = yield from train(request)
            self.project.active_model = str(result.checkpoint)
            yield from self._use(str(result.checkpoint))
            note.append(f"{result.steps} steps on {len(pairs)} corrected images; step {result.best_step} is kept")

    def export(self) -> Task[None]:
        """Write the corrected labels in every format."""
        with self._timed("export") as note:
            report = yield from export_project(self.project, format_keys(), self.out / "export")
            note.append(report.summary().splitlines()[0])

    def draw(self) -> Task[list[Path]]:
        """Write a picture for each image: image, predictions before and after, and the true labels if there are any."""
        written = []
        for done, (image_id, labels) in enumerate(self._pictures.items()):
            yield Progress(done, len(self._pictures), image_id)
            image = read_image(self.project.image_path(image_id))
            panels = [("image", image)]
            panels += [
                (f"prediction {when}", overlay(image, shown, self.project.classes)) for when, shown in labels.items()
            ]
            if image_id in ROADS.labels():
                truth = read_indexed_png(ROADS.labels()[image_id])
                panels.append(("true labels", overlay(image, truth, self.project.classes)))
            path = self.out / f"{Path(image_id).stem}.png"
            with writing(path), atomic_write(path) as file:
                Image.fromarray(contact_sheet(panels)).save(file, format="PNG")
            written.append(path)
        return written

    def held_out(self) -> list[Pair]:
        """Return the labelled images of the sample project that are not corrected, with their bundled labels."""
        from segcore.training.dataset import Pair

        corrected = set(self.project.corrected_ids())
        return [
            Pair(image_id, self.project.image_path(image_id), path)
            for image_id, path in ROADS.labels().items()
            if image_id not in corrected
        ]

    def to_json(self) -> dict[str, Any]:
        """Return steps and scores."""
        return {
            "steps": [{"name": s.name, "seconds": round(s.seconds, 2), "note": s.note} for s in self.steps],
            "scores": {name: scores.to_json() for name, scores in self.scores.items()},
            "held_out": [pair.key for pair in self.held_out()],
        }

    def close(self) -> None:
        """Close the project."""
        if hasattr(self, "project"):
            self.project.close()

    def _pairs(self, image_ids: set[str]) -> list[Pair]:
        from segcore.training.dataset import Pair

        project = self.project
        return [
            Pair(key, project.image_path(key), project.labels_path(key), project.provenance_path(key))
            for key in sorted(image_ids)
        ]

    def _use(self, model: str) -> Task[None]:
        from segcore.models.catalogue import load_model
        from segcore.prediction import Predictor

        loaded = yield from load_model(model)
        self._predictor = Predictor(loaded, self.device)

    @contextmanager
    def _timed(self, name: str) -> Iterator[list[str]]:
        note: list[str] = []
        started = time.perf_counter()
        yield note
        self.steps.append(Step(name, time.perf_counter() - started, "; ".join(note)))
